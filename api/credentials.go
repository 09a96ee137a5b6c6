package api

import (
	"bytes"
	"encoding/base64"
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"

	"picket/api/auth"
)

// cookieName is the name of the cookie and of the query variable with a token.
const cookieName = "KISMET"

var errNoCredentials = errors.New("the request has no valid login or token")

// authorize answers who must not go on, and reports whether the request may.
// Where anyone may go on, credentials are not looked at.
func (s *Server) authorize(ctx *fasthttp.RequestCtx, need access) bool {
	if need == anyone || need == reader && s.openReads {
		return true
	}
	id, token, err := s.identify(ctx)
	var slow *auth.SlowDownError
	if errors.As(err, &slow) {
		ctx.Response.Header.Set("Retry-After", strconv.Itoa(int(math.Ceil(slow.After.Seconds()))))
		s.page(ctx, fasthttp.StatusTooManyRequests, pageSlowDown)
		return false
	}
	if err != nil || !need.open(id.Role) {
		s.unauthorized(ctx)
		return false
	}
	ctx.Response.Header.SetCanonical(headerSetCookie, []byte(cookieName+"="+token+"; Path=/"))
	return true
}

// open reports whether a login of this role is enough.
func (need access) open(role string) bool {
	switch need {
	case reader:
		return role == auth.RoleReadonly || role == auth.RoleAdmin
	case admin:
		return role == auth.RoleAdmin
	}
	return role != ""
}

// identify returns who sends a request, and the token of that session. A valid
// token goes before all else in the request; one that is not valid does not
// count.
func (s *Server) identify(ctx *fasthttp.RequestCtx) (id auth.Identity, token string, err error) {
	if token := sessionToken(ctx); token != "" {
		if id, ok := s.o.Auth.Token(token); ok {
			return id, token, nil
		}
	}
	user, password, given := "", "", false
	header := string(ctx.Request.Header.Peek("Authorization"))
	scheme, value, _ := strings.Cut(header, " ")
	switch {
	case strings.EqualFold(scheme, "Bearer"):
		if id, ok := s.o.Auth.Token(value); ok {
			return id, value, nil
		}
	case strings.EqualFold(scheme, "Basic"):
		user, password, given = decodeBasic(value)
	case header == "":
		user, given = lookupVariable(queryString(ctx), "user", false)
		if given {
			password, given = lookupVariable(queryString(ctx), "password", false)
		}
	}
	if !given {
		return auth.Identity{}, "", errNoCredentials
	}
	if err := s.o.Auth.Login(peerOf(ctx.RemoteAddr()), user, password); err != nil {
		if !errors.Is(err, auth.ErrDenied) {
			s.o.Log.Warn("login not checked", "peer", ctx.RemoteAddr().String(), "error", err)
		}
		return auth.Identity{}, "", err
	}
	return auth.Identity{Name: auth.WebLogon, Role: auth.RoleAdmin}, s.o.Auth.Issue(), nil
}

// sessionToken returns the token in the cookie. Only a request without any
// cookie can have it in its query.
func sessionToken(ctx *fasthttp.RequestCtx) string {
	cookies := ctx.Request.Header.Peek("Cookie")
	if len(cookies) == 0 {
		token, _ := lookupVariable(queryString(ctx), cookieName, false)
		return token
	}
	for cookie := range bytes.SplitSeq(cookies, []byte(";")) {
		name, value, _ := strings.Cut(strings.TrimSpace(unescape(cookie, true)), "=")
		if name == cookieName {
			return value
		}
	}
	return ""
}

func decodeBasic(value string) (user, password string, ok bool) {
	text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(text), ":")
}

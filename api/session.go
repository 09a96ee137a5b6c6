package api

import (
	"errors"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
	"picket/api/auth"
)

func (s *Server) checkSetup(ctx *fasthttp.RequestCtx) {
	switch s.o.Auth.Setup() {
	case auth.InConfiguration:
		text(ctx, fasthttp.StatusNotAcceptable, "Login configured in global config")
	case auth.InUserFile:
		text(ctx, fasthttp.StatusOK, "Login configured in user config")
	default:
		text(ctx, fasthttp.StatusInternalServerError, "Login not configured")
	}
}

func (s *Server) checkLogin(ctx *fasthttp.RequestCtx) {
	text(ctx, fasthttp.StatusOK, "Login valid")
}

func (s *Server) checkSession(ctx *fasthttp.RequestCtx) {
	text(ctx, fasthttp.StatusOK, "Session valid")
}

// setPassword takes the first login from who sits at this machine, and later
// ones from the administrator.
func (s *Server) setPassword(ctx *fasthttp.RequestCtx) {
	setup := s.o.Auth.Setup()
	switch {
	case setup == auth.InConfiguration:
		text(ctx, fasthttp.StatusForbidden, "Login is configured in global Kismet configuration and may not be configured via this API.")
		return
	case setup == auth.NotConfigured && (!fromThisMachine(ctx) || fromOtherSite(ctx)):
		text(ctx, fasthttp.StatusForbidden, "Login is not configured; the first one can be set from the machine itself only, here or with 'picket passwd'.")
		return
	case setup == auth.InUserFile:
		if id, _, err := s.identify(ctx); err != nil || id.Role != auth.RoleAdmin {
			alreadyConfigured(ctx)
			return
		}
	}
	user, _ := variable(ctx, "username")
	password, _ := variable(ctx, "password")
	if user == "" || password == "" {
		text(ctx, fasthttp.StatusBadRequest, "Missing username or password in request")
		return
	}
	set := s.o.Auth.SetPassword
	if setup == auth.NotConfigured {
		set = s.o.Auth.SetFirstPassword
	}
	switch err := set(user, password); {
	case errors.Is(err, auth.ErrLoginExists):
		alreadyConfigured(ctx)
	case errors.Is(err, auth.ErrUserName):
		text(ctx, fasthttp.StatusBadRequest, err.Error())
	case err != nil:
		s.o.Log.Error("login not set", "error", err)
		failed(ctx, errors.New("the login could not be stored"))
	default:
		s.o.Messages.Post(alertcore.MessageInfo, "A new administrator login and password have been set.")
		text(ctx, fasthttp.StatusOK, "Login configured")
	}
}

func alreadyConfigured(ctx *fasthttp.RequestCtx) {
	text(ctx, fasthttp.StatusForbidden, "Login is already configured; The existing login is required before it can be changed via this API.")
}

package api

import (
	"errors"
	"math"
	"time"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
	"picket/api/auth"
)

func (s *Server) generateKey(ctx *fasthttp.RequestCtx) {
	if s.o.FixedKeys {
		failed(ctx, errors.New("auth creation is disabled in the kismet configuration"))
		return
	}
	d := requestDictionary(ctx)
	name, err := d.str("name")
	if err != nil {
		failed(ctx, err)
		return
	}
	role, err := d.str("role")
	if err != nil {
		failed(ctx, err)
		return
	}
	seconds, err := d.integer("duration")
	if err != nil {
		failed(ctx, err)
		return
	}
	switch {
	case name == "" || role == "":
		failed(ctx, errors.New(`"name" and "role" must not be empty`))
		return
	case seconds < 0 || seconds > math.MaxInt64/int64(time.Second):
		failed(ctx, errors.New(`"duration" must be seconds from now, or 0 for ever`))
		return
	}
	token, err := s.o.Auth.Generate(name, role, time.Duration(seconds)*time.Second)
	switch {
	case errors.Is(err, auth.ErrKeyExists), errors.Is(err, auth.ErrReserved):
		failed(ctx, errors.New("cannot create duplicate auth"))
	case err != nil:
		s.o.Log.Error("API key not made", "error", err)
		failed(ctx, errors.New("the key could not be stored"))
	default:
		ctx.SetBodyString(token)
	}
}

func (s *Server) revokeKey(ctx *fasthttp.RequestCtx) {
	if s.o.FixedKeys {
		failed(ctx, errors.New("auth creation/deletion is disabled in the kismet configuration"))
		return
	}
	name, err := requestDictionary(ctx).str("name")
	if err != nil {
		failed(ctx, err)
		return
	}
	switch err := s.o.Auth.Revoke(name); {
	case errors.Is(err, auth.ErrReserved):
		failed(ctx, errors.New("cannot remove autoprovisioned web logon"))
	case errors.Is(err, auth.ErrUnknownKey):
		failed(ctx, errors.New("cannot delete unknown auth record"))
	case err != nil:
		s.o.Log.Error("API key not revoked", "error", err)
		failed(ctx, errors.New("the change could not be stored"))
	default:
		text(ctx, fasthttp.StatusOK, "revoked")
	}
}

// listKeys leaves out the tokens, which nobody but their holders knows.
func (s *Server) listKeys(ctx *fasthttp.RequestCtx) {
	list := []tracked.Value{}
	for _, k := range s.o.Auth.Keys() {
		var expires int64
		if !k.Expires.IsZero() {
			expires = k.Expires.Unix()
		}
		list = append(list, tracked.Strings(tracked.Object{
			{Name: "kismet.httpd.auth.name", Value: tracked.String(k.Name)},
			{Name: "kismet.httpd.auth.role", Value: tracked.String(k.Role)},
			{Name: "kismet.httpd.auth.expiration", Value: tracked.Int(tracked.TypeInt64, expires)},
		}))
	}
	simplified(ctx, tracked.Vector(list))
}

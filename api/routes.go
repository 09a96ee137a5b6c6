package api

import (
	"strings"

	"github.com/fasthttp/router"
	"github.com/valyala/fasthttp"
)

// access is what a route asks of who calls it.
type access uint8

const (
	anyone   access = iota
	reader          // role readonly or admin, or anyone if reads are open
	loggedIn        // a login or key of any role
	admin           // role admin
)

// methods is a set of request methods.
type methods uint8

const (
	get methods = 1 << iota
	post
)

func (m methods) allow(ctx *fasthttp.RequestCtx) bool {
	return m&get != 0 && ctx.IsGet() || m&post != 0 && ctx.IsPost()
}

// route is a line of the table of routes. A path that ends with anySuffix
// takes every suffix and has its content type by it.
type route struct {
	path    string
	methods methods
	access  access
	mime    []byte // of a path with a fixed end
	handle  fasthttp.RequestHandler
}

const anySuffix = ".{" + paramSuffix + "}"

func (s *Server) routes() []route {
	list := []route{
		{"/alerts/definitions" + anySuffix, get | post, reader, nil, s.definitions},
		{"/alerts/all_alerts" + anySuffix, get | post, reader, nil, s.allAlerts},
		{"/alerts/last-time/{" + paramTime + "}/alerts" + anySuffix, get | post, reader, nil, s.alertsSince},
		{"/alerts/wrapped/last-time/{" + paramTime + "}/alerts" + anySuffix, get | post, reader, nil, s.wrappedAlertsSince},
		{"/alerts/by-id/{" + paramHash + "}/alert" + anySuffix, get | post, reader, nil, s.alertByHash},
		{"/alerts/by-id/{" + paramHash + "}/packets.pcapng", get | post, reader, mimePcapng, s.alertPackets},
		{"/alerts/history" + anySuffix, get | post, reader, nil, s.alertHistory},
		{"/alerts/definitions/define_alert.cmd", post, admin, mimeJSON, s.defineAlert},
		{"/alerts/raise_alerts.cmd", post, admin, mimeJSON, s.raiseAlert},
		{"/alerts/raise_alert.cmd", post, admin, mimeJSON, s.raiseAlert}, // its name before 2020-09

		{"/messagebus/all_messages" + anySuffix, get | post, reader, nil, s.allMessages},
		{"/messagebus/last-time/{" + paramTime + "}/messages" + anySuffix, get | post, reader, nil, s.messagesSince},

		{"/datasource/all_sources" + anySuffix, get | post, reader, nil, s.allSources},
		{"/datasource/by-uuid/{" + paramUUID + "}/source" + anySuffix, get | post, reader, nil, s.sourceByUUID},
		{"/datasource/types" + anySuffix, get | post, reader, nil, s.sourceTypes},
		{"/datasource/defaults" + anySuffix, get | post, reader, nil, s.sourceDefaults},
		{"/datasource/list_interfaces" + anySuffix, get | post, admin, nil, s.listInterfaces},
		{"/datasource/add_source.cmd", post, admin, mimeJSON, s.addSource},
		{"/datasource/by-uuid/{" + paramUUID + "}/set_channel.cmd", post, admin, mimeJSON, s.setChannel},
		s.sourceCommand("pause_source", Datasources.PauseSource),
		s.sourceCommand("resume_source", Datasources.ResumeSource),
		s.sourceCommand("open_source", Datasources.OpenSource),
		s.sourceCommand("close_source", Datasources.CloseSource),
		s.sourceCommand("disable_source", Datasources.CloseSource),
		{"/channels/watched" + anySuffix, get | post, reader, nil, s.channelsWatched},

		{"/session/check_setup_ok", get, anyone, mimePlain, s.checkSetup},
		{"/session/check_login", get, admin, mimePlain, s.checkLogin},
		{"/session/check_session", get, loggedIn, mimePlain, s.checkSession},
		{"/session/set_password", post, anyone, mimePlain, s.setPassword},

		{"/auth/apikey/generate.cmd", post, admin, mimePlain, s.generateKey},
		{"/auth/apikey/revoke.cmd", post, admin, mimePlain, s.revokeKey},
		{"/auth/apikey/list" + anySuffix, get, admin, nil, s.listKeys},

		{"/system/status" + anySuffix, get | post, reader, nil, s.systemStatus},
		{"/system/timestamp" + anySuffix, get | post, reader, nil, s.systemTimestamp},
		{"/system/user_status" + anySuffix, get | post, anyone, nil, s.userStatus},
	}
	if s.o.DevicesFound != nil && s.o.DevicesLost != nil {
		list = append(list, s.deviceListRoutes()...)
	}
	return list
}

// newRouter registers the routes for all methods: a wrong method has to be
// told from a path that does not exist, before any login.
func (s *Server) newRouter() *router.Router {
	r := router.New()
	r.RedirectTrailingSlash = false
	r.RedirectFixedPath = false
	r.HandleMethodNotAllowed = false
	r.HandleOPTIONS = false
	r.NotFound = s.notFound
	r.PanicHandler = s.recovered
	for _, route := range s.routes() {
		handler := s.guard(route)
		fixed, any := strings.CutSuffix(route.path, anySuffix)
		if !any {
			r.ANY(route.path, handler)
			continue
		}
		r.ANY(route.path, s.checkSuffix(handler))
		for _, suffix := range polledSuffixes {
			r.ANY(fixed+"."+suffix, handler)
		}
	}
	return r
}

// polledSuffixes are those that pollers use. They have routes of their own,
// which spares the router the copies that a parameter takes.
var polledSuffixes = [...]string{"json", "itjson", "ekjson"}

// guard returns the handler of a route behind the checks that all have.
func (s *Server) guard(r route) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		mime := r.mime
		if mime == nil {
			mime = contentType(suffixOf(ctx))
		}
		if !r.methods.allow(ctx) {
			s.methodNotAllowed(ctx)
			return
		}
		if !s.authorize(ctx, r.access) {
			return
		}
		s.prepare(ctx, mime)
		r.handle(ctx)
	}
}

// checkSuffix keeps away what can't stand for a serializer: only letters and
// digits can.
func (s *Server) checkSuffix(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		suffix := param(ctx, paramSuffix)
		for i := range len(suffix) {
			if c := suffix[i]; !('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z') {
				s.notFound(ctx)
				return
			}
		}
		next(ctx)
	}
}

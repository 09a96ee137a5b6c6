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
	head // goes with the GET of reads, see guard
)

func (m methods) allow(ctx *fasthttp.RequestCtx) bool {
	return m&get != 0 && ctx.IsGet() || m&post != 0 && ctx.IsPost() || m&head != 0 && ctx.IsHead()
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
		{"/alerts/alerts_view" + anySuffix, get | post, reader, nil, s.alertsView},
		{"/alerts/stream", get, reader, mimeEventStream, s.streamAlerts},
		{"/alerts/by-id/{" + paramHash + "}/packets.pcapng", get | post, reader, mimePcapng, s.alertPackets},
		{"/alerts/history", get | post, reader, mimeJSON, s.alertHistory},
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
		s.sourceCommand("pause_source", Datasources.PauseSource, TopicDatasourcePaused),
		s.sourceCommand("resume_source", Datasources.ResumeSource, TopicDatasourceResumed),
		s.sourceCommand("open_source", Datasources.OpenSource, ""), // it may not open; who opens it tells
		s.sourceCommand("close_source", Datasources.CloseSource, TopicDatasourceClosed),
		s.sourceCommand("disable_source", Datasources.CloseSource, TopicDatasourceClosed),
		{"/channels/channels" + anySuffix, get | post, reader, nil, s.channels},
		{"/channels/watched" + anySuffix, get | post, reader, nil, s.channelsWatched},

		{"/packetchain/packet_stats" + anySuffix, get | post, reader, nil, s.packetStats},
		{"/gps/location" + anySuffix, get | post, reader, nil, s.gpsLocation},
		{"/plugins/all_plugins" + anySuffix, get | post, reader, nil, s.allPlugins},

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

		{"/metrics", get, reader, mimeMetrics, s.scrape},
		{"/healthz", get, anyone, mimeJSON, s.healthz},
		{"/readyz", get, anyone, mimeJSON, s.readyz},
	}
	list = append(list, s.deviceRoutes()...)
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
	r.NotFound = s.measures.unmatched.count(s.unrouted)
	r.PanicHandler = s.recovered
	r.ANY(pathEvents, s.measures.route(pathEvents).count(s.openSocket))
	for _, route := range s.routes() {
		handler, count := s.guard(route), s.measures.route(route.path).count
		fixed, any := strings.CutSuffix(route.path, anySuffix)
		if !any {
			r.ANY(route.path, count(handler))
			continue
		}
		r.ANY(route.path, count(s.checkSuffix(handler)))
		handler = count(handler)
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
	isRead := r.isRead()
	if isRead {
		r.methods |= head
	}
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
		if isRead {
			s.validate(ctx)
		}
	}
}

// checkSuffix keeps away what can't stand for a serializer: only letters and
// digits can.
func (s *Server) checkSuffix(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		suffix := param(ctx, paramSuffix)
		for i := range len(suffix) {
			if c := suffix[i]; !('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z') {
				s.unrouted(ctx)
				return
			}
		}
		next(ctx)
	}
}

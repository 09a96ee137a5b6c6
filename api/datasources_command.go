package api

import (
	"errors"
	"fmt"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
)

func (s *Server) addSource(ctx *fasthttp.RequestCtx) {
	definition, err := requestDictionary(ctx).str("definition")
	if err == nil && definition == "" {
		err = errors.New(`"definition" is empty: want something like wlan1:name=attic`)
	}
	if err != nil {
		failed(ctx, err)
		return
	}
	uuid, err := s.o.Datasources.AddSource(definition)
	if err == nil {
		s.PublishSource(TopicNewDatasource, uuid)
	}
	answerCommand(ctx, uuid, err)
}

// setChannel locks a source to a channel or lets it hop. "cmd" says which; the
// other keys do where it is missing.
func (s *Server) setChannel(ctx *fasthttp.RequestCtx) {
	uuid, err := uuidOf(ctx)
	if err != nil {
		failed(ctx, err)
		return
	}
	t, err := parseTuning(requestDictionary(ctx))
	switch {
	case err != nil:
	case t.channel != "":
		err = s.o.Datasources.LockChannel(uuid, t.channel)
	default:
		err = s.o.Datasources.Hop(uuid, t.hop)
	}
	answerCommand(ctx, uuid, err)
}

// sourceCommand is the route of a command that needs nothing but the UUID of
// the path. The web interface sends them with GET. Listeners to topic, if there
// is one, are told when it was done.
func (s *Server) sourceCommand(name string, run func(Datasources, string) error, topic string) route {
	return route{"/datasource/by-uuid/{" + paramUUID + "}/" + name + ".cmd", get | post, admin, mimeJSON, func(ctx *fasthttp.RequestCtx) {
		uuid, err := uuidOf(ctx)
		if err == nil {
			err = run(s.o.Datasources, uuid)
		}
		if err == nil && topic != "" {
			s.PublishSource(topic, uuid)
		}
		answerCommand(ctx, uuid, err)
	}}
}

// answerCommand answers with the source that a command was about, or why it
// failed.
func answerCommand(ctx *fasthttp.RequestCtx, uuid string, err error) {
	if err != nil {
		failed(ctx, err)
		return
	}
	value(ctx, tracked.Nested(tracked.Object{{Name: "kismet.datasource.uuid", Description: "UUID", Value: tracked.UUID(uuid)}}))
}

// tuning is what set_channel.cmd asks for: a channel to stay on, or to hop.
type tuning struct {
	channel string // "": hop
	hop     HopRequest
}

// parseTuning reads what Kismet's web interface sends, {"cmd":"lock",
// "channel":"6"} or {"cmd":"hop","channels":["1","6"],"rate":5}, and what its
// scripts do, who leave "cmd" out.
func parseTuning(d dictionary) (t tuning, err error) {
	cmd, err := d.optionalStr("cmd", "")
	if err != nil {
		return t, err
	}
	if cmd == "" {
		cmd = impliedCommand(d)
	}
	switch cmd {
	case "lock":
		t.channel, err = d.str("channel")
		if err == nil && t.channel == "" {
			err = errors.New(`"channel" is empty: want something like 6 or 36HT40+`)
		}
	case "hop":
		t.hop, err = parseHop(d)
	case "":
		err = fmt.Errorf("%w, and so are \"channels\" and \"rate\"", d.mistyped("string", "channel", nil, false))
	default:
		err = fmt.Errorf("unknown command: \"cmd\": %s is neither lock nor hop", quote(cmd))
	}
	return t, err
}

// impliedCommand is what keys are given for; "" if none is.
func impliedCommand(d dictionary) string {
	for _, k := range [...]struct{ key, cmd string }{{"channel", "lock"}, {"channels", "hop"}, {"rate", "hop"}, {"hoprate", "hop"}} {
		if _, present, err := d.get(k.key); present || err != nil {
			return k.cmd
		}
	}
	return ""
}

func parseHop(d dictionary) (h HopRequest, err error) {
	if h.Channels, err = channelsOf(d); err != nil {
		return h, err
	}
	h.Rate, err = rateOf(d)
	return h, err
}

func rateOf(d dictionary) (float64, error) {
	key := "rate"
	v, present, err := d.get(key)
	if err == nil && !present {
		key = "hoprate"
		v, present, err = d.get(key)
	}
	if err != nil || !present {
		return 0, err
	}
	rate, ok := v.(float64)
	switch {
	case !ok:
		return 0, d.mistyped("number", key, v, present)
	case rate <= 0:
		return 0, fmt.Errorf("invalid hop rate: %q: %v is not above 0 channels a second", key, rate)
	}
	return rate, nil
}

func channelsOf(d dictionary) ([]string, error) {
	const key = "channels"
	v, present, err := d.get(key)
	if err != nil || !present {
		return nil, err
	}
	values, ok := v.([]any)
	switch {
	case !ok:
		return nil, d.mistyped("array", key, v, present)
	case len(values) == 0:
		return nil, fmt.Errorf("%q is empty: want channels to hop over", key)
	}
	channels := make([]string, len(values))
	for i, v := range values {
		if channels[i], ok = v.(string); !ok || channels[i] == "" {
			return nil, fmt.Errorf("%w: %q: want an array of strings like 6 or 36HT40+", typeError("string", v), key)
		}
	}
	return channels, nil
}

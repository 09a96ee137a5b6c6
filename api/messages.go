package api

import (
	"fmt"
	"math"

	"github.com/valyala/fasthttp"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

func (s *Server) allMessages(ctx *fasthttp.RequestCtx) {
	simplified(ctx, messageList(s.o.Messages.Messages(math.MinInt64)))
}

// messagesSince answers a dictionary in every format. The time in the path is
// in whole seconds, and a negative one does not count back from now: Kismet's
// messages differ from its alerts in both.
func (s *Server) messagesSince(ctx *fasthttp.RequestCtx) {
	after, err := parseSeconds(param(ctx, paramTime))
	if err != nil {
		failed(ctx, fmt.Errorf("%w: %s is no time in seconds", err, quote(param(ctx, paramTime))))
		return
	}
	simplified(ctx, tracked.Nested(tracked.Object{
		{Name: "kismet.messagebus.list", Description: "Messages", Value: messageList(s.o.Messages.Messages(after))},
		{
			Name: "kismet.messagebus.timestamp", Description: "message update timestamp",
			Value: tracked.Int(tracked.TypeInt64, s.o.Alerts.Now().Time().Unix()),
		},
	}))
}

func messageList(messages []*alertcore.Message) tracked.Value {
	list := make([]tracked.Object, len(messages))
	for i, m := range messages {
		list[i] = m.Object()
	}
	return tracked.Objects(list)
}

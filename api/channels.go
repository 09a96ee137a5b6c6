package api

import (
	"strconv"

	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
	"picket/api/rrd"
)

// ChannelActivity is what was heard on one frequency, whatever channel the
// frames say they are of.
type ChannelActivity struct {
	FrequencyMHz int
	Channel      string // that has the frequency as its centre; "" if none does

	Devices rrd.Series // that transmitted in each second
	Frames  rrd.Series
	Bytes   rrd.Series // of the frames on the air
}

func (s *Server) channels(ctx *fasthttp.RequestCtx) {
	now := int64(s.o.Alerts.Now() / 1e6)
	var frequencies tracked.Object
	for _, c := range s.o.Channels() {
		khz := strconv.Itoa(c.FrequencyMHz * 1000)
		frequencies = append(frequencies, tracked.Member{Name: khz, Value: tracked.Nested(c.object(now))})
	}
	simplified(ctx, tracked.Nested(tracked.Object{
		{Name: "kismet.channeltracker.frequency_map", Description: "channel records by frequency (khz)", Value: tracked.Strings(frequencies)},
	}))
}

func (c *ChannelActivity) object(now int64) tracked.Object {
	return tracked.Object{
		textMember("kismet.channelrec.channel", "logical channel", c.Channel),
		doubleMember("kismet.channelrec.frequency", "physical frequency (khz)", float64(c.FrequencyMHz)*1000),
		{Name: "kismet.channelrec.packets_rrd", Description: "frames per second", Value: c.Frames.Value(now)},
		{Name: "kismet.channelrec.data_rrd", Description: "bytes per second", Value: c.Bytes.Value(now)},
		{Name: "kismet.channelrec.device_rrd", Description: "active devices per second", Value: c.Devices.Value(now)},
	}
}

package api

import (
	"github.com/valyala/fasthttp"

	"picket/alertcore/tracked"
	"picket/api/rrd"
)

// PacketStats is what became of the frames of all sources.
type PacketStats struct {
	Frames     PacketCount // that were read
	Bad        PacketCount // among them, of which nothing can be made
	Duplicates PacketCount // among them, that another source had heard before
	Processed  PacketCount // among them, that detectors saw
	Dropped    PacketCount // that came faster than they were read, and are not among them
}

// PacketCount is a number of frames: in all, and over time.
type PacketCount struct {
	Total uint64
	Rate  rrd.Series // a second
}

func (s *Server) packetStats(ctx *fasthttp.RequestCtx) {
	simplified(ctx, s.o.PacketStats().Value(int64(s.o.Alerts.Now()/1e6)))
}

// Value is the record of the frames at now, in seconds since the epoch, with
// Kismet's fields first. picket looks at a frame when it has read it: none wait
// in a queue but that of the kernel.
func (p *PacketStats) Value(now int64) tracked.Value {
	var none rrd.Series
	return tracked.Nested(tracked.Object{
		{Name: "kismet.packetchain.packets_rrd", Description: "total packet rate", Value: p.Frames.Rate.Value(now)},
		{Name: "kismet.packetchain.error_packets_rrd", Description: "error packet rate", Value: p.Bad.Rate.Value(now)},
		{Name: "kismet.packetchain.dupe_packets_rrd", Description: "duplicate packet rate", Value: p.Duplicates.Rate.Value(now)},
		{Name: "kismet.packetchain.queued_packets_rrd", Description: "packets waiting to be processed", Value: none.Value(now)},
		{Name: "kismet.packetchain.dropped_packets_rrd", Description: "packets lost because they came too fast", Value: p.Dropped.Rate.Value(now)},
		{Name: "kismet.packetchain.processed_packets_rrd", Description: "processed packet rate", Value: p.Processed.Rate.Value(now)},
		countMember("picket.packetchain.packets", "Frames that were read", p.Frames.Total),
		countMember("picket.packetchain.error_packets", "Frames among them of which nothing can be made", p.Bad.Total),
		countMember("picket.packetchain.dupe_packets", "Frames among them that another source had heard before", p.Duplicates.Total),
		countMember("picket.packetchain.processed_packets", "Frames among them that detectors saw", p.Processed.Total),
		countMember("picket.packetchain.dropped_packets", "Frames that came faster than they were read", p.Dropped.Total),
	})
}

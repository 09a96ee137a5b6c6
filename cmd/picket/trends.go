package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"picket/api"
	"picket/api/rrd"
	"picket/capture/radio"
)

// trends are what numbers were over the last day. They are looked at once a
// second, so that counting takes no clock.
type trends struct {
	mu       sync.Mutex // guards all
	memory   rrd.Series // kB
	devices  rrd.Series
	packets  api.PacketStats
	channels []*channelTrend // in order of frequency
}

// channelTrend is that of one frequency.
type channelTrend struct {
	freqMHz                         uint16
	frames, bytes                   uint64 // in all
	deviceRate, frameRate, byteRate rrd.Series
}

// watchTrends looks until ctx ends, each time in the midst of a second: what
// comes a bit late or early still counts for the right one.
func (s *sensor) watchTrends(ctx context.Context) {
	for {
		timer := time.NewTimer(toMidSecond(time.Now()))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case now := <-timer.C:
			s.noteTrends(now.Unix())
			s.inventory.forget()
		}
	}
}

// toMidSecond is how long it is to the next middle of a second.
func toMidSecond(now time.Time) time.Duration {
	const half = time.Second / 2
	return now.Add(half).Truncate(time.Second).Add(half).Sub(now)
}

// noteTrends takes down what the numbers are in a second.
func (s *sensor) noteTrends(second int64) {
	var heard []frequencyCount
	s.fan.Do(func() {
		heard = slices.Clone(s.pipeline.frequencies.list)
		s.pipeline.frequencies.next()
	})
	total := s.sources.noteRates(second)
	memory := residentMemory() / 1024

	t := &s.trends
	t.mu.Lock()
	defer t.mu.Unlock()
	t.memory.Set(second, int64(memory))
	counts := s.counts.Load()
	t.devices.Set(second, int64(counts.devices))
	note(&t.packets.Frames, second, total.frames)
	note(&t.packets.Bad, second, total.bad)
	note(&t.packets.Processed, second, total.frames-min(total.bad, total.frames))
	note(&t.packets.Duplicates, second, counts.twice)
	note(&t.packets.Dropped, second, total.dropped)
	for _, h := range heard {
		c := t.channel(h.freqMHz)
		c.frameRate.Add(second, gain(&c.frames, h.frames))
		c.byteRate.Add(second, gain(&c.bytes, h.bytes))
		c.deviceRate.Add(second, int64(h.devices))
	}
}

// note takes down a count.
func note(c *api.PacketCount, second int64, total uint64) {
	c.Rate.Add(second, gain(&c.Total, total))
}

// gain is by how much a count has grown. One that shrank has begun anew.
func gain(before *uint64, now uint64) int64 {
	was := *before
	*before = now
	if now < was {
		return int64(now)
	}
	return int64(now - was)
}

func (t *trends) channel(freqMHz uint16) *channelTrend {
	at, found := slices.BinarySearchFunc(t.channels, freqMHz, func(c *channelTrend, f uint16) int { return int(c.freqMHz) - int(f) })
	if !found {
		t.channels = slices.Insert(t.channels, at, &channelTrend{freqMHz: freqMHz})
	}
	return t.channels[at]
}

// packetStats is what the API shows of all frames.
func (t *trends) packetStats() *api.PacketStats {
	t.mu.Lock()
	defer t.mu.Unlock()
	copied := t.packets
	return &copied
}

// activity is what the API shows of the frequencies.
func (t *trends) activity() []api.ChannelActivity {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := make([]api.ChannelActivity, len(t.channels))
	for i, c := range t.channels {
		list[i] = api.ChannelActivity{
			FrequencyMHz: int(c.freqMHz), Channel: radio.Channel{FreqMHz: c.freqMHz, Width: radio.Width20}.String(),
			Devices: c.deviceRate, Frames: c.frameRate, Bytes: c.byteRate,
		}
	}
	return list
}

// status fills in what is known of the past.
func (t *trends) status(st *api.Status) {
	t.mu.Lock()
	defer t.mu.Unlock()
	st.MemoryTrend, st.DevicesTrend = t.memory, t.devices
}

// frameTotals are counts of frames of all sources.
type frameTotals struct{ frames, bad, dropped uint64 }

// sourceRates are the trends of one source. datasources.mu guards them.
type sourceRates struct {
	frames, bytes     uint64 // in all
	dropped           uint64 // by the kernel
	perSecond, octets rrd.Series
}

// noteRates takes down what sources have delivered in a second, and tells what
// all of them have in all.
func (ds *datasources) noteRates(second int64) (total frameTotals) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	for _, d := range ds.list {
		frames := d.frames.Load()
		d.rates.perSecond.Add(second, gain(&d.rates.frames, frames))
		d.rates.octets.Add(second, gain(&d.rates.bytes, d.bytes.Load()))
		total.frames += frames
		total.bad += d.bad.Load()
		if d.adapter != nil { // which counts anew when it is opened again
			ds.dropped += uint64(gain(&d.rates.dropped, d.adapter.State().Drops))
		}
	}
	total.dropped = ds.dropped
	return total
}

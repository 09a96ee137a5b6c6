package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"picket/api"
	"picket/capture"
	"picket/capture/live"
	"picket/capture/radio"
	"picket/capture/radio/hop"
)

// What the API shows of sources and does to them: api.Datasources.

func (ds *datasources) Datasources() []api.Datasource {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	list := make([]api.Datasource, len(ds.list))
	for i, d := range ds.list {
		list[i] = d.state()
	}
	return list
}

// state is what the API shows of d.
func (d *datasource) state() api.Datasource {
	info := d.Info()
	st := api.Datasource{
		Name: info.Name, UUID: info.UUID, Definition: info.Definition,
		Interface: d.definition.Interface, CaptureInterface: d.definition.Interface,
		Type: info.Kind, Number: info.Number, LinkType: linkTypeRadiotap,
		Running: !d.over, PacketRate: d.rates.perSecond, ByteRate: d.rates.octets,
		Packets: d.frames.Load(), BadPackets: d.bad.Load(),
	}
	if last := d.last.Load(); last != 0 {
		st.LastFrame = time.Unix(0, last)
	}
	if d.err != nil {
		st.Error = d.err.Error()
	}
	if d.adapter != nil {
		d.adapterState(&st)
	}
	return st
}

// linkTypeRadiotap is what adapters deliver, and the capture files that are
// made with them.
const linkTypeRadiotap = 127

func (d *datasource) adapterState(st *api.Datasource) {
	a := d.adapter.State()
	st.CaptureInterface = cmp.Or(a.Captured, a.Adapter)
	st.Hardware = a.Hardware
	st.Running, st.Paused, st.Retry = a.Open, a.Paused, a.Retry
	if a.Err != nil {
		st.Error = a.Err.Error()
	}
	st.Warning = a.Warning
	st.Channels, st.HopChannels = channelNames(a.Able), channelNames(a.Channels)
	st.Hopping, st.HopRate = a.Hopping, a.Rate
	if a.Channel != (radio.Channel{}) {
		st.Channel = a.Channel.String()
	}
	st.KernelDrops = a.Drops
	st.RetryAttempts, st.TotalRetries = a.Retries, a.Retried
	st.Retuned = a.Retuned
	st.Watched = channelTimes(a.Watched)
}

func channelNames(channels []radio.Channel) []string {
	list := make([]string, len(channels))
	for i, c := range channels {
		list[i] = c.String()
	}
	return list
}

func channelTimes(watched []hop.Watched) []api.ChannelTime {
	list := make([]api.ChannelTime, len(watched))
	for i, w := range watched {
		c := radio.Channel{FreqMHz: w.FreqMHz, Width: radio.Width20}
		list[i] = api.ChannelTime{Channel: c.String(), FrequencyKHz: float64(w.FreqMHz) * 1000, Seconds: w.Time.Seconds()}
	}
	return list
}

func (ds *datasources) Watched() []api.ChannelTime { return channelTimes(ds.air.Watched()) }

func (ds *datasources) Interfaces(context.Context) ([]api.Interface, error) {
	radios, err := listRadios()
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	used := map[string]string{} // by interface
	for _, s := range ds.Datasources() {
		used[s.Interface] = s.UUID
	}
	var list []api.Interface
	for _, r := range radios {
		for _, i := range r.Interfaces {
			list = append(list, api.Interface{
				Interface: i.Name, Type: capture.KindRadio, Hardware: r.Driver,
				InUseUUID: used[i.Name], Problem: unusable(&r),
			})
		}
	}
	return list, nil
}

func (ds *datasources) AddSource(definition string) (uuid string, err error) {
	d, err := ds.open(definition, false)
	if err != nil {
		return "", err
	}
	ds.fan.Add(d)
	return d.Info().UUID, nil
}

// adapterOf returns the adapter with a UUID. What is no adapter can't be
// controlled.
func (ds *datasources) adapterOf(uuid string) (*live.Source, error) {
	d, err := ds.find(uuid)
	if err != nil {
		return nil, err
	}
	if d.adapter == nil {
		return nil, fmt.Errorf("source %s is a %s, which can't be controlled; %s can", d.Info().Name, d.Info().Kind, capture.KindRadio)
	}
	return d.adapter, nil
}

func (ds *datasources) LockChannel(uuid, channel string) error {
	a, err := ds.adapterOf(uuid)
	if err != nil {
		return err
	}
	c, err := radio.ParseChannel(channel)
	if err != nil {
		return err
	}
	return a.Lock(c)
}

func (ds *datasources) Hop(uuid string, h api.HopRequest) error {
	a, err := ds.adapterOf(uuid)
	if err != nil {
		return err
	}
	var channels []radio.Channel
	for _, name := range h.Channels {
		c, err := radio.ParseChannel(name)
		if err != nil {
			return err
		}
		channels = append(channels, c)
	}
	var period time.Duration
	if h.Rate != 0 {
		if period, err = live.HopPeriod(h.Rate); err != nil {
			return err
		}
	}
	return a.Hop(channels, period)
}

func (ds *datasources) PauseSource(uuid string) error {
	return ds.control(uuid, (*live.Source).Pause)
}

func (ds *datasources) ResumeSource(uuid string) error {
	return ds.control(uuid, (*live.Source).Resume)
}

func (ds *datasources) CloseSource(uuid string) error {
	return ds.control(uuid, func(a *live.Source) { a.SetOpen(false) })
}

func (ds *datasources) OpenSource(uuid string) error {
	return ds.control(uuid, func(a *live.Source) { a.SetOpen(true) })
}

func (ds *datasources) control(uuid string, do func(*live.Source)) error {
	a, err := ds.adapterOf(uuid)
	if err != nil {
		return err
	}
	do(a)
	return nil
}

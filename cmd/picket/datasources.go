package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"picket/api"
	"picket/capture"
	"picket/capture/live"
)

// datasources are the sources of a running picket: those it was started with,
// and those that were added over the API.
type datasources struct {
	air *live.Air
	fan *capture.Fan

	mu      sync.Mutex
	list    []*datasource
	opened  int    // so many have got a number
	dropped uint64 // by the kernel, of all sources
}

// datasource is one of them. It counts what it delivers.
type datasource struct {
	capture.Source
	definition capture.Definition
	adapter    *live.Source // nil if it is none
	paced      bool         // a capture file, read at its pace
	live       bool         // capture times are those of now

	frames atomic.Uint64
	bytes  atomic.Uint64 // of them, on the air
	bad    atomic.Uint64 // frames that no detector is shown
	last   atomic.Int64  // capture time of the latest frame, ns since the epoch

	// Guarded by datasources.mu:
	rates sourceRates
	over  bool
	err   error // that it ended with, or why it could not be opened
}

// Next counts.
func (d *datasource) Next() ([]capture.Frame, error) {
	frames, err := d.Source.Next()
	if len(frames) > 0 {
		var octets uint64
		for i := range frames {
			octets += uint64(frames[i].Length)
		}
		d.frames.Add(uint64(len(frames)))
		d.bytes.Add(octets)
		d.last.Store(frames[len(frames)-1].Timestamp.UnixNano())
	}
	return frames, err
}

// unopened is a source that could not be opened.
type unopened struct {
	info *capture.Info
	err  error
}

func (u unopened) Info() *capture.Info            { return u.info }
func (u unopened) Next() ([]capture.Frame, error) { return nil, u.err }
func (u unopened) Close() error                   { return nil }

// open opens a source, which is not read before it is added to the fan. One
// that can't be opened is listed as such. The error of the others is about the
// definition or a file: an adapter that is not there may come yet.
func (ds *datasources) open(text string, realtime bool) (*datasource, error) {
	ds.mu.Lock()
	number := ds.opened
	ds.opened++
	ds.mu.Unlock()

	d := &datasource{}
	err := d.open(ds.air, text, realtime, number)
	if err == nil {
		err = ds.enter(d)
	}
	if err != nil {
		info := &capture.Info{Name: text, Definition: text, Kind: d.definition.Kind(), Number: number}
		if d.Source != nil {
			info = d.Info()
			d.Close()
		}
		d.Source, d.adapter, d.over, d.err = unopened{info, err}, nil, true, err
		ds.mu.Lock()
		ds.list = append(ds.list, d)
		ds.mu.Unlock()
	}
	return d, err
}

func (d *datasource) open(air *live.Air, text string, realtime bool, number int) (err error) {
	if d.definition, err = capture.ParseDefinition(text); err != nil {
		return err
	}
	if d.definition.Kind() == capture.KindRadio {
		if d.adapter, err = air.Open(d.definition, number); err == nil {
			d.Source = d.adapter
		}
		return err
	}
	if d.paced, err = d.definition.Realtime(); err != nil {
		return err
	}
	d.paced = d.paced || realtime
	d.Source, err = d.definition.OpenFile(d.paced, number)
	return err
}

var errSameSource = errors.New("it is a source already")

// enter puts d into the list.
func (ds *datasources) enter(d *datasource) error {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	for _, o := range ds.list {
		if !o.over && o.Info().UUID == d.Info().UUID {
			return fmt.Errorf("source %q: %w, as %s", d.definition.Text, errSameSource, o.Info().Name)
		}
	}
	ds.list = append(ds.list, d)
	return nil
}

// adopt lists a source that is opened elsewhere, and whose frames are of now.
func (ds *datasources) adopt(src capture.Source) *datasource {
	d := &datasource{Source: src, definition: capture.Definition{Interface: src.Info().Name}, live: true}
	ds.mu.Lock()
	defer ds.mu.Unlock()
	ds.list = append(ds.list, d)
	ds.opened++
	return d
}

// whole reports whether d is there to be read at once: a capture file, not at
// its pace.
func (d *datasource) whole() bool {
	p, ok := d.Source.(capture.Progresser)
	if !ok {
		return false
	}
	_, size := p.Progress()
	return size > 0 && !d.paced
}

// ended notes that a source is over.
func (ds *datasources) ended(info *capture.Info, err error) {
	d := ds.numbered(info.Number)
	if d == nil {
		return
	}
	ds.mu.Lock()
	defer ds.mu.Unlock()
	d.over = true
	if !errors.Is(err, io.EOF) {
		d.err = err
	}
}

// badFrames is where bad frames of a source are counted.
func (ds *datasources) badFrames(info *capture.Info) *atomic.Uint64 {
	if d := ds.numbered(info.Number); d != nil {
		return &d.bad
	}
	return new(atomic.Uint64)
}

// live tells whether the capture times of a source are those of now.
func (ds *datasources) live(info *capture.Info) bool {
	d := ds.numbered(info.Number)
	return d != nil && (d.live || d.adapter != nil)
}

func (ds *datasources) numbered(number int) *datasource {
	return ds.first(func(d *datasource) bool { return d.Info().Number == number })
}

// find returns the source with a UUID.
func (ds *datasources) find(uuid string) (*datasource, error) {
	d := ds.first(func(d *datasource) bool { return d.Info().UUID == uuid })
	if d == nil {
		return nil, api.ErrNoSource
	}
	return d, nil
}

func (ds *datasources) first(is func(*datasource) bool) *datasource {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	i := slices.IndexFunc(ds.list, is)
	if i < 0 {
		return nil
	}
	return ds.list[i]
}

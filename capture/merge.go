package capture

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync/atomic"
)

// Merge reads finite sources as one, in order of capture time; frames of the same time come in order of the sources.
// Frames of one source keep their order, whatever their times, so the same sources give the same sequence always.
//
// A source that fails ends alone: its error is returned, joined with those of others, when all sources have been
// read. Close closes the sources.
func Merge(sources ...Source) Source {
	m := &merge{info: joinedInfo("merge", sources), sources: sources}
	for _, s := range sources {
		m.heads = append(m.heads, head{src: s})
	}
	return m
}

type merge struct {
	info    *Info
	sources []Source
	heads   []head // of sources that have not ended, in the order given
	batch   []Frame
	errs    []error
	closed  atomic.Bool
}

// head is a source and what is left of its latest batch.
type head struct {
	src    Source
	frames []Frame
}

func (m *merge) Info() *Info { return m.info }

func (m *merge) Next() ([]Frame, error) {
	if m.closed.Load() {
		return nil, os.ErrClosed
	}
	m.refill()
	switch {
	case m.closed.Load():
		return nil, os.ErrClosed
	case len(m.heads) == 1:
		// Nothing to compare with, so nothing to copy.
		frames := m.heads[0].frames
		m.heads[0].frames = nil
		return frames, nil
	case len(m.heads) == 0 && len(m.errs) > 0:
		return nil, errors.Join(m.errs...)
	case len(m.heads) == 0:
		return nil, io.EOF
	}
	// Until one source has to be read again, which invalidates its frames.
	m.batch = m.batch[:0]
	for len(m.batch) < maxBatch {
		h := m.earliest()
		m.batch = append(m.batch, h.frames[0])
		if h.frames = h.frames[1:]; len(h.frames) == 0 {
			break
		}
	}
	return m.batch, nil
}

// refill reads the sources that have no frames left, and drops those that have ended.
func (m *merge) refill() {
	live := m.heads[:0]
	for _, h := range m.heads {
		if len(h.frames) == 0 {
			var err error
			if h.frames, err = h.src.Next(); err != nil {
				if err != io.EOF {
					m.errs = append(m.errs, err)
				}
				continue
			}
		}
		live = append(live, h)
	}
	m.heads = live
}

func (m *merge) earliest() *head {
	e := &m.heads[0]
	for i := 1; i < len(m.heads); i++ {
		if h := &m.heads[i]; h.frames[0].Timestamp.Before(e.frames[0].Timestamp) {
			e = h
		}
	}
	return e
}

func (m *merge) Progress() (read, size int64) { return progress(m.sources) }

func (m *merge) Close() error {
	if m.closed.Swap(true) {
		return nil
	}
	return closeAll(m.sources)
}

// joinedInfo names a source that is made of others.
func joinedInfo(kind string, sources []Source) *Info {
	var names, definitions, uuids []string
	var parts []*Info
	for _, s := range sources {
		i := s.Info()
		parts = append(parts, i)
		names = append(names, i.Name)
		definitions = append(definitions, i.Definition)
		uuids = append(uuids, i.UUID)
	}
	return &Info{
		Name:       strings.Join(names, " + "),
		UUID:       sourceUUID(kind, strings.Join(uuids, "+")),
		Definition: strings.Join(definitions, " + "),
		Kind:       kind,
		Parts:      parts,
	}
}

func closeAll(sources []Source) error {
	errs := make([]error, len(sources))
	for i, s := range sources {
		errs[i] = s.Close()
	}
	return errors.Join(errs...)
}

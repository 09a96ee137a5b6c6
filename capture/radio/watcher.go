package radio

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// A Watcher tells what happens to radios.
type Watcher struct {
	nl     *genetlink.Conn
	links  *links
	radios map[int]string // names; of the goroutine that reads nl
	known  map[int]link   // of the goroutine that reads links

	found   chan found
	closed  chan struct{}
	once    sync.Once
	reading sync.WaitGroup
}

// found is an event, or why there are no more.
type found struct {
	event Event
	err   error
}

// NewWatcher begins to watch. The error wraps os.ErrNotExist where the kernel has no nl80211.
func NewWatcher() (*Watcher, error) {
	w := &Watcher{found: make(chan found), closed: make(chan struct{})}
	if err := w.open(); err != nil {
		w.Close()
		return nil, err
	}
	w.reading.Go(func() { w.read(w.receiveRadios) })
	w.reading.Go(func() { w.read(w.receiveLinks) })
	return w, nil
}

func (w *Watcher) open() error {
	var family genetlink.Family
	var err error
	if w.nl, family, err = dialFamily(); err != nil {
		return err
	}
	if w.links, err = dialLinks(); err != nil {
		return err
	}
	// First the groups, then the lists: what happens in between is told twice rather than never.
	for _, group := range family.Groups {
		switch group.Name {
		case unix.NL80211_MULTICAST_GROUP_CONFIG, unix.NL80211_MULTICAST_GROUP_REG, unix.NL80211_MULTICAST_GROUP_MLME:
			if err := w.nl.JoinGroup(group.ID); err != nil {
				return fmt.Errorf("watch nl80211's group %s: %w", group.Name, err)
			}
		}
	}
	if err := w.links.nl.JoinGroup(unix.RTNLGRP_LINK); err != nil {
		return fmt.Errorf("watch network devices: %w", err)
	}
	return w.list()
}

// list learns what is there, so that changes can be told from it.
func (w *Watcher) list() error {
	c, err := Dial()
	if err != nil {
		return err
	}
	defer c.Close()
	radios, err := c.Radios()
	if err != nil {
		return err
	}
	w.radios = map[int]string{}
	for _, r := range radios {
		w.radios[r.Index] = r.Name
	}
	devices, err := c.links.list()
	if err != nil {
		return err
	}
	w.known = map[int]link{}
	for _, l := range devices {
		w.known[l.index] = l
	}
	return nil
}

// Next waits for an event. The error is os.ErrClosed after Close, or what went wrong for good.
func (w *Watcher) Next() (Event, error) {
	select {
	case <-w.closed:
		return Event{}, os.ErrClosed
	default:
	}
	select {
	case f := <-w.found:
		return f.event, f.err
	case <-w.closed:
		return Event{}, os.ErrClosed
	}
}

// Close ends the watch, also for a Next that waits. It may be called more than once, from any goroutine.
func (w *Watcher) Close() error {
	var err error
	w.once.Do(func() {
		close(w.closed)
		if w.nl != nil {
			err = w.nl.Close()
		}
		if w.links != nil {
			err = errors.Join(err, w.links.close())
		}
	})
	w.reading.Wait()
	return err
}

// read hands on what receive returns until the watcher is closed, or receive fails for good.
func (w *Watcher) read(receive func() ([]Event, error)) {
	for {
		events, err := receive()
		if errors.Is(err, unix.ENOBUFS) {
			events, err = []Event{{Kind: Lost, Phy: noPhy}}, nil
		}
		for _, e := range events {
			if !w.hand(found{event: e}) {
				return
			}
		}
		if err != nil {
			for w.hand(found{err: fmt.Errorf("watch radios: %w", err)}) {
			}
			return
		}
	}
}

// hand is false once the watcher is closed.
func (w *Watcher) hand(f found) bool {
	select {
	case w.found <- f:
		return true
	case <-w.closed:
		return false
	}
}

func (w *Watcher) receiveRadios() ([]Event, error) {
	messages, _, err := w.nl.Receive()
	if err != nil {
		return nil, err
	}
	var events []Event
	for _, m := range messages {
		var e Event
		if err := e.decode(m.Data); err != nil {
			return nil, err
		}
		if e.Kind = w.kindOf(m.Header.Command, e); e.Kind != 0 {
			events = append(events, e)
		}
	}
	return events, nil
}

// kindOf says what an nl80211 command tells, 0 for nothing of interest. The kernel tells of a renamed radio as of a
// new one.
func (w *Watcher) kindOf(command uint8, e Event) EventKind {
	switch command {
	case unix.NL80211_CMD_NEW_WIPHY:
		name, old := w.radios[e.Phy]
		w.radios[e.Phy] = e.Name
		switch {
		case !old:
			return RadioAdded
		case name != e.Name:
			return RadioRenamed
		}
	case unix.NL80211_CMD_DEL_WIPHY:
		delete(w.radios, e.Phy)
		return RadioRemoved
	case unix.NL80211_CMD_NEW_INTERFACE:
		return InterfaceAdded
	case unix.NL80211_CMD_DEL_INTERFACE:
		return InterfaceRemoved
	case unix.NL80211_CMD_REG_CHANGE, unix.NL80211_CMD_WIPHY_REG_CHANGE:
		return RegulatoryChanged
	case unix.NL80211_CMD_CH_SWITCH_NOTIFY:
		return ChannelSwitched
	}
	return 0
}

func (w *Watcher) receiveLinks() ([]Event, error) {
	messages, err := w.links.nl.Receive()
	if err != nil {
		return nil, err
	}
	var events []Event
	for _, m := range messages {
		l, err := parseLink(m.Data)
		if err != nil {
			return nil, err
		}
		events = append(events, w.compare(m.Header.Type, l)...)
	}
	return events, nil
}

// compare finds what has changed of a network device.
func (w *Watcher) compare(message netlink.HeaderType, l link) []Event {
	old, known := w.known[l.index]
	if message == unix.RTM_DELLINK {
		delete(w.known, l.index)
		return nil // of those of Wi-Fi nl80211 tells
	}
	w.known[l.index] = l
	var events []Event
	if known && old.name != l.name {
		events = append(events, Event{Kind: InterfaceRenamed, Phy: noPhy, Index: l.index, Name: l.name})
	}
	if l.up() != old.up() {
		kind := InterfaceDown
		if l.up() {
			kind = InterfaceUp
		}
		events = append(events, Event{Kind: kind, Phy: noPhy, Index: l.index, Name: l.name})
	}
	return events
}

package detectors

import (
	"fmt"
	"strconv"
	"time"

	"picket/capture/dot11"
)

var deviceLost = Spec{
	Name:        "DEVICELOST",
	Class:       "SYSTEM",
	Severity:    15,
	Limit:       "10/min",
	Burst:       "1/sec",
	Description: "A device that is to be told of when it goes is no longer heard.",
	Wants:       presenceKinds,
	Presence:    true,
	RateBased:   true,
	Options: []Option{
		{Name: "devicelost_timeout", Default: 60, Min: 1, Max: 86400, Unit: "s", Doc: "How long a device must not have been heard to be lost."},
	},
	New: func(s Settings) (Detector, error) {
		return &deviceLostDetector{
			list:    s.Lost,
			timeout: s.Seconds("devicelost_timeout"),
			present: NewAddrTable[lostDevice](s.Tables.Stations / 16),
		}, nil
	},
}

// lostAtOnce is how many devices are told of in a tick. The others are in the
// next ones: all at once they would run into the limit of the alert.
const lostAtOnce = 8

// DEVICELOST: a device on the list of those to miss is no longer heard.
//
// # What it sees
//
// The departure, or the failure, of certain devices: a camera that was
// unplugged or jammed, an access point that was stolen, somebody who has left.
//
// # Source
//
// Kismet's alert of the same name. The devices are lines of the configuration,
// devicelost=MAC or devicelost=MAC/MASK, where the mask says which bits of the
// address count. While picket runs they are edited over the API: POST
// /devices/alerts/mac/lost/add.cmd or remove.cmd with {"macs": ["MAC"]}; GET
// /devices/alerts/mac/lost/macs.json shows them. What was edited is forgotten at
// the end.
//
// # Trigger
//
// A listed device that was heard transmits nothing for longer than the option
// devicelost_timeout. It is told once, within a second, or when the next frame
// of the capture shows that the time has passed, and anew after the device was
// heard again. Time in which no adapter listened does not count, nor do frames
// to the device, and deauthentications and disassociations, which forgers send
// in the names of others. The limits of the alert are kept by device; when many
// are lost at once, eight are told of in a second.
//
// # Cannot see
//
// A device that was never heard since the start, or since it is on the list. A
// device that another one replaces under its address. The oldest of more than
// 1024 devices that are there at once, with tables of the default size.
//
// # Known false positives
//
// A device that sleeps for longer than the timeout. A sensor that hops, and
// was elsewhere when the device transmitted: the text tells for how much of the
// last minute its channel was listened to.
//
// # Options
//
//   - devicelost_timeout: the seconds that a device must not have been heard to
//     be lost (60). It is an option of the configuration, too.
type deviceLostDetector struct {
	list    *DeviceList
	timeout time.Duration
	present *Table[dot11.Addr, lostDevice]
}

// A lostDevice is one that will be missed.
type lostDevice struct {
	first, last Instant
	listened    Instant // the last one, as in Context
	frames      uint64
	seen        appearance // the last one
}

// quiet is for how long somebody has listened since it was heard.
func (p *lostDevice) quiet(c *Context) time.Duration { return c.Listened.Sub(p.listened) }

func (d *deviceLostDetector) Frame(c *Context) {
	device := c.Frame.Transmitter
	entry, ok := d.list.match(device)
	if !ok || !isStation(device) {
		c.Explain("its transmitter is not on the list")
		return
	}
	p, isNew := d.present.Put(device)
	if isNew {
		c.Explain("its transmitter is on the list, and will be missed from now on")
	} else if c.Explaining() {
		c.Explain("its transmitter is on the list, and was heard %s ago; it is lost after %s", rough(p.quiet(c)), rough(d.timeout))
	}
	// It may be back before a tick found it missing.
	if !isNew && p.quiet(c) > d.timeout {
		d.report(c, device, entry, p)
		*p = lostDevice{}
	}
	if p.frames == 0 {
		p.first = c.Time
	}
	p.last, p.listened = c.Time, c.Listened
	p.frames++
	p.seen = appearanceOf(c)
}

// Tick looks for those who are missing.
func (d *deviceLostDetector) Tick(c *Context) {
	if d.present.Len() == 0 {
		return
	}
	var room [lostAtOnce]dot11.Addr
	gone := room[:0]
	for device, p := range d.present.All() {
		if len(gone) == lostAtOnce {
			break
		}
		if p.quiet(c) > d.timeout {
			gone = append(gone, device)
		}
	}
	for _, device := range gone {
		// It may have been taken off the list.
		if entry, ok := d.list.match(device); ok {
			d.report(c, device, entry, d.present.Peek(device))
		}
		d.present.Delete(device)
	}
}

func (d *deviceLostDetector) report(c *Context, device dot11.Addr, entry maskedAddr, p *lostDevice) {
	s := &p.seen
	frames := plural(p.frames, "frame")
	if p.frames > 1 {
		frames += " within " + rough(p.last.Sub(p.first))
	}
	c.ReportAbsence(&Finding{
		Text: fmt.Sprintf("%s has not been heard for %d s, after %s; the last was: %s",
			monitored(device, entry), int(d.timeout.Seconds()), frames, s),
		BSSID: s.bssid, Source: device, Subject: device,
		Channel: strconv.Itoa(int(s.channel)), FreqMHz: s.freqMHz,
		SignalDBm: s.signalDBm, HasSignal: s.has&dot11.HasSignal != 0,
		// When it was due, whenever that was noticed.
		Time:   s.at.Add(d.timeout + c.Time.Sub(p.last) - p.quiet(c)),
		Frames: p.frames, Datasource: s.source,
	})
}

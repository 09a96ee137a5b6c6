package detectors

import (
	"fmt"
	"time"

	"picket/capture/dot11"
)

var deviceFound = Spec{
	Name:        "DEVICEFOUND",
	Class:       "SYSTEM",
	Severity:    15,
	Limit:       "10/min",
	Burst:       "1/sec",
	Description: "A device that is to be told of when it comes has come, or is back.",
	Wants:       presenceKinds,
	Presence:    true,
	Options: []Option{
		{Name: "devicefound_timeout", Default: 60, Min: 1, Max: 86400, Unit: "s", Doc: "How long a device must not have been heard to be found again."},
	},
	New: func(s Settings) (Detector, error) {
		return &deviceFoundDetector{
			list:    s.Found,
			timeout: s.Seconds("devicefound_timeout"),
			heard:   NewAddrTable[foundDevice](s.Tables.Stations / 16),
		}, nil
	},
}

// foundAtOnce is how many devices a second are told of: more than any limit
// lets through, and few enough that somebody who makes up addresses of a listed
// block takes no evidence from others.
const foundAtOnce = windowSize

// DEVICEFOUND: a device on the list of those to tell of has come.
//
// # What it sees
//
// The arrival of certain devices: one that was stolen or banned, the phone of
// somebody who should not be there, any device of a maker that has no business
// here, a sensor that should have reported.
//
// # Source
//
// Kismet's alert of the same name. The devices are lines of the configuration,
// devicefound=MAC or devicefound=MAC/MASK, where the mask says which bits of
// the address count; aa:bb:cc:00:00:00/ff:ff:ff:00:00:00 is all of a maker's.
// While picket runs they are edited over the API: POST
// /devices/alerts/mac/found/add.cmd or remove.cmd with {"macs": ["MAC"]}; GET
// /devices/alerts/mac/found/macs.json shows them. What was edited is forgotten
// at the end.
//
// # Trigger
//
// The first frame that a listed device transmits, and the first one after it
// was not heard for longer than the option devicefound_timeout. Time in which
// no adapter listened does not count. Not taken for a sign of a device are
// frames to it, and deauthentications and disassociations, which forgers send
// in the names of others. The limits of the alert are kept by device; at most
// 32 are told of in a second.
//
// # Cannot see
//
// A device that transmits nothing, or nothing while its channel is listened
// to. A phone or a laptop that has changed its random address. A device whose
// frames an access point passes on, if it is not heard itself.
//
// # Known false positives
//
// Somebody else who uses the address. Under a mask, an address that was
// damaged on the way, where the capture has no checksums and the receiver did
// not sort out damaged frames.
//
// # Options
//
//   - devicefound_timeout: the seconds that a device must not have been heard
//     to be found again (60). It is an option of the configuration, too.
type deviceFoundDetector struct {
	list    *DeviceList
	timeout time.Duration
	heard   *Table[dot11.Addr, foundDevice]
	told    window
}

// A foundDevice is one that was heard, last at these moments.
type foundDevice struct{ at, listened Instant }

func (d *deviceFoundDetector) Frame(c *Context) {
	device := c.Frame.Transmitter
	entry, ok := d.list.match(device)
	if !ok || !isStation(device) {
		c.Explain("its transmitter is not on the list")
		return
	}
	last, isNew := d.heard.Put(device)
	before := *last
	*last = foundDevice{c.Time, c.Listened}
	how := "is here, heard for the first time"
	if !isNew {
		if quiet := c.Listened.Sub(before.listened); quiet <= d.timeout {
			if c.Explaining() {
				c.Explain("its transmitter is on the list, and was heard %s ago, which is within the timeout of %s", rough(quiet), rough(d.timeout))
			}
			return
		}
		how = fmt.Sprintf("is back after %s", rough(c.Time.Sub(before.at)))
	}
	if d.told.reached(foundAtOnce, time.Second, c.Time) {
		c.Explain("its transmitter has come, but too many were told of within the last second")
		return
	}
	d.told.add(c.Time)
	seen := appearanceOf(c)
	c.Report(Report{
		Text:    fmt.Sprintf("%s %s: %s", monitored(device, entry), how, &seen),
		Source:  device,
		Subject: device,
	})
}

package radio

import (
	"testing"

	"github.com/mdlayher/genetlink"
)

// FuzzMessages reads any bytes as what the kernel tells of radios, interfaces and network devices: no panic.
func FuzzMessages(f *testing.F) {
	for _, name := range []string{"radios.nl.gz", "interfaces.nl.gz", "domains.nl.gz"} {
		for _, m := range payloads(f, recorded(f, name)) {
			f.Add(m.Data)
		}
	}
	for _, m := range recorded(f, "links.nl.gz") {
		f.Add(m.Data)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = parseLink(b)
		var i Interface
		if i.decode(b) == nil {
			_ = i.Channel.String()
		}
		var e Event
		if e.decode(b) == nil {
			_ = e.String()
		}
		list, err := parseRadios([]genetlink.Message{{Data: b}, {Data: b}})
		if err != nil {
			return
		}
		for _, r := range list {
			for _, c := range r.Channels {
				_ = r.Supports(Channel{FreqMHz: c.FreqMHz, Width: Width80})
			}
			r.Widths(i.Channel.Band())
		}
	})
}

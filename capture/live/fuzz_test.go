package live

import (
	"testing"

	"picket/capture"
	"picket/capture/radio"
)

func FuzzOptions(f *testing.F) {
	for _, text := range []string{
		`wlan1:channels="1,6 11HT40-",hop=true,hop_rate=5/sec`, "wlan1:channel=5W6e160,vif=mon0,fcsfail=1",
		`wlan1:filter="type mgt and not wlan addr2 02:00:00:00:00:01",ring=16`, "veth1:link=radiotap,retry=false",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := capture.ParseDefinition(text)
		if err != nil {
			return
		}
		o, err := ParseOptions(&d, usual)
		if err != nil {
			return
		}
		if o.HopPeriod < shortestPeriod || o.HopPeriod > longestPeriod || o.Ring < 0 || o.Ring > maxRing<<20 {
			t.Errorf("%q: a period of %v, a ring of %d bytes", text, o.HopPeriod, o.Ring)
		}
		for _, c := range append(o.Channels, o.AddChannels...) {
			if again, err := radio.ParseChannel(c.String()); err != nil || again != c {
				t.Errorf("%q: channel %v is read back as %v, error %v", text, c, again, err)
			}
		}
	})
}

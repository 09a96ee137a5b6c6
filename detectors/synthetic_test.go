package detectors

import (
	"compress/gzip"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

// writeCaptures has the synthetic captures written anew:
// go test ./detectors -run Synthetic -captures
var writeCaptures = flag.Bool("captures", false, "write the synthetic captures of testdata")

// syntheticCaptures are those that no tool was recorded doing, by the names of
// their files.
var syntheticCaptures = map[string]func(testing.TB) []captured{
	"synthetic-cryptodrop":    cryptoDropCapture,
	"synthetic-lucenttest":    lucentTestCapture,
	"synthetic-netstumbler":   netStumblerCapture,
	"synthetic-noncedegrade":  nonceDegradeCapture,
	"synthetic-rtl8195vd1406": rtl8195VD1406Capture,
	"synthetic-vdoo202027301": vdoo202027301Capture,
	"synthetic-vdoo202027302": vdoo202027302Capture,
	"synthetic-wellenreiter":  wellenreiterCapture,
}

// cryptoDropCapture is a network among others that is offered open after half
// a minute, and then with encryption again.
func cryptoDropCapture(t testing.TB) []captured {
	const s = time.Second
	peace := among(t, "clean-joins")
	ap := fakeAP{bssid: "e8:94:f6:51:22:07", ssid: "Workshop", channel: 6, security: rsnElement(2), started: -40 * time.Hour, signal: -71}
	open := ap
	open.security, open.signal, open.fcs = nil, -52, true
	return air(peace, ap.beacons(40*time.Millisecond, 10*s), open.beacons(10*s+70*time.Millisecond, 13*s), ap.beacons(14*s+40*time.Millisecond, 16*s))
}

// among is a recorded capture on the time line of made-up ones.
func among(t testing.TB, name string) []captured {
	frames := readCapture(t, "testdata/"+name+".pcap.gz")
	begin := frames[0].at
	for i := range frames {
		frames[i].at = epoch.Add(frames[i].at.Sub(begin))
	}
	return frames
}

func TestSyntheticCapturesAreThoseThatAreBuilt(t *testing.T) {
	for name, build := range syntheticCaptures {
		path := "testdata/" + name + ".pcap.gz"
		frames := build(t)
		if *writeCaptures {
			writeCapture(t, path, frames)
		}
		if diff := cmp.Diff(frames, readCapture(t, path), cmp.AllowUnexported(captured{})); diff != "" {
			t.Errorf("%s is not what is built (-built +file):\n%s", name, diff)
		}
	}
}

// writeCapture writes frames, all of one link type, as a gzipped pcap file.
func writeCapture(t testing.TB, path string, frames []captured) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w := pcapgo.NewWriterNanos(z)
	if err := w.WriteFileHeader(65535, layers.LinkType(frames[0].link)); err != nil {
		t.Fatal(err)
	}
	for _, c := range frames {
		info := gopacket.CaptureInfo{Timestamp: c.at, CaptureLength: len(c.data), Length: len(c.data)}
		if err := w.WritePacket(info, c.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

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

	"picket/capture/dot11"
)

// writeCaptures has the synthetic captures written anew:
// go test ./detectors -run Synthetic -captures
var writeCaptures = flag.Bool("captures", false, "write the synthetic captures of testdata")

// syntheticCaptures are those that no tool was recorded doing, by the names of
// their files.
var syntheticCaptures = map[string]func(testing.TB) []captured{
	"synthetic-cryptodrop":    cryptoDropCapture,
	"synthetic-devices":       devicesCapture,
	"synthetic-lucenttest":    lucentTestCapture,
	"synthetic-netstumbler":   netStumblerCapture,
	"synthetic-noncedegrade":  nonceDegradeCapture,
	"synthetic-nullproberesp": nullProbeRespCapture,
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

// missedPhone is the device that the owner of the networks wants to be told of.
const missedPhone = "a4:83:e7:5e:10:77"

// devicesCapture is a network whose owner misses a phone: it comes, is silent
// for 70 seconds, comes back and goes, while the network goes on. Another phone
// comes and goes, too, and somebody sends frames in the name of the first.
func devicesCapture(t testing.TB) []captured {
	const s, ms = time.Second, time.Millisecond
	ap := fakeAP{bssid: "e8:94:f6:51:22:07", ssid: "Workshop", channel: 6, security: rsnElement(2), started: -40 * time.Hour, signal: -63}
	data := func(from string, first uint16) func(int) synthetic {
		return func(i int) synthetic {
			return synthetic{
				kind: dot11.QoSData, flags: dot11.ToDS | dot11.Protected, to: ap.bssid, from: from, bssid: "e8:94:f6:51:22:01",
				qos: []byte{0, 0}, sequence: first + uint16(i), body: repeat(byte(37*i), 60+i), signal: -58, fcs: i%2 == 0,
			}
		}
	}
	probe := synthetic{kind: dot11.ProbeReq, from: missedPhone, bssid: dot11.Broadcast.String(), elements: [][]byte{ssidElement("Workshop"), ratesElement()}, sequence: 40, signal: -77}
	forged := synthetic{kind: dot11.Deauth, to: ap.bssid, from: missedPhone, bssid: ap.bssid, body: []byte{3, 0}, sequence: 900, signal: -41}
	return air(among(t, "clean-joins"), ap.beacons(40*ms, 165*s),
		[]captured{probe.capture(epoch.Add(8 * s))},
		series(9, 9*s, 1200*ms, data(missedPhone, 41)),
		series(1, 50*s, 0, func(int) synthetic { return forged }),
		series(4, 89*s, 900*ms, data(missedPhone, 60)),
		series(30, 10*s, 700*ms, data("a4:83:e7:5e:10:78", 500)))
}

// nullProbeRespCapture has probe responses without a name in the name of a
// network that shows it, and of one that nobody else hears, beside a hidden
// network that answers so.
func nullProbeRespCapture(t testing.TB) []captured {
	const s, ms = time.Second, time.Millisecond
	ap := fakeAP{bssid: "e8:94:f6:51:22:07", ssid: "Workshop", channel: 6, security: rsnElement(2), started: -40 * time.Hour, signal: -71}
	hidden := fakeAP{bssid: "e8:94:f6:51:22:08", channel: 6, security: rsnElement(2), started: -41 * time.Hour, signal: -74}
	null := func(from fakeAP, begin, every time.Duration, signal int8, sequence uint16) func(int) synthetic {
		return func(i int) synthetic {
			return synthetic{
				kind: dot11.ProbeResp, from: from.bssid, to: "3c:22:fb:77:10:05", capability: dot11.CapESS | dot11.CapPrivacy,
				tsf:      uint64((begin + time.Duration(i)*every - from.started).Microseconds()),
				elements: [][]byte{ratesElement(), dsElement(6), ssidElement(""), rsnElement(2)}, sequence: sequence + uint16(3*i), signal: signal,
			}
		}
	}
	stranger := fakeAP{bssid: "00:0d:93:44:55:66", started: -time.Minute}
	return air(among(t, "clean-hidden"), ap.beacons(40*ms, 12*s), hidden.beacons(70*ms, 12*s),
		series(5, 2*s, 2*s, null(hidden, 2*s, 2*s, hidden.signal, 300)),
		series(2, 4*s, 1300*ms, null(ap, 4*s, 1300*ms, -48, 17)),
		series(3, 8*s, 700*ms, null(stranger, 8*s, 700*ms, -48, 80)))
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

package detectors

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

// A numberedAP sends beacons and other management frames with sequence numbers
// of one counter, or with beacons that are not counted.
type numberedAP struct {
	fakeAP
	uncounted bool // beacons have number 0
	next      uint16
	frames    []captured
}

func (ap *numberedAP) number() uint16 {
	ap.next++
	return ap.next - 1
}

func (ap *numberedAP) beacon(at time.Duration) {
	c := ap.at(dot11.Beacon, at)
	number := uint16(0)
	if !ap.uncounted {
		number = ap.number()
	}
	ap.frames = append(ap.frames, renumbered(c, number))
}

// send sends a frame to or from a station, numbered when it is the access
// point's own.
func (ap *numberedAP) send(at time.Duration, s synthetic) {
	if s.from == ap.bssid && !strings.HasPrefix(s.kind.String(), "data") {
		s.sequence = ap.number()
	}
	s.bssid = ap.bssid
	if s.kind == dot11.Data {
		s.bssid = "02:00:00:00:00:99" // the source or destination beyond
	}
	if s.signal == 0 {
		s.signal = ap.signal
	}
	ap.frames = append(ap.frames, s.capture(epoch.Add(at)))
}

// life is a network at peace: beacons, now and then an answered probe, and a
// station that joins after two seconds and is sent data.
func (ap *numberedAP) life(from, to time.Duration) {
	const interval = 102400 * time.Microsecond
	for i := 0; from+time.Duration(i)*interval < to; i++ {
		at := from + time.Duration(i)*interval
		ap.beacon(at)
		if i%5 == 2 {
			ap.frames = append(ap.frames, renumbered(ap.at(dot11.ProbeResp, at+10*time.Millisecond), ap.number()))
		}
		if at > 2*time.Second && i%2 == 0 {
			ap.send(at+20*time.Millisecond, synthetic{kind: dot11.Data, flags: dot11.ToDS, to: ap.bssid, from: testClient})
			ap.send(at+25*time.Millisecond, synthetic{kind: dot11.Data, flags: dot11.FromDS, to: testClient, from: ap.bssid, body: []byte("data")})
		}
	}
}

// renumbered is the frame with another sequence number.
func renumbered(c captured, number uint16) captured {
	const radio, at = 15, 22
	c.data[radio+at], c.data[radio+at+1] = byte(number<<4), byte(number>>4)
	return c
}

func TestVerdict(t *testing.T) {
	const s = time.Second
	deauth := synthetic{kind: dot11.Deauth, to: testClient, from: testAP, bssid: testAP, body: []byte{1, 0}}
	inName := synthetic{kind: dot11.Disassoc, to: testAP, from: testClient, bssid: testAP, body: []byte{8, 0}}
	broadcast := synthetic{kind: dot11.Deauth, from: testAP, bssid: testAP, body: []byte{3, 0}}
	forged := func(n int, every time.Duration, of synthetic, number func(i int) uint16) []captured {
		return series(n, 10*s, every, func(i int) synthetic { of.sequence = number(i); return of })
	}
	counting := func(i int) uint16 { return uint16(3000 + i) }
	assoc := synthetic{kind: dot11.AssocReq, to: testAP, from: testClient, capability: dot11.CapESS}
	loud, like := int8(-30), int8(-61)
	with := func(of synthetic, signal int8) synthetic { of.signal = signal; return of }
	mfpCapable := rsnElement(8)
	mfpCapable[len(mfpCapable)-2] = 0x80

	for _, tc := range []struct {
		name      string
		uncounted bool
		security  []byte
		attack    func(ap *numberedAP) []captured
		silent    bool // the access point sends nothing more to the station
		want      string
	}{
		{
			name: "the access point's own", silent: true,
			attack: func(ap *numberedAP) []captured {
				for i := range 8 {
					ap.send(10*s+time.Duration(i)*50*time.Millisecond, deauth)
				}
				return nil
			},
			want: "verdict genuine: sequence numbers and signal are the named sender's",
		},
		{
			name: "the access point's own, beacons not counted", uncounted: true, silent: true,
			attack: func(ap *numberedAP) []captured {
				for i := range 8 {
					ap.send(10*s+time.Duration(i)*50*time.Millisecond, deauth)
				}
				return nil
			},
			want: "verdict genuine",
		},
		{
			name: "another counter", silent: true,
			attack: func(*numberedAP) []captured {
				return forged(8, 50*time.Millisecond, with(deauth, like), counting)
			},
			want: "verdict spoofed: sequence numbers do not follow the named sender's (0 of 8 do)",
		},
		{
			name: "another counter, beacons not counted", uncounted: true, silent: true,
			attack: func(*numberedAP) []captured {
				return forged(8, 50*time.Millisecond, with(deauth, like), counting)
			},
			want: "verdict spoofed: sequence numbers do not follow",
		},
		{
			name: "another signal, numbers copied", silent: true,
			attack: func(ap *numberedAP) []captured {
				return forged(8, 5*time.Millisecond, with(deauth, loud), func(i int) uint16 { return ap.next + uint16(i) })
			},
			want: "verdict spoofed: signal -30 dBm where the named sender's is -60 dBm",
		},
		{
			name: "one number again and again", silent: true,
			attack: func(*numberedAP) []captured {
				return forged(8, 50*time.Millisecond, with(deauth, like), func(int) uint16 { return 0 })
			},
			want: "the same sequence number in frame after frame",
		},
		{
			name: "one counter behind both", silent: true,
			attack: func(*numberedAP) []captured {
				return series(8, 10*s, 50*time.Millisecond, func(i int) synthetic {
					of := with(deauth, like)
					if i%2 == 1 {
						of = with(inName, like)
					}
					of.sequence = uint16(3000 + i)
					return of
				})
			},
			want: "one sequence counter behind several addresses",
		},
		{
			name: "copied with care, but the access point goes on serving",
			attack: func(ap *numberedAP) []captured {
				return forged(12, 95*time.Millisecond, with(deauth, like), func(i int) uint16 { return ap.next + uint16(i+i/5) })
			},
			want: "goes on to send data as if it had sent none of them",
		},
		{
			name: "station that has asked for protection", security: mfpCapable, silent: true,
			attack: func(ap *numberedAP) []captured {
				of := assoc
				of.elements = [][]byte{ssidElement("HomeNet"), mfpCapable}
				ap.send(5*s, of)
				return forged(8, 5*time.Millisecond, with(deauth, like), func(i int) uint16 { return ap.next + uint16(i) })
			},
			want: "verdict spoofed: unprotected although the station has asked for management frame protection",
		},
		{
			name: "station that has not", security: mfpCapable, silent: true,
			attack: func(ap *numberedAP) []captured {
				of := assoc
				of.elements = [][]byte{ssidElement("HomeNet"), rsnElement(2)}
				ap.send(5*s, of)
				for i := range 8 {
					ap.send(10*s+time.Duration(i)*5*time.Millisecond, deauth)
				}
				return nil
			},
			want: "verdict genuine",
		},
		{
			name: "broadcast at a rate that nobody needs", silent: true,
			attack: func(ap *numberedAP) []captured {
				return forged(60, 30*time.Millisecond, with(broadcast, like), func(i int) uint16 { return ap.next + uint16(i+i/3) })
			},
			want: "times a second, which nobody needs",
		},
		{
			name: "in the name of a station that was not heard", silent: true,
			attack: func(*numberedAP) []captured {
				of := inName
				of.from = "3c:22:fb:aa:00:77"
				return forged(8, 150*time.Millisecond, of, counting)
			},
			want: "verdict unknown: nothing was heard of the named sender to compare with",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ap := &numberedAP{fakeAP: fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6, signal: -60, security: tc.security}, uncounted: tc.uncounted}
			ap.life(0, 10*s)
			attack := tc.attack(ap)
			if tc.silent {
				for at := 10 * s; at < 12*s; at += 102400 * time.Microsecond {
					ap.beacon(at + 60*time.Millisecond)
				}
			} else {
				ap.life(10*s+10*time.Millisecond, 12*s)
			}
			found := replay(t, Config{}, []Spec{deauthFlood}, air(ap.frames, attack))
			if len(found) == 0 {
				t.Fatal("found nothing")
			}
			last := found[len(found)-1]
			if !strings.Contains(last.Text, tc.want) {
				t.Errorf("found: %s\nwants %q", last.Text, tc.want)
			}
			if !strings.Contains(last.Text, "verdict "+string(last.Verdict)+": ") {
				t.Errorf("verdict %q, text %s", last.Verdict, last.Text)
			}
		})
	}
}

// Another source hears most of it too, a little later.
func TestVerdictIsTheSameWithTwoSources(t *testing.T) {
	const s = time.Second
	for _, uncounted := range []bool{false, true} {
		ap := &numberedAP{fakeAP: fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6, signal: -60}, uncounted: uncounted}
		ap.life(0, 10*s)
		for i := range 40 {
			at := 10*s + time.Duration(i)*40*time.Millisecond
			// So close that the other source's copy comes after the next frame.
			ap.send(at-500*time.Microsecond, synthetic{kind: dot11.Auth, to: testClient, from: testAP, body: []byte{0, 0, 2, 0, 0, 0}})
			ap.send(at, synthetic{kind: dot11.Deauth, to: testClient, from: testAP, body: []byte{1, 0}})
			if i%4 == 3 {
				ap.beacon(at + 500*time.Microsecond)
			}
		}
		var verdicts []Verdict
		e, err := newEngine([]Spec{deauthFlood}, Config{}, func(f *Finding) { verdicts = append(verdicts, f.Verdict) })
		if err != nil {
			t.Fatal(err)
		}
		type heard struct {
			captured
			source string
		}
		var all []heard
		for i, c := range air(ap.frames) {
			all = append(all, heard{c, "one"})
			if i%7 != 0 {
				c.at = c.at.Add(1800 * time.Microsecond)
				all = append(all, heard{c, "two"})
			}
		}
		slices.SortStableFunc(all, func(a, b heard) int { return a.at.Compare(b.at) })
		var f dot11.Frame
		for _, c := range all {
			if f.Parse(c.link, c.data) == dot11.Sound {
				e.Frame(&f, c.at, c.source)
			}
		}
		if want := []Verdict{Genuine, Genuine}; !slices.Equal(verdicts, want) {
			t.Errorf("beacons uncounted: %t: verdicts %v, want %v", uncounted, verdicts, want)
		}
	}
}

func TestVerdictOnRecordedAttacks(t *testing.T) {
	for capture, want := range map[string]Verdict{
		"deauth-aireplay": Spoofed, "deauth-mdk4-slow": Spoofed,
		"deauth-mdk4-evasive": Spoofed, "bcastdiscon-hcxdumptool": Spoofed,
	} {
		for _, f := range replay(t, Config{}, []Spec{bcastDiscon, deauthFlood}, readCapture(t, "testdata/"+capture+".pcap.gz")) {
			if f.Verdict != want {
				t.Errorf("%s: verdict %s: %s", capture, f.Verdict, f.Text)
			}
		}
	}
}

// What an access point does by itself, when its own security or a replay of
// its stations' frames makes it, looks like an attack but for its sender.
func TestVerdictOnWhatAccessPointsSendThemselves(t *testing.T) {
	for _, name := range []string{"aircrack-ng_aircrack-ng/test__wep_64_ptw.cap", "lab/michael.pcap.gz"} {
		found := replay(t, Config{}, []Spec{deauthFlood}, readCapture(t, sharedCapture(t, name)))
		genuine := 0
		for _, f := range found {
			switch f.Verdict {
			case Spoofed:
				t.Errorf("%s: %s", name, f.Text)
			case Genuine:
				genuine++
			}
		}
		if genuine*2 <= len(found) {
			t.Errorf("%s: %d of %d are told to be genuine", name, genuine, len(found))
		}
	}
}

func TestFindingCarriesTheOctetsOfItsSSID(t *testing.T) {
	long := strings.Repeat("\x1b", 40)
	report := func(r Report) Spec {
		return specOf("TEST", dot11.KindsOf(dot11.Beacon, dot11.Deauth), func(c *Context) {
			if c.Time.Sub(Instant(epoch.UnixNano())) > time.Second {
				c.Report(r)
			}
		})
	}
	ap := fakeAP{bssid: testAP, ssid: "Home\x00\xffNet", channel: 6}
	other := fakeAP{bssid: "9c:5c:8e:10:00:02", ssid: "Other", channel: 6}
	known := air(ap.beacons(0, 500*time.Millisecond), other.beacons(0, 500*time.Millisecond))
	deauth := synthetic{kind: dot11.Deauth, to: testClient, from: testAP, body: []byte{1, 0}}.capture(epoch.Add(2 * time.Second))
	for _, tc := range []struct {
		name   string
		report Report
		last   captured
		want   string
	}{
		{"of the BSS", Report{}, deauth, "Home\x00\xffNet"},
		{"of another BSS that the report names", Report{BSSID: dot11.Addr(mustAddr(other.bssid))}, deauth, "Other"},
		{"of a BSS that is not known", Report{BSSID: dot11.Addr(mustAddr(testClient))}, deauth, ""},
		{"of the frame", Report{}, fakeAP{bssid: testAP, ssid: "New", channel: 6}.at(dot11.Beacon, 2*time.Second), "New"},
		{"of a hidden one, what the BSS was known by", Report{}, fakeAP{bssid: testAP, ssid: "\x00\x00", channel: 6}.at(dot11.Beacon, 2*time.Second), "Home\x00\xffNet"},
		{"as the detector says", Report{SSID: []byte(long)}, deauth, long},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{report(tc.report)}, append(known, tc.last))
			if len(found) != 1 {
				t.Fatalf("%d findings", len(found))
			}
			if got := string(found[0].SSID); got != tc.want {
				t.Errorf("SSID %s, want %s", hex.EncodeToString(found[0].SSID), hex.EncodeToString([]byte(tc.want)))
			}
		})
	}
}

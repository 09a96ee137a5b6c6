package detectors

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

var _ = expect("BEACONRATE", row{
	kismet: "Compares the advertised interval of beacons as a whole number a second, in which 98 to 108 TU are the same.",
	picket: "Compares the interval in TU, tells two that take turns, and measures the pauses: two transmitters beacon too often.",
	holds: []held{
		{"disassoc-aireplay", "a second hostapd with the BSSID of the access point on another channel"},
		{"double-country", "a second hostapd with the BSSID of the access point in another country"},
		{"double-interval", "a second hostapd with the BSSID of the access point and half the interval"},
		{"double-security", "a second hostapd with the BSSID of the access point, offering WPA in place of WPA2"},
		{"evil-twin-beacons", "a second hostapd with the BSSID of the access point on another channel"},
		{"probechan-airbase", "airbase-ng with the BSSID of the access point on another channel"},
		{"lab/evil-twin", "a second hostapd with the BSSID of the access point on another channel"},
		{"lab/karma", "airbase-ng -P -C, whose interval doubles once it beacons the names asked for"},
		{"lab/mesh", "mdk4 s -f: mutated beacons, fifty a second, in the name of one that has an interval of a second"},
	},
})

var _ = expect("BSSTIMESTAMP", row{
	kismet: "Never raised: it asks for a silence that the frame itself has just ended.",
	picket: "Follows the clock (TSF) by capture time and by the radio's clock; reports two that take turns, and a step back without a restart.",
	holds: []held{
		{"double-clock", "two access points with one BSSID and clocks an hour apart"},
	},
})

var _ = expect("DOT11D", row{
	kismet: "Reports when the two letters of a beacon's country change or are missing; its comparison of channels is never reached.",
	picket: "Compares letters, environment, channels and powers; leaves out absence and restarts, and tells two that take turns.",
	holds: []held{
		{"double-country", "a second hostapd with the BSSID of the access point in another country"},
	},
})

// The tests in this file are of detectors that compare what a BSSID shows with
// what it showed before. Each case is one history of the air.
type historyCase struct {
	name   string
	frames []captured
	want   string // in the one finding; empty: silence
}

func checkHistories(t *testing.T, spec Spec, cases []historyCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{spec}, tc.frames)
			if tc.want == "" {
				if len(found) > 0 {
					t.Errorf("findings: %q", told(found))
				}
				return
			}
			if len(found) != 1 || !strings.Contains(found[0].Text, tc.want) {
				t.Fatalf("findings: %q, want one with %q", told(found), tc.want)
			}
			if f := found[0]; f.BSSID.String() != "9C:5C:8E:10:00:01" || f.Source.IsZero() || f.Channel == "0" || f.Frames < 2 || len(f.Evidence) == 0 {
				t.Errorf("BSSID %s, source %s, channel %s, %d frames, %d of them as evidence", f.BSSID, f.Source, f.Channel, f.Frames, len(f.Evidence))
			}
		})
	}
}

// checkRecorded replays excerpts of testdata: what each must say, once, or
// nothing.
func checkRecorded(t *testing.T, spec Spec, wants map[string]string) {
	t.Helper()
	for name, want := range wants {
		t.Run(name, func(t *testing.T) {
			found := replay(t, Config{}, []Spec{spec}, readCapture(t, filepath.Join("testdata", name+".pcap.gz")))
			if want == "" && len(found) > 0 || want != "" && (len(found) != 1 || !strings.Contains(found[0].Text, want)) {
				t.Errorf("findings: %q, want %q", told(found), want)
			}
		})
	}
}

// changed is home with one thing changed.
func changedHome(change func(*fakeAP)) fakeAP {
	ap := home
	change(&ap)
	return ap
}

// farewell is what an access point says to all stations when it restarts.
func farewell(at time.Duration) []captured {
	return []captured{synthetic{kind: dot11.Deauth, from: home.bssid, body: []byte{3, 0}, freq: home.freq}.capture(epoch.Add(at))}
}

func TestBeaconRate(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	every := func(tu uint16) fakeAP { return changedHome(func(ap *fakeAP) { ap.interval = tu }) }
	restarted := func(ap fakeAP, at time.Duration) fakeAP { ap.started = at; return ap }
	copied := func(frames []captured, after time.Duration) []captured {
		list := make([]captured, len(frames))
		for i, f := range frames {
			list[i] = captured{f.link, f.data, f.at.Add(after)}
		}
		return list
	}
	late := home.beacons(0, 60*s)
	for i := range late { // held back and delivered in pairs
		if i%2 == 0 {
			late[i].at = late[i].at.Add(101 * ms)
		}
	}
	const two = "Two access points with BSSID 9C:5C:8E:10:00:01 ('HomeNet'): beacon intervals of "
	const many = "come more often than the 100 TU (9.8/s) it advertises"
	checkHistories(t, beaconRate, []historyCase{
		{"stays", home.beacons(0, 200*s), ""},
		{"changes", air(home.beacons(0, 10*s), every(200).beacons(10*s, 60*s)), "changed its beacon interval from 100 TU (9.8/s) (-60 dBm) to 200 TU (4.9/s)"},
		{"changes by little", air(home.beacons(0, 10*s), every(101).beacons(10*s, 60*s)), "from 100 TU (9.8/s) (-60 dBm) to 101 TU (9.7/s)"},
		{"restarts with another", air(home.beacons(0, 10*s), restarted(every(200), 10*s).beacons(10*s+50*ms, 60*s)), ""},
		{"is away for half a second", air(home.beacons(0, 10*s), every(200).beacons(10*s+500*ms, 60*s)), ""},
		{"takes leave of its stations", air(home.beacons(0, 10*s), farewell(10*s), every(200).beacons(10*s+50*ms, 60*s)), ""},
		{"one damaged frame", air(home.beacons(0, 60*s), []captured{every(36).at(dot11.Beacon, 10*s+50*ms)}), ""},
		{"one damaged frame, the first that is heard", air([]captured{every(36).at(dot11.Beacon, 0)}, home.beacons(50*ms, 60*s)), ""},
		{"two by turns", air(home.beacons(0, 8*s), every(300).beacons(5*s+40*ms, 8*s)), two},
		{"two by turns, the second just started", air(home.beacons(0, 8*s), restarted(every(300), 5*s).beacons(5*s+40*ms, 8*s)), two},
		{"two by turns, in spite of a farewell", air(home.beacons(0, 8*s), farewell(5*s), every(300).beacons(5*s+40*ms, 8*s)), two},
		{"two in probe responses", air(home.beacons(0, 30*s), []captured{
			every(300).at(dot11.ProbeResp, 4*s), every(300).at(dot11.ProbeResp, 4100*ms), every(300).at(dot11.ProbeResp, 6*s), every(300).at(dot11.ProbeResp, 6100*ms),
		}), two},
		{"twice as many", air(home.beacons(0, 30*s), home.beacons(10*s+70*ms, 30*s)), many},
		{"twice as many, heard while hopping", dwell(air(home.beacons(0, 60*s), home.beacons(40*ms, 60*s)), 0, 400*ms, 2*s), many},
		{"the same octets again and again", air(home.beacons(0, 30*s), func() []captured {
			var list []captured
			for at := 10 * s; at < 20*s; at += 90 * ms {
				list = append(list, captured{home.at(dot11.Beacon, 0).link, home.at(dot11.Beacon, 0).data, epoch.Add(at)})
			}
			return list
		}()), many},
		{"heard by two radios", air(home.beacons(0, 60*s), copied(home.beacons(0, 60*s), 3*ms)), ""},
		{"captured in pairs", late, ""},
		{"probe responses between", air(home.beacons(0, 60*s), func() []captured {
			var list []captured
			for at := time.Duration(0); at < 60*s; at += 51 * ms {
				list = append(list, home.at(dot11.ProbeResp, at))
			}
			return list
		}()), ""},
	})
}

func TestRecordedBeaconRates(t *testing.T) {
	checkRecorded(t, beaconRate, map[string]string{
		"clean-reconfigured": "", "clean-restart": "", "clean-switches-and-restart": "", "adhoc-conflict": "",
		"double-security": "come more often than", "double-country": "come more often than",
	})
	found := replay(t, Config{}, []Spec{beaconRate}, readCapture(t, "testdata/double-interval.pcap.gz"))
	if len(found) == 0 || !strings.Contains(found[0].Text, "beacon intervals of 100 TU (9.8/s) (-48 dBm) and 50 TU (19.5/s) (-30 dBm)") {
		t.Errorf("findings: %q", told(found))
	}
}

func countryElement(octets ...byte) []byte { return element(dot11.ElementCountry, octets...) }

func TestDot11D(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	in := func(octets ...byte) fakeAP {
		return changedHome(func(ap *fakeAP) { ap.extra = [][]byte{countryElement(octets...)} })
	}
	de := in('D', 'E', ' ', 1, 13, 20)
	us := in('U', 'S', ' ', 1, 11, 30)
	restarted := func(ap fakeAP, at time.Duration) fakeAP { ap.started = at; return ap }
	long := func(last byte) fakeAP {
		octets := []byte{'D', 'E', 'O'}
		for i := range byte(40) {
			octets = append(octets, 36+4*i, 1, 20)
		}
		octets[len(octets)-1] = last
		return in(octets...)
	}
	const two = "Two access points with BSSID 9C:5C:8E:10:00:01 ('HomeNet'): one says that it is in "
	checkHistories(t, dot11D, []historyCase{
		{"stays", de.beacons(0, 100*s), ""},
		{"without", home.beacons(0, 100*s), ""},
		{"by turns", air(de.beacons(0, 20*s), us.beacons(5*s+40*ms, 20*s)), two + "DE, channels 1+13 at 20 dBm (-60 dBm), one in US, channels 1+11 at 30 dBm"},
		{"by turns, in another environment", air(de.beacons(0, 20*s), in('D', 'E', 'O', 1, 13, 20).beacons(5*s+40*ms, 20*s)), "DE outdoors"},
		{"by turns, with other channels", air(de.beacons(0, 20*s), in('D', 'E', ' ', 1, 11, 20).beacons(5*s+40*ms, 20*s)), "channels 1+11"},
		{"by turns, with one more range", air(de.beacons(0, 20*s), in('D', 'E', ' ', 1, 13, 20, 36, 4, 20).beacons(5*s+40*ms, 20*s)), "channels 36+4"},
		{"changes", air(de.beacons(0, 10*s), us.beacons(10*s, 20*s)), "said that it is in DE, channels 1+13 at 20 dBm (-60 dBm) and"},
		{"restarts elsewhere", air(de.beacons(0, 10*s), restarted(us, 10*s).beacons(10*s+50*ms, 20*s)), ""},
		{"takes leave of its stations", air(de.beacons(0, 10*s), farewell(10*s), us.beacons(10*s+50*ms, 20*s)), ""},
		{"comes up", air(home.beacons(0, 10*s), de.beacons(10*s, 20*s)), ""},
		{"vanishes", air(de.beacons(0, 10*s), home.beacons(10*s, 20*s)), ""},
		{"vanishes at times", air(de.beacons(0, 20*s), home.beacons(40*ms, 20*s)), ""},
		{"no country at times", air(de.beacons(0, 20*s), in('X', 'X', 4, 1, 13, 20).beacons(40*ms, 20*s), in(0, 0, 0).beacons(70*ms, 20*s), in('D').beacons(80*ms, 20*s)), ""},
		{"one damaged frame", air(de.beacons(0, 20*s), []captured{us.at(dot11.Beacon, 5*s+40*ms)}), ""},
		{"long", long(20).beacons(0, 20*s), ""},
		{"long, different where it is not remembered", air(long(20).beacons(0, 20*s), long(30).beacons(5*s+40*ms, 20*s)), ""},
		{"in probe responses", air(de.beacons(0, 20*s), func() []captured {
			var list []captured
			for at := 5 * s; at < 10*s; at += 150 * ms {
				list = append(list, us.at(dot11.ProbeResp, at))
			}
			return list
		}()), ""},
	})
}

func TestRecordedCountries(t *testing.T) {
	checkRecorded(t, dot11D, map[string]string{
		"double-country":     "one says that it is in DE, channels 1+13 at 20 dBm (-46 dBm), one in US, channels 1+11 at 20 dBm (-30 dBm)",
		"clean-reconfigured": "", "clean-switches-and-restart": "", "clean-joins": "", "double-interval": "", "evil-twin-beacons": "",
	})
}

func TestBSSTimestamp(t *testing.T) {
	const s, ms = time.Second, time.Millisecond
	since := func(at time.Duration) fakeAP { return changedHome(func(ap *fakeAP) { ap.started = at }) }
	up := since(-24 * time.Hour)
	// withTSFT stamps frames with a radio's clock, which began at start.
	withTSFT := func(frames []captured, start time.Duration) []captured {
		list := make([]captured, len(frames))
		for i, f := range frames {
			list[i] = stamped(f, uint64((f.at.Sub(epoch) - start).Microseconds()))
		}
		return list
	}
	const two = "Two access points with BSSID 9C:5C:8E:10:00:01 ('HomeNet'): two clocks (TSF), "
	checkHistories(t, bssTimestamp, []historyCase{
		{"runs on", up.beacons(0, 100*s), ""},
		{"two", air(up.beacons(0, 20*s), since(-time.Hour).beacons(5*s+40*ms, 20*s)), two + "23h0m0s apart"},
		{"two, the second just started", air(up.beacons(0, 20*s), since(5*s).beacons(5*s+40*ms, 20*s)), two},
		{"two, of which one stands still", air(up.beacons(0, 20*s), func() []captured {
			list := home.beacons(5*s+40*ms, 20*s)
			for i := range list {
				at := list[i].at
				list[i] = home.at(dot11.Beacon, 0)
				list[i].at = at
			}
			return list
		}()), two},
		{"two, 1.5 s apart", air(up.beacons(0, 20*s), since(-24*time.Hour+1500*ms).beacons(5*s+40*ms, 20*s)), ""},
		{"two, 1.5 s apart, by the radio's clock", withTSFT(air(up.beacons(0, 20*s), since(-24*time.Hour+1500*ms).beacons(5*s+40*ms, 20*s)), -s), two + "1.5s apart"},
		{"two, 40 ms apart, by the radio's clock", withTSFT(air(up.beacons(0, 20*s), since(-24*time.Hour+40*ms).beacons(5*s+40*ms, 20*s)), -s), two + "40ms apart"},
		{"two, 10 ms apart, by the radio's clock", withTSFT(air(up.beacons(0, 20*s), since(-24*time.Hour+10*ms).beacons(5*s+40*ms, 20*s)), -s), ""},
		{"two, a day apart, by both clocks", withTSFT(air(up.beacons(0, 20*s), since(0).beacons(5*s+40*ms, 20*s)), -s), two + "24h0m0s apart"},
		{"the radio's clock is begun anew again and again", air(withTSFT(up.beacons(0, 5*s), -s), withTSFT(up.beacons(5*s, 8*s), 5*s-ms), withTSFT(up.beacons(8*s, 12*s), 8*s-ms), withTSFT(up.beacons(12*s, 20*s), 12*s-ms)), ""},
		{"the radio's clock is not known of some", air(withTSFT(up.beacons(0, 20*s), -s), func() []captured {
			list := air(up.beacons(40*ms, 20*s), up.beacons(50*ms, 20*s))
			for i := range list {
				list[i] = stamped(list[i], 0)
			}
			return list
		}()), ""},
		{"restarts", air(up.beacons(0, 10*s), since(10*s).beacons(10*s+50*ms, 60*s)), ""},
		{"steps back", air(up.beacons(0, 10*s), since(-time.Hour).beacons(10*s, 60*s)), "stepped back by 23h0m0s (-60 dBm) without a restart"},
		{"steps forward", air(since(-time.Hour).beacons(0, 10*s), up.beacons(10*s, 60*s)), ""},
		{"steps back while away", air(up.beacons(0, 10*s), since(-time.Hour).beacons(14*s, 60*s)), ""},
		{"steps back after a farewell", air(up.beacons(0, 10*s), farewell(10*s), since(-time.Hour).beacons(10*s+50*ms, 60*s)), ""},
		{"one damaged frame", air(up.beacons(0, 60*s), []captured{since(-time.Hour).at(dot11.Beacon, 5*s+40*ms)}), ""},
		{"probe responses without it", air(up.beacons(0, 60*s), []captured{
			since(5*s).at(dot11.ProbeResp, 5*s), since(6*s).at(dot11.ProbeResp, 6*s), since(7*s).at(dot11.ProbeResp, 7*s),
		}), ""},
		{"drifts", func() []captured {
			list := up.beacons(0, 100*s)
			for i := range list { // 100 ppm
				list[i].at = list[i].at.Add(list[i].at.Sub(epoch) / 10000)
			}
			return withTSFT(list, -s)
		}(), ""},
	})
}

// stamped is a frame of a test with the time of the radio's clock.
func stamped(f captured, tsft uint64) captured {
	radio := []byte{0, 0, 24, 0, 0x2b, 0, 0, 0} // present: TSFT, flags, channel, signal
	for range 8 {
		radio = append(radio, byte(tsft))
		tsft >>= 8
	}
	radio = append(radio, f.data[8:15]...)
	return captured{f.link, append(append(radio, 0), f.data[15:]...), f.at}
}

// Receivers' clocks have nothing to do with each other.
func TestBSSTimestampOfTwoRadios(t *testing.T) {
	e, err := newEngine([]Spec{bssTimestamp, chanChange}, Config{}, func(f *Finding) { t.Error(f.Text) })
	if err != nil {
		t.Fatal(err)
	}
	var f dot11.Frame
	damaged := []captured{moved(2).at(dot11.Beacon, 5*time.Second+40*time.Millisecond)} // so that all are looked at
	for i, c := range air(home.beacons(0, 60*time.Second), damaged) {
		for source, start := range map[string]time.Duration{"attic": -time.Hour, "cellar": -2 * time.Hour} {
			c := stamped(c, uint64((c.at.Sub(epoch) - start).Microseconds()))
			if f.Parse(c.link, c.data) != dot11.Sound || f.Radio.Has&dot11.HasTSFT == 0 {
				t.Fatalf("beacon %d is not sound", i)
			}
			e.Frame(&f, c.at, source)
		}
	}
}

func TestRecordedClocks(t *testing.T) {
	checkRecorded(t, bssTimestamp, map[string]string{
		"double-clock":       "two clocks (TSF), 1h0m0s apart, are advertised by turns, one (-47 dBm) and one (-61 dBm)",
		"clean-reconfigured": "", "clean-restart": "", "clean-switches-and-restart": "", "clean-joins": "",
	})
}

// A beacon that repeats the one before is not read anew. That must not show.
func TestNameOfABeaconThatRepeatsTheOneBefore(t *testing.T) {
	var got []string
	spec := specOf("TEST", dot11.KindsOf(dot11.Beacon), func(c *Context) {
		name := ""
		if c.HasName {
			name = c.Name.String()
		}
		got = append(got, name)
	})
	const interval = 102400 * time.Microsecond
	hidden := changedHome(func(ap *fakeAP) { ap.ssid = "" })
	frames := air([]captured{home.at(dot11.ProbeResp, 0)}, hidden.beacons(interval, 4*interval), home.beacons(4*interval, 7*interval),
		ibss(home.bssid, home.bssid, "Printer", 3, 7*interval), home.beacons(10*interval, 12*interval))
	replay(t, Config{}, []Spec{spec}, frames)
	want := ",,,HomeNet,HomeNet,HomeNet,Printer,Printer,Printer,HomeNet,HomeNet"
	if strings.Join(got, ",") != want {
		t.Errorf("names %q, want %s", got, want)
	}
}

// Each kind of strange air is found, and then watched without allocating until
// the next minute.
func TestWatchingDoublesAllocatesNothing(t *testing.T) {
	country := func(octets ...byte) func(*fakeAP) {
		return func(ap *fakeAP) { ap.extra = [][]byte{countryElement(octets...)} }
	}
	twin := changedHome(country('U', 'S', ' ', 1, 11, 30))
	twin.interval, twin.started, twin.security = 150, 0, wpaElement()
	var responses, requests []captured
	for at := time.Duration(0); at < 50*time.Second; at += 500 * time.Millisecond {
		responses = append(responses, moved(11).at(dot11.ProbeResp, at))
		for i, name := range []string{"phone", "kali"} {
			requests = append(requests, dhcpSynthetic{
				at: at + time.Duration(i)*10*time.Millisecond, client: dhcpAlice, copied: i == 1,
				options: [][]byte{hostName(name), vendorClass(name), clientID(dhcpTom)},
			}.capture())
		}
	}
	frames := air(changedHome(country('D', 'E', ' ', 1, 13, 20)).beacons(0, 50*time.Second), twin.beacons(40*time.Millisecond, 50*time.Second),
		responses, requests, ibss("00:c0:ca:66:00:05", home.bssid, "Printer", 480, 0), sends(400, time.Second, dhcpTom, [4]byte{10, 0, 3, 77}))
	specs := []Spec{adhocConflict, advCryptChange, beaconRate, bssTimestamp, dhcpClientID, dhcpConflict, dhcpNameChange, dhcpOSChange, disassocTraffic, dot11D, overpowered, probeChan}
	found := map[string]int{}
	e, err := newEngine(specs, Config{Options: map[string]map[string]string{"OVERPOWERED": {"dot11_max_signal": "-70"}}}, func(f *Finding) { found[f.Name]++ })
	if err != nil {
		t.Fatal(err)
	}
	var f dot11.Frame
	i := 0
	next := func() {
		c := &frames[i]
		i++
		if f.Parse(c.link, c.data) == dot11.Sound {
			e.Frame(&f, c.at, "test")
		}
	}
	for frames[i].at.Sub(epoch) < 20*time.Second {
		next()
	}
	t.Logf("found %v", found)
	if len(found) < len(specs)-2 { // nobody takes leave, no server answers
		t.Errorf("found only %v", found)
	}
	if n := testing.AllocsPerRun(len(frames)-i-10, next); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

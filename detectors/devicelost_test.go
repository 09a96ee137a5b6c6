package detectors

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

func TestDeviceLost(t *testing.T) {
	const minute = time.Minute
	lost := "Monitored device 3C:22:FB:AA:00:11 has not been heard for 60 s, after "
	data := `QoS data in the network "HomeNet" (9C:5C:8E:10:00:01), channel 6, -50 dBm`
	for _, test := range []struct {
		name   string
		listed string
		heard  []time.Duration // the client's data
		end    time.Duration   // of the beacons
		want   []string        // how long after the first frame, and the text
	}{
		{"one frame and no more", testClient, []time.Duration{0}, 2 * minute,
			[]string{"1m0s " + lost + "1 frame; the last was: " + data}},
		{"some frames and no more", testClient, []time.Duration{0, time.Second, 50 * time.Second}, 3 * minute,
			[]string{"1m50s " + lost + "3 frames within 50s; the last was: " + data}},
		{"by a mask", "00:00:00:aa:00:11/00:00:00:ff:ff:ff", []time.Duration{0}, 2 * minute,
			[]string{"1m0s Monitored device 3C:22:FB:AA:00:11 (listed as 00:00:00:AA:00:11/00:00:00:FF:FF:FF) has not been heard for 60 s, after 1 frame; the last was: " + data}},
		{"lost, back, lost", testClient, []time.Duration{0, 2 * minute}, 4 * minute,
			[]string{"1m0s " + lost + "1 frame; the last was: " + data, "3m0s " + lost + "1 frame; the last was: " + data}},

		{"heard at the last moment, each time", testClient, []time.Duration{0, minute, 2 * minute, 3 * minute}, 4 * minute, nil},
		{"the capture ends before", testClient, []time.Duration{0}, minute, nil},
		{"not listed", otherClient, []time.Duration{0}, 3 * minute, nil},
		{"listed and never heard", "02:00:00:00:00:77", []time.Duration{0}, 3 * minute, nil},
		{"its access point is there", testAP, []time.Duration{0}, 3 * minute, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			const begin = 5 * time.Second
			ap := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6}
			frames := ap.beacons(0, begin+test.end)
			for _, at := range test.heard {
				frames = append(frames, clientData.capture(epoch.Add(begin+at)))
			}
			// In the name of the client, and to it: no sign that it is there.
			for at := time.Second; at < 2*minute && len(test.want) > 0; at += 10 * time.Second {
				frames = append(frames,
					synthetic{kind: dot11.Deauth, to: testAP, from: testClient, bssid: testAP, body: []byte{7, 0}}.capture(epoch.Add(begin+at)),
					synthetic{kind: dot11.Data, flags: dot11.FromDS, to: testClient, from: testAP, bssid: otherClient}.capture(epoch.Add(begin+at)))
			}
			var got []string
			for _, f := range replay(t, Config{Lost: listOf(t, test.listed)}, []Spec{deviceLost}, air(frames)) {
				got = append(got, fmt.Sprint(f.Time.Sub(epoch.Add(begin)), " ", f.Text))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDeviceLostSaysWhoAndWhereItWas(t *testing.T) {
	r := newRun(t, Config{Lost: listOf(t, testClient)}, []Spec{deviceLost})
	r.hear(clientProbe, 0)
	r.hear(clientData, time.Second)
	r.silence(time.Hour)
	client := dot11.Addr(mustAddr(testClient))
	want := []*Finding{{
		Name: "DEVICELOST", BSSID: dot11.Addr(mustAddr(testAP)), Source: client, Subject: client,
		Channel: "6", FreqMHz: 2437, SignalDBm: -50, HasSignal: true, Time: epoch.Add(61 * time.Second), Frames: 2,
		RateBased: true, Datasource: "test",
		Text: "Monitored device 3C:22:FB:AA:00:11 has not been heard for 60 s, after 2 frames within 1s; the last was: QoS data in the network 9C:5C:8E:10:00:01, channel 6, -50 dBm",
	}}
	if diff := cmp.Diff(want, r.found); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
	if n := r.e.Stats()[0].Findings; n != 1 {
		t.Errorf("%d findings counted", n)
	}
}

func TestDeviceLostIsToldInSilenceAndOnlyOnce(t *testing.T) {
	r := newRun(t, Config{Lost: listOf(t, testClient)}, []Spec{deviceLost})
	r.hear(clientData, 0)
	for at := time.Second; at <= 5*time.Minute; at += time.Second {
		r.silence(at)
		want := 0
		if at == 61*time.Second {
			want = 1
		}
		if got := r.texts(); len(got) != want {
			t.Fatalf("after %s: %q", at, got)
		}
	}
}

func TestDeviceThatIsBackBeforeItsAbsenceWasNoticedWasLost(t *testing.T) {
	r := newRun(t, Config{Lost: listOf(t, testClient)}, []Spec{deviceLost})
	r.hear(clientData, 0)
	r.silence(59500 * time.Millisecond) // the next tick is a second later
	r.hear(clientData, 60200*time.Millisecond)
	if len(r.found) != 1 || r.found[0].Frames != 1 || !r.found[0].Time.Equal(epoch.Add(time.Minute)) {
		t.Fatalf("found %+v", r.found)
	}
	r.silence(3 * time.Minute)
	if len(r.found) != 2 || r.found[1].Frames != 1 || !r.found[1].Time.Equal(epoch.Add(120200*time.Millisecond)) {
		t.Errorf("found %+v", r.found[1:])
	}
}

func TestDeviceIsNotLostWhileNobodyListens(t *testing.T) {
	r := newRun(t, Config{Lost: listOf(t, testClient)}, []Spec{deviceLost})
	r.hear(clientData, 0)
	r.silence(20 * time.Second)
	r.e.Deaf()
	beacon := synthetic{kind: dot11.Beacon, from: testAP}
	r.hear(beacon, time.Hour)
	r.silence(time.Hour + 40*time.Second)
	if got := r.texts(); got != nil {
		t.Errorf("the sensor was deaf: %q", got)
	}
	r.silence(time.Hour + 42*time.Second)
	if len(r.found) != 1 || !r.found[0].Time.Equal(epoch.Add(time.Hour+40*time.Second)) {
		t.Errorf("the sensor has listened for a minute in all: %v", r.found)
	}
}

func TestDeviceThatIsTakenOffTheListIsNotMissed(t *testing.T) {
	list := listOf(t, testClient, otherClient)
	r := newRun(t, Config{Lost: list}, []Spec{deviceLost})
	other := clientData
	other.from = otherClient
	r.hear(clientData, 0)
	r.hear(other, 0)
	if err := list.Remove(testClient); err != nil {
		t.Fatal(err)
	}
	r.silence(2 * time.Minute)
	if got := r.texts(); len(got) != 1 || !strings.Contains(got[0], "3C:22:FB:AA:00:12") {
		t.Errorf("found %q", got)
	}
}

func TestManyLostDevicesAreToldOneAfterTheOther(t *testing.T) {
	r := newRun(t, Config{Lost: listOf(t, "02:00:00:00:00:00/ff:ff:ff:ff:ff:00")}, []Spec{deviceLost})
	const devices = 20
	for i := range devices {
		r.hear(synthetic{kind: dot11.ProbeReq, from: fmt.Sprintf("02:00:00:00:00:%02x", i)}, time.Duration(i)*time.Millisecond)
	}
	var told []int
	for s := 61; s < 66; s++ {
		r.silence(time.Duration(s) * time.Second)
		told = append(told, len(r.texts()))
	}
	if diff := cmp.Diff([]int{8, 8, 4, 0, 0}, told); diff != "" {
		t.Errorf("told a second (-want +got):\n%s", diff)
	}
}

func TestFramesOfListedDevicesCostNoAllocation(t *testing.T) {
	frames := readCapture(t, "testdata/clean-joins.pcap.gz")
	cfg := Config{
		Found: listOf(t, anyDevice), Lost: listOf(t, anyDevice),
		Options: map[string]map[string]string{"DEVICEFOUND": {"devicefound_timeout": "86400"}, "DEVICELOST": {"devicelost_timeout": "86400"}},
	}
	found := 0
	e, err := New(cfg, func(*Finding) { found++ })
	if err != nil {
		t.Fatal(err)
	}
	var f dot11.Frame
	shift := time.Duration(0)
	show := func() {
		for _, c := range frames {
			if f.Parse(c.link, c.data) == dot11.Sound {
				e.Frame(&f, c.at.Add(shift), "test")
			}
		}
		shift += time.Hour
	}
	show()
	if found != 9 {
		t.Errorf("%d devices found, want the 9 of the capture", found)
	}
	if a := testing.AllocsPerRun(5, show); a != 0 || found != 9 {
		t.Errorf("%v allocations, %d devices found", a, found)
	}
}

// TestDevicesOfARecordingComeAndGo looks at an access point that is restarted,
// hostapd on a simulated radio.
func TestDevicesOfARecordingComeAndGo(t *testing.T) {
	frames := readCapture(t, "testdata/clean-restart.pcap.gz")
	const ap = "4c:5e:0c:30:00:03"
	gap, begin := longestGap(frames, ap)
	t.Logf("%s is silent for %s", ap, gap)
	for _, test := range []struct {
		timeout time.Duration
		want    []string
	}{
		{gap.Truncate(time.Second), []string{"DEVICEFOUND", "DEVICELOST", "DEVICEFOUND"}},
		{gap.Truncate(time.Second) + time.Second, []string{"DEVICEFOUND"}},
	} {
		seconds := fmt.Sprint(int(test.timeout.Seconds()))
		cfg := Config{
			Found: listOf(t, ap), Lost: listOf(t, ap),
			Options: map[string]map[string]string{"DEVICEFOUND": {"devicefound_timeout": seconds}, "DEVICELOST": {"devicelost_timeout": seconds}},
		}
		var got []string
		for _, f := range replay(t, cfg, All(), frames) {
			got = append(got, f.Name)
			if f.Name == "DEVICELOST" && !f.Time.Equal(begin.Add(test.timeout)) {
				t.Errorf("lost at %s, want %s", f.Time, begin.Add(test.timeout))
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("with a timeout of %s s (-want +got):\n%s", seconds, diff)
		}
	}
}

// longestGap is the longest time that a device is silent within a capture, and
// when it begins.
func longestGap(frames []captured, device string) (gap time.Duration, begin time.Time) {
	var f dot11.Frame
	var last time.Time
	for _, c := range frames {
		if f.Parse(c.link, c.data) != dot11.Sound || f.Kind == dot11.Deauth || !slices.Equal(f.Transmitter[:], mustAddr(device)) {
			continue
		}
		if d := c.at.Sub(last); !last.IsZero() && d > gap {
			gap, begin = d, last
		}
		last = c.at
	}
	return gap, begin
}

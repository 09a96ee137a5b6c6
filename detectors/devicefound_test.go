package detectors

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

const otherClient = "3c:22:fb:aa:00:12"

// Frames that show testClient, one way or another.
var (
	clientData  = synthetic{kind: dot11.QoSData, flags: dot11.ToDS, to: testAP, from: testClient, bssid: "ff:ff:ff:ff:ff:ff", qos: []byte{0, 0}}
	clientProbe = synthetic{kind: dot11.ProbeReq, from: testClient, bssid: "ff:ff:ff:ff:ff:ff", elements: [][]byte{ssidElement("Cafe\x1b"), ratesElement()}, freq: 2462, signal: -71}
)

func TestDeviceFound(t *testing.T) {
	const minute = time.Minute
	first := "Monitored device 3C:22:FB:AA:00:11 is here, heard for the first time: "
	data := `QoS data in the network "HomeNet" (9C:5C:8E:10:00:01), channel 6, -50 dBm`
	with := func(s synthetic, change func(*synthetic)) synthetic { change(&s); return s }
	type heard struct {
		synthetic
		at time.Duration
	}
	for _, test := range []struct {
		name   string
		listed string
		frames []heard
		want   []string
	}{
		{"data to its access point", testClient, []heard{{clientData, 5 * time.Second}}, []string{first + data}},
		{"of any kind and with a checksum", testClient, []heard{{with(clientData, func(s *synthetic) { s.fcs, s.flags = true, s.flags|dot11.Retry|dot11.Protected }), 0}}, []string{first + data}},
		{"probe request", testClient, []heard{{clientProbe, 0}}, []string{first + `probe request for "Cafe\x1b", channel 11, -71 dBm`}},
		{"probe request for any", testClient, []heard{{with(clientProbe, func(s *synthetic) { s.elements = [][]byte{ratesElement(), ssidElement("")} }), 0}}, []string{first + "probe request, channel 11, -71 dBm"}},
		{"in a network that is not known", testClient, []heard{{with(clientData, func(s *synthetic) { s.to = "02:00:00:00:00:77"; s.freq = 5180 }), 0}}, []string{first + "QoS data in the network 02:00:00:00:00:77, channel 36, -50 dBm"}},
		{"reserve of the medium with the bandwidth bit", testClient, []heard{{synthetic{kind: dot11.RTS, to: testAP, from: "3d:22:fb:aa:00:11"}, 0}}, []string{first + "RTS, channel 6, -50 dBm"}},
		{"access point", testAP, nil, []string{`Monitored device 9C:5C:8E:10:00:01 is here, heard for the first time: beacon in the network "HomeNet" (9C:5C:8E:10:00:01), channel 6, -50 dBm`}},
		{"by a mask", "3c:22:fb:00:00:00/ff:ff:ff:00:00:00", []heard{{clientData, 0}, {with(clientData, func(s *synthetic) { s.from = otherClient }), time.Millisecond}}, []string{
			"Monitored device 3C:22:FB:AA:00:11 (listed as 3C:22:FB:00:00:00/FF:FF:FF:00:00:00) is here, heard for the first time: " + data,
			"Monitored device 3C:22:FB:AA:00:12 (listed as 3C:22:FB:00:00:00/FF:FF:FF:00:00:00) is here, heard for the first time: " + data,
		}},

		{"heard again and again", testClient, []heard{{clientData, 0}, {clientProbe, time.Second}, {clientData, minute + time.Second}}, []string{first + data}},
		{"back after the timeout", testClient, []heard{{clientData, 0}, {clientData, minute + time.Millisecond}}, []string{first + data, "Monitored device 3C:22:FB:AA:00:11 is back after 1m0s: " + data}},
		{"never away for the whole timeout", testClient, []heard{{clientData, 0}, {clientData, minute}, {clientData, 2 * minute}, {clientData, 3 * minute}}, []string{first + data}},

		{"another device", testClient, []heard{{with(clientData, func(s *synthetic) { s.from = otherClient }), 0}}, nil},
		{"frames to it", testClient, []heard{{synthetic{kind: dot11.Data, flags: dot11.FromDS, to: testClient, from: testAP, bssid: otherClient}, 0}}, nil},
		{"frames that its access point passes on", testClient, []heard{{synthetic{kind: dot11.Data, flags: dot11.FromDS, from: testAP, bssid: testClient}, 0}}, nil},
		{"deauthentication in its name", testClient, []heard{{synthetic{kind: dot11.Deauth, to: testAP, from: testClient, bssid: testAP, body: []byte{7, 0}}, 0}}, nil},
		{"disassociation in its name", testClient, []heard{{synthetic{kind: dot11.Disassoc, to: testAP, from: testClient, bssid: testAP, body: []byte{8, 0}}, 0}}, nil},
		{"next block", "3c:22:fa:00:00:00/ff:ff:ff:00:00:00", []heard{{clientData, 0}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			ap := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6}
			frames := air(ap.beacons(0, 4*minute))
			for _, h := range test.frames {
				frames = air(frames, []captured{h.capture(epoch.Add(h.at + 300*time.Millisecond))})
			}
			var got []string
			for _, f := range replay(t, Config{Found: listOf(t, test.listed)}, []Spec{deviceFound}, frames) {
				got = append(got, f.Text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDeviceFoundSaysWhoAndWhere(t *testing.T) {
	r := newRun(t, Config{Found: listOf(t, testClient, testAP)}, []Spec{deviceFound})
	r.hear(clientProbe, 0)
	// What an access point passes on has the address of another as source.
	r.hear(synthetic{kind: dot11.Data, flags: dot11.FromDS, to: testClient, from: testAP, bssid: otherClient}, 0)
	client, ap := dot11.Addr(mustAddr(testClient)), dot11.Addr(mustAddr(testAP))
	for i, want := range []Finding{
		{Name: "DEVICEFOUND", BSSID: dot11.Broadcast, Source: client, Dest: dot11.Broadcast, Subject: client, Channel: "11", FreqMHz: 2462, SignalDBm: -71},
		{Name: "DEVICEFOUND", BSSID: ap, Source: ap, Dest: client, Subject: ap, Channel: "6", FreqMHz: 2437, SignalDBm: -50},
	} {
		got := *r.found[i]
		if len(got.Evidence) != 1 {
			t.Errorf("%d frames of evidence", len(got.Evidence))
		}
		want.HasSignal, want.Frames, want.Time, want.Datasource = true, 1, epoch, "test"
		got.Text, got.Evidence = "", nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("finding (-want +got):\n%s", diff)
		}
	}
}

func TestDeviceFoundGoesByTheListOfTheMoment(t *testing.T) {
	list := new(DeviceList)
	r := newRun(t, Config{Found: list}, []Spec{deviceFound})
	at := time.Duration(0)
	hear := func(want int) {
		t.Helper()
		at += time.Second
		r.hear(clientData, at)
		if got := r.texts(); len(got) != want {
			t.Errorf("found %q, want %d", got, want)
		}
	}
	hear(0)
	if err := list.Add(testClient); err != nil {
		t.Fatal(err)
	}
	hear(1)
	hear(0)
	if err := list.Remove(testClient); err != nil {
		t.Fatal(err)
	}
	at += time.Hour
	hear(0)
}

func TestDeviceFoundDoesNotCountTimeInWhichNobodyListened(t *testing.T) {
	r := newRun(t, Config{Found: listOf(t, testClient)}, []Spec{deviceFound})
	r.hear(clientData, 0)
	r.texts()
	r.e.Deaf()
	r.hear(clientData, time.Hour)
	if got := r.texts(); got != nil {
		t.Errorf("found %q after the sensor was deaf", got)
	}
	// It was missing before the sensor was deaf again.
	r.silence(time.Hour + 2*time.Minute)
	r.e.Deaf()
	r.hear(clientData, 2*time.Hour)
	if got := r.texts(); len(got) != 1 || !strings.Contains(got[0], "is back after 1h0m0s: ") {
		t.Errorf("found %q after two minutes of silence", got)
	}
}

func TestDeviceFoundHasTheTimeoutOfItsOption(t *testing.T) {
	cfg := Config{Found: listOf(t, testClient), Options: map[string]map[string]string{"DEVICEFOUND": {"devicefound_timeout": "5"}}}
	r := newRun(t, cfg, []Spec{deviceFound})
	for _, at := range []time.Duration{0, 5, 11, 16} {
		r.hear(clientData, at*time.Second)
	}
	if got := r.texts(); len(got) != 2 {
		t.Errorf("found %q, want it first and after 6 s", got)
	}
}

func TestMadeUpAddressesOfAListedBlockTakeLittleEvidence(t *testing.T) {
	r := newRun(t, Config{Found: listOf(t, "02:00:00:00:00:00/03:00:00:00:00:00", testClient)}, []Spec{deviceFound})
	address := [6]byte{2}
	for i := range 20_000 {
		binary.BigEndian.PutUint32(address[2:], uint32(i))
		r.hear(synthetic{kind: dot11.ProbeReq, from: dot11.Addr(address).String()}, time.Duration(i)*100*time.Microsecond)
	}
	if n := len(r.texts()); n < foundAtOnce || n > 3*foundAtOnce {
		t.Errorf("%d findings in two seconds", n)
	}
	r.hear(clientData, 10*time.Second)
	if got := fmt.Sprint(r.texts()); got != `[Monitored device 3C:22:FB:AA:00:11 is here, heard for the first time: QoS data in the network 9C:5C:8E:10:00:01, channel 6, -50 dBm]` {
		t.Errorf("after the flood: %s", got)
	}
}

package alertcore

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// stoppedClock always says the same time.
func stoppedClock(at Micros) func() time.Time {
	return func() time.Time { return at.Time() }
}

func mustMAC(t *testing.T, s string) MAC {
	t.Helper()
	m, err := ParseMAC(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The texts of hash input and their sums are what a real Kismet answered.
func TestHash(t *testing.T) {
	def := Definition{Header: "SCARYALERT", Class: "SPOOF", Severity: High, PhyID: PhyAny}
	for _, test := range []struct {
		time  Micros
		alert Alert
		want  uint32
	}{
		{1795405927_037596, Alert{}, 2337412990},
		{1795405927_497024, Alert{
			BSSID: mustMAC(t, "aa:bb:cc:dd:ee:ff"), Source: mustMAC(t, "00:11:22:33:44:55"),
			Dest: mustMAC(t, "ff:ff:ff:ff:ff:ff"), Other: mustMAC(t, "0102"), Channel: "6HT40",
		}, 930027611},
	} {
		core := New(Options{Backlog: 1, Clock: stoppedClock(test.time - 1)})
		r := core.publish(Record{def: &def, alert: &test.alert})
		if r.Time() != test.time || r.Hash() != test.want {
			t.Errorf("hash of the record at %d is %d, want %d", r.Time(), r.Hash(), test.want)
		}
		if core.ByHash(test.want) != r || core.ByHash(test.want+1) != nil {
			t.Error("the record is not found by its hash alone")
		}
	}
}

func TestRecordEncoding(t *testing.T) {
	core := New(Options{Backlog: 1, Clock: stoppedClock(1795405927_497023)})
	if err := core.Define(Definition{Header: "scaryAlert", Class: "spoof", Severity: High, PhyID: PhyAny, Limit: Rate{10, Minute}, Burst: Rate{3, Second}}); err != nil {
		t.Fatal(err)
	}
	r, err := core.Raise(&Alert{
		Name: "SCARYALERT", Text: "Text with \"quotes\" / é \\ and 100% ; semi",
		BSSID: mustMAC(t, "aa:bb:cc:dd:ee:ff"), Source: mustMAC(t, "00:11:22:33:44:55"),
		Dest: mustMAC(t, "ff:ff:ff:ff:ff:ff"), Other: mustMAC(t, "0102"), Channel: "6HT40",
		FrameTime: Micros(1795405920_500000).Time(), Datasource: "attic", SignalDBm: -61, HasSignal: true, Frames: 12,
		Verdict: "spoofed", SSID: []byte("Net\x00\xff"),
	})
	if err != nil {
		t.Fatal(err)
	}
	// Up to the location this is byte for byte what Kismet answered for the same alert.
	want := `{"kismet.alert.device_key": "00_0","kismet.alert.header": "SCARYALERT","kismet.alert.class": "SPOOF","kismet.alert.hash": 930027611,"kismet.alert.severity": 15,"kismet.alert.phy_id": 4294967295,"kismet.alert.timestamp": 1795405927.497024,"kismet.alert.transmitter_mac": "AA:BB:CC:DD:EE:FF","kismet.alert.source_mac": "00:11:22:33:44:55","kismet.alert.dest_mac": "FF:FF:FF:FF:FF:FF","kismet.alert.other_mac": "01:02","kismet.alert.channel": "6HT40","kismet.alert.frequency": 0,"kismet.alert.text": "Text with \"quotes\" / é \\ and 100% ; semi","kismet.alert.location": {"kismet.common.location.geopoint": [0, 0]},` +
		`"picket.alert.frame_time": 1795405920.500000,"picket.alert.datasource": "attic","picket.alert.signal_dbm": -61,"picket.alert.frames": 12,"picket.alert.verdict": "spoofed","picket.alert.ssid_hex": "4e657400ff","picket.alert.suppressed": 0}`
	if diff := cmp.Diff(want, string(r.JSON())); diff != "" {
		t.Errorf("encoding (-want +got):\n%s", diff)
	}
}

func TestTimestampsIncreaseWhateverTheClockSays(t *testing.T) {
	now := Micros(1795405927_000000)
	core := New(Options{Backlog: 10, Clock: func() time.Time { return now.Time() }})
	var last Micros
	for _, step := range []Micros{0, 0, -3600 * second, 86400 * second, -86400 * second, 1} {
		now += step
		r := core.RaiseOneShot("SOURCEERROR", "system", Critical, PhyUnknown, "x")
		if r.Time() <= last {
			t.Errorf("after a step of %d µs: %d follows %d", step, r.Time(), last)
		}
		last = r.Time()
	}
	list, cursor := core.Since(0)
	if len(list) != 6 || cursor != last {
		t.Errorf("%d records and cursor %d, want 6 and %d", len(list), cursor, last)
	}
}

// Who polls before there is anything gets a cursor that the first record passes.
func TestTheCursorOfAnEmptyRingMissesNothing(t *testing.T) {
	core := New(Options{Backlog: 1, Clock: stoppedClock(1795405927_000000)})
	_, cursor := core.Since(0)
	r := core.RaiseOneShot("SOURCEOPEN", "SYSTEM", Critical, PhyUnknown, "x")
	if list, _ := core.Since(cursor); len(list) != 1 || list[0] != r {
		t.Errorf("after cursor %d: %d records, want the one at %d", cursor, len(list), r.Time())
	}
}

func TestDefine(t *testing.T) {
	core := New(Options{})
	perMin, perSec := Rate{10, Minute}, Rate{1, Second}
	for _, test := range []struct {
		def  Definition
		want error
	}{
		{Definition{Header: "Straße é", Limit: perMin, Burst: perSec}, nil},
		{Definition{Header: "STRAßE é", Limit: perMin, Burst: perSec}, ErrDefined},
		{Definition{Header: "kismet", Limit: perMin, Burst: perSec}, ErrDefined},
		{Definition{Header: "BU", Limit: perSec, Burst: perMin}, ErrBurstUnit},
		{Definition{Header: "BU", Limit: perMin, Burst: perSec}, nil}, // a refused definition does not take the name
	} {
		if err := core.Define(test.def); !errors.Is(err, test.want) {
			t.Errorf("Define(%q) = %v, want %v", test.def.Header, err, test.want)
		}
	}
	if _, err := core.Raise(&Alert{Name: "NOPE"}); !errors.Is(err, ErrUnknownAlert) {
		t.Errorf("raising an unknown alert: %v", err)
	}
	var names []string
	for _, d := range core.Definitions() {
		names = append(names, d.Header)
	}
	if diff := cmp.Diff([]string{"KISMET", "STRAßE é", "BU"}, names); diff != "" {
		t.Errorf("definitions (-want +got):\n%s", diff)
	}
}

func TestMessages(t *testing.T) {
	now := Micros(1795405927_900000)
	core := New(Options{Clock: func() time.Time { return now.Time() }})
	core.Post(MessageInfo|MessageLocal, "first")
	now += second
	core.RaiseOneShot("SOURCEERROR", "SYSTEM", Critical, PhyUnknown, "wlan1 is gone")

	texts := func(after int64) (out []string) {
		for _, m := range core.Messages(after) {
			out = append(out, m.Text())
		}
		return out
	}
	if diff := cmp.Diff([]string{"first", "SOURCEERROR wlan1 is gone"}, texts(0)); diff != "" {
		t.Errorf("all messages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"SOURCEERROR wlan1 is gone"}, texts(1795405927)); diff != "" {
		t.Errorf("messages of the second after (-want +got):\n%s", diff)
	}
	if got := core.Messages(0)[1].Flags(); got != MessageAlert {
		t.Errorf("an alert's message has flags %d, want %d", got, MessageAlert)
	}
	for range 2 * MessageBacklog {
		core.Post(MessageInfo, "more")
	}
	if got := len(core.Messages(0)); got != MessageBacklog {
		t.Errorf("%d messages retained, want %d", got, MessageBacklog)
	}
}

func TestSubscriptionDeliversInOrderAndCountsWhatItMissed(t *testing.T) {
	core := newTestCore(t, Options{Backlog: 50})
	raise := func(n int) (out []*Record) {
		for range n {
			r, err := core.Raise(&Alert{Name: "FREE"})
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, r)
		}
		return out
	}
	raise(3) // before the subscription: not its business
	sub := core.Subscribe()
	defer sub.Close()

	for i, want := range raise(20) {
		if got, err := sub.Next(t.Context()); err != nil || got != want {
			t.Fatalf("record %d: %v, %v", i, got, err)
		}
	}
	held := len(core.records.slots)
	records := raise(held + 7)
	for i, want := range records[7:] {
		if got, err := sub.Next(t.Context()); err != nil || got != want {
			t.Fatalf("record %d after the gap: %v, %v", i, got, err)
		}
	}
	if sub.Dropped() != 7 {
		t.Errorf("%d dropped, want 7", sub.Dropped())
	}
}

func TestSubscribersAreWokenByWriters(t *testing.T) {
	const n = 500
	core := newTestCore(t, Options{Backlog: n})
	sub := core.Subscribe()
	defer sub.Close()
	go func() {
		for range n {
			core.RaiseOneShot("SOURCEOPEN", "SYSTEM", Critical, PhyUnknown, "x")
		}
	}()
	var last Micros
	for range n {
		r, err := sub.Next(t.Context())
		if err != nil || r.Time() <= last {
			t.Fatalf("%v after %d: %v", r, last, err)
		}
		last = r.Time()
	}
}

func TestParseRate(t *testing.T) {
	for in, want := range map[string]Rate{
		"10/min": {10, Minute}, "3/sec": {3, Second}, "5/SECOND": {5, Second}, "1/hr": {1, Hour},
		"2/hour": {2, Hour}, "4/day": {4, Day}, "7": {7, Minute}, "10/": {10, Minute},
		" -1": {-1, Minute}, "7x/SEC/zz": {7, Second}, "0/min": {0, Minute}, "+5/minute": {5, Minute},
		"65536/day": {65536, Day},
	} {
		if got, err := ParseRate(in); err != nil || got != want {
			t.Errorf("ParseRate(%q) = %v, %v; want %v", in, got, err, want)
		}
	}
	for in, want := range map[string]string{
		"":             `rate "": no number before the unit: want something like 10/min`,
		"x/min":        `rate "x/min": no number before the unit: want something like 10/min`,
		"10/fortnight": `rate "10/fortnight": unknown unit "fortnight": want sec, min, hour or day`,
		"10/ min":      `rate "10/ min": unknown unit " min": want sec, min, hour or day`,
		"65537/sec":    `rate "65537/sec": 65537 is more than the 65536 that can be counted: -1 means no limit`,
	} {
		if _, err := ParseRate(in); err == nil || err.Error() != want {
			t.Errorf("ParseRate(%q) = %v, want %s", in, err, want)
		}
	}
}

func TestParseMAC(t *testing.T) {
	for in, want := range map[string]string{
		"": "00:00:00:00:00:00", "00:00:00:00:00:00": "00:00:00:00:00:00",
		"aa:bb:cc:dd:ee:ff": "AA:BB:CC:DD:EE:FF", "aabbccddeeff": "AA:BB:CC:DD:EE:FF",
		"AA:BB": "AA:BB", "a": "0A", "11:22:33:44:55:66:77:88": "11:22:33:44:55:66:77:88",
		"aa:bb:cc:00:00:00/ff:ff:ff:00:00:00": "AA:BB:CC:00:00:00", "aa:bb:cc:*": "AA:BB:CC",
		"AZ:BB:CC:DD:EE:FF": "0A:BB:CC:DD:EE:FF", " 1:02:03:04:05:06": "01:02:03:04:05:06",
	} {
		if got, err := ParseMAC(in); err != nil || got.String() != want {
			t.Errorf("ParseMAC(%q) = %v, %v; want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"zz:11", "11:22:33:44:55:66:77:88:99", "AA:BB:CC:DD:EE:FF ", "aa-bb-cc-dd-ee-ff"} {
		if got, err := ParseMAC(in); err == nil {
			t.Errorf("ParseMAC(%q) = %v, want an error", in, got)
		}
	}
}

func TestBitsOfAddresses(t *testing.T) {
	for printed, want := range map[string]uint64{
		"": 0, "00:00:00:00:00:00": 0, "01": 1 << 56, "01:02": 0x0102 << 48,
		"AA:BB:CC:DD:EE:FF": 0xAABBCCDDEEFF << 16, "11:22:33:44:55:66:77:88": 0x1122334455667788,
	} {
		if m, err := ParseMAC(printed); err != nil || m.Bits() != want {
			t.Errorf("%q: %x, %v; want %x", printed, m.Bits(), err, want)
		}
	}
}

func FuzzParseMAC(f *testing.F) {
	f.Add("aa:bb:cc:dd:ee:ff/ff:ff:ff:00:00:00")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMAC(s)
		if err != nil {
			return
		}
		if again, err := ParseMAC(m.String()); err != nil || again != m {
			t.Errorf("ParseMAC(%q) prints %v, which reads as %v, %v", s, m, again, err)
		}
	})
}

// Publishing allocates what it keeps and nothing besides: the record, its
// encoding, and the message beside it with its text.
func TestRaiseAllocatesOnlyWhatItKeeps(t *testing.T) {
	core := newTestCore(t, Options{Backlog: 50})
	alert := &Alert{Name: "FREE", Text: "text", BSSID: MACOf([]byte{2, 0, 0, 0, 0, 1})}
	got := testing.AllocsPerRun(200, func() {
		if _, err := core.Raise(alert); err != nil {
			t.Fatal(err)
		}
	})
	if got > 4 {
		t.Errorf("%v allocations, want 4", got)
	}
}

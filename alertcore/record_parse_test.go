package alertcore

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"picket/alertcore/tracked"
)

func TestParseRecordRefusesWhatIsNone(t *testing.T) {
	core := New(Options{Backlog: 1})
	whole := string(core.RaiseOneShot("X", "SYSTEM", Low, PhyAny, "text").JSON())
	if _, err := ParseRecord([]byte(whole)); err != nil {
		t.Fatal(err)
	}
	for _, change := range []struct{ old, now string }{
		{`"kismet.alert.header"`, `"kismet.alert.other"`},
		{`"kismet.alert.text": "text"`, `"kismet.alert.text": 7`},
		{`"kismet.alert.severity": 5`, `"kismet.alert.severity": 256`},
		{`"kismet.alert.severity": 5`, `"kismet.alert.severity": "5"`},
		{`"kismet.alert.timestamp": `, `"kismet.alert.timestamp": -`},
		{`"kismet.alert.timestamp": `, `"kismet.alert.timestamp": 99999999`},
		{`"kismet.alert.source_mac": "00`, `"kismet.alert.source_mac": "zz`},
		{`"picket.alert.ssid_hex": ""`, `"picket.alert.ssid_hex": "0"`},
		{`"picket.alert.suppressed": 0}`, `"picket.alert.suppressed": 0`},
	} {
		text := strings.Replace(whole, change.old, change.now, 1)
		if text == whole {
			t.Fatalf("%s is not in the record", change.old)
		}
		if r, err := ParseRecord([]byte(text)); err == nil {
			t.Errorf("with %s in place of %s it is read as %+v", change.now, change.old, r)
		}
	}
}

// What is written is read, and is what it was.
func FuzzParseRecord(f *testing.F) {
	f.Add("HEADER", "text \" \xff", "6", []byte("ssid\x00"), int64(1764000000123457), 2412000.0, int32(-60), uint64(7))
	f.Fuzz(func(t *testing.T, header, text, channel string, ssid []byte, frame int64, frequency float64, signal int32, frames uint64) {
		at := time.UnixMicro(frame & (timeMask >> 1))
		core := New(Options{Backlog: 1, Clock: func() time.Time { return at }})
		r := core.publish(Record{
			def: &Definition{Header: header, Class: channel, Severity: High, PhyID: int64(signal)},
			alert: &Alert{
				Text: text, Channel: channel, SSID: ssid, FrameTime: at, FrequencyKHz: frequency,
				SignalDBm: int(signal), HasSignal: true, Frames: frames, BSSID: MACOf(ssid),
			},
			suppressed: frames,
		})
		again, err := ParseRecord(r.JSON())
		if err != nil {
			t.Fatal(err)
		}
		if again.Time() != r.Time() || again.Hash() != r.Hash() {
			t.Errorf("time %d and hash %d, want %d and %d", again.Time(), again.Hash(), r.Time(), r.Hash())
		}
		if encoded := tracked.AppendJSON(nil, tracked.Nested(again.Object())); !bytes.Equal(encoded, r.JSON()) {
			t.Errorf("%s, want %s", encoded, r.JSON())
		}
	})
}

package history

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
)

// heard are frames as detectors hand them on: one that tells everything, and
// one of which little is known.
func heard(t *testing.T) []alertcore.EvidenceFrame {
	return []alertcore.EvidenceFrame{
		{
			Time: time.UnixMicro(1_764_000_000_123_457).UTC(), LinkType: 127, Datasource: "attic", Note: "frame 1 of 2",
			Source: mac(t, "00:11:22:33:44:55"), Dest: mac(t, "ff:ff:ff:ff:ff:ff"), Transmitter: mac(t, "aa:bb:cc:dd:ee:ff"),
			FrequencyKHz: 2412000, SignalDBm: -71, Data: []byte{1, 2, 3}, Length: 1500,
		},
		{Time: time.UnixMicro(1_764_000_001_000_000).UTC(), LinkType: 105, Note: "frame 2 of 2", Data: []byte{4}},
	}
}

// written is the path of a history with one alert, on 5180 MHz, that rests on
// frames, and the time of the alert.
func written(t *testing.T, frames []alertcore.EvidenceFrame) (path string, at alertcore.Micros) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "history.kismet")
	s := start(t, path, Options{})
	r, err := s.Raise(&alertcore.Alert{
		Name: "DEAUTHFLOOD", BSSID: mac(t, "02:00:00:00:00:01"), FrequencyKHz: 5180000, SignalDBm: -40, HasSignal: true,
		Datasource: "roof", FrameTime: time.UnixMicro(1_764_000_002_000_000), Evidence: frames,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.end()
	return path, r.Time()
}

func evidenceAt(t *testing.T, path string, at alertcore.Micros) []alertcore.EvidenceFrame {
	t.Helper()
	r, err := OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	frames, err := r.Evidence(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	for i := range frames {
		frames[i].Time = frames[i].Time.UTC()
	}
	return frames
}

func TestEvidenceIsReadAsItWasWritten(t *testing.T) {
	frames := heard(t)
	path, at := written(t, frames)
	frames[1].FrequencyKHz = 5180000 // the alert's, as its own is not known
	frames[1].Length = 1
	if diff := cmp.Diff(frames, evidenceAt(t, path, at), cmp.AllowUnexported(alertcore.MAC{})); diff != "" {
		t.Error(diff)
	}
}

// TestPacketsAreThoseOfKismetdb reads what tools for Kismet's files read.
func TestPacketsAreThoseOfKismetdb(t *testing.T) {
	path, _ := written(t, heard(t))
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT ts_sec, ts_usec, phyname, sourcemac, destmac, transmac, frequency, signal, datasource, dlt,
		packet_len, packet_full_len, hex(packet), tags, error FROM packets ORDER BY packetid`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var row [15]any
		var to [15]any
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to[:]...); err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(row[:]...))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	want := []string{
		fmt.Sprint(1764000000, 123457, "IEEE802.11", "00:11:22:33:44:55", "FF:FF:FF:FF:FF:FF", "AA:BB:CC:DD:EE:FF", 2412000., -71, "attic", 127,
			3, 1500, "010203", "ALERT ALERT_DEAUTHFLOOD", 0),
		fmt.Sprint(1764000001, 0, "IEEE802.11", "00:00:00:00:00:00", "00:00:00:00:00:00", "00:00:00:00:00:00", 5180000., 0, "", 105,
			1, 1, "04", "ALERT ALERT_DEAUTHFLOOD", 0),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Histories that were written before frames told their addresses stay readable.
func TestEvidenceOfOlderVersionsIsRead(t *testing.T) {
	path, at := written(t, heard(t))
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const zero = "00:00:00:00:00:00"
	if _, err := db.Exec("UPDATE packets SET sourcemac = ?, destmac = ?, transmac = ?, signal = 0, frequency = 5180000", zero, zero, zero); err != nil {
		t.Fatal(err)
	}
	want := heard(t)
	for i := range want {
		f := &want[i]
		f.Source, f.Dest, f.Transmitter = alertcore.MAC{}, alertcore.MAC{}, alertcore.MAC{}
		f.FrequencyKHz, f.SignalDBm, f.Length = 5180000, 0, max(f.Length, len(f.Data))
	}
	if diff := cmp.Diff(want, evidenceAt(t, path, at), cmp.AllowUnexported(alertcore.MAC{})); diff != "" {
		t.Error(diff)
	}
}

// longFrames are the most and the longest that an alert of a detector rests on.
func longFrames() (frames []alertcore.EvidenceFrame) {
	for range 6 {
		frames = append(frames, alertcore.EvidenceFrame{Time: time.UnixMicro(1_764_000_000_000_000), LinkType: 127, Data: make([]byte, 2624)})
	}
	return frames
}

func TestSizeIsBoundedWithLongFrames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.kismet")
	s := start(t, path, Options{Sync: true, MaxSize: MinMaxSize})
	s.raise(t, "first")
	frames := longFrames()
	for i := range 1500 {
		if _, err := s.Raise(&alertcore.Alert{Name: "EXTERNAL", Evidence: frames}); err != nil {
			t.Fatal(err)
		}
		if i%50 == 0 {
			s.sync(t)
			if size := onDisk(t, path); size > MinMaxSize {
				t.Fatalf("after %d alerts the history takes %d bytes, more than %d", i, size, MinMaxSize)
			}
		}
	}
	s.end()
	if n := len(kept(t, path)); n < 100 {
		t.Errorf("%d alerts are kept", n)
	}
	if told := s.events(Stopped); told != nil {
		t.Errorf("told %q", told)
	}
}

// TestWhatWaitsIsBoundedByItsSize journals while nothing is written.
func TestWhatWaitsIsBoundedByItsSize(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.kismet")
	s, err := Open(path, Options{Sync: true})
	if err != nil {
		t.Fatal(err)
	}
	core := alertcore.New(alertcore.Options{Backlog: 1})
	if err := core.Define(external); err != nil {
		t.Fatal(err)
	}
	core.Resume(s.Restored(), s)
	frames := longFrames()
	raise := func() *alertcore.Record {
		r, err := core.Raise(&alertcore.Alert{Name: "EXTERNAL", Evidence: frames})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	each := 6*len(frames[0].Data) + len(raise().JSON())
	for range DefaultQueue / 2 {
		raise()
	}
	if waiting := s.octets.Load(); waiting > queueOctets || waiting < queueOctets-2*int64(each) {
		t.Errorf("%d octets wait, want somewhat less than %d", waiting, queueOctets)
	}
	if s.lost.Load() == 0 {
		t.Error("nothing is said to be lost")
	}

	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { s.Run(ctx) })
	until(t, "all is written", func() bool { return s.Waiting() == 0 })
	if left := s.octets.Load(); left != 0 {
		t.Errorf("%d octets wait when all is written", left)
	}
	cancel()
	running.Wait()
	r, err := OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p, err := r.Alerts(t.Context(), Filter{Limit: 1})
	if err != nil || len(p.Alerts) != 1 {
		t.Fatalf("%d alerts are kept, %v", len(p.Alerts), err)
	}
	if got := evidenceAt(t, path, p.Alerts[0].Time); len(got) != len(frames) || !bytes.Equal(got[5].Data, frames[5].Data) {
		t.Errorf("the newest alert has %d frames, want %d whole ones", len(got), len(frames))
	}
}

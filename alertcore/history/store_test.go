package history

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// sensor is a core with a history, as in a running picket.
type sensor struct {
	*alertcore.Core
	store *Store
	mu    sync.Mutex
	told  []Event
	end   func()
}

func (s *sensor) events(k EventKind) (texts []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.told {
		if e.Kind == k {
			texts = append(texts, e.Text)
		}
	}
	return texts
}

// builtIn is defined in every test's core.
var builtIn = alertcore.Definition{
	Header: "DEAUTHFLOOD", Class: "DENIAL", Severity: alertcore.Medium, Description: "Deauthentication flood",
	Limit: alertcore.Rate{Count: 2, Unit: alertcore.Minute}, Burst: alertcore.Rate{Count: 2, Unit: alertcore.Second}, BuiltIn: true,
}

var external = alertcore.Definition{
	Header: "EXTERNAL", Class: "OTHER", Severity: alertcore.High, Description: "of another tool", PhyID: alertcore.PhyAny,
	Limit: alertcore.Rate{Count: -1, Unit: alertcore.Minute}, Burst: alertcore.Rate{Count: -1, Unit: alertcore.Second},
}

func start(t testing.TB, path string, o Options) *sensor {
	t.Helper()
	s := &sensor{}
	o.Tell = func(e Event) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.told = append(s.told, e)
	}
	if o.Backlog == 0 {
		o.Backlog = 50
	}
	store, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	s.store = store
	s.Core = alertcore.New(alertcore.Options{Backlog: o.Backlog, Clock: o.Clock})
	if err := s.Define(builtIn); err != nil {
		t.Fatal(err)
	}
	s.Resume(store.Restored(), store)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { store.Run(ctx) })
	s.end = sync.OnceFunc(func() { cancel(); wg.Wait() })
	t.Cleanup(s.end)
	return s
}

func (s *sensor) sync(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := s.store.Sync(ctx); err != nil {
		t.Fatal(err)
	}
}

// flush is sync, for those who read the file then.
func (s *sensor) flush(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := s.store.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

func mac(t testing.TB, s string) alertcore.MAC {
	t.Helper()
	m, err := alertcore.ParseMAC(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// served is all that a client can see of the alerts and messages.
func served(s *sensor) (list []string) {
	records, _ := s.All()
	for _, r := range records {
		list = append(list, string(r.JSON()), string(tracked.AppendJSON(nil, tracked.Nested(r.Object()))))
		if s.ByHash(r.Hash()) == nil {
			list = append(list, "no alert with hash "+strconv.Itoa(int(r.Hash())))
		}
	}
	for _, m := range s.Messages(0) {
		list = append(list, string(tracked.AppendJSON(nil, tracked.Nested(m.Object()))))
	}
	return list
}

func TestRestartChangesNothingThatIsServed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "with space & %3f.kismet")
	s := start(t, path, Options{Sync: true})
	if err := s.Define(external); err != nil {
		t.Fatal(err)
	}
	frame := time.UnixMicro(1_764_000_000_123_457)
	alerts := []*alertcore.Alert{
		{Name: "EXTERNAL", Text: "plain"},
		{Name: "EXTERNAL", Text: "quotes \" \\ \x00\x01\n and \xff\xfe bytes", Channel: "6\"HT", Other: mac(t, "01:02")},
		{
			Name: "DEAUTHFLOOD", Text: "all", BSSID: mac(t, "aa:bb:cc:dd:ee:ff"), Source: mac(t, "00:11:22:33:44:55"), Dest: mac(t, "ff:ff:ff:ff:ff:ff"),
			Subject: mac(t, "00:11:22:33:44:55"), Channel: "36", FrequencyKHz: 5180000, FrameTime: frame, Datasource: "attic",
			SignalDBm: -70, HasSignal: true, Frames: 1 << 60, Verdict: "spoofed", SSID: []byte("x\xff"),
			Evidence: []alertcore.EvidenceFrame{
				{Time: frame, LinkType: 127, Datasource: "attic", Note: "first", Data: []byte{1, 2, 3}},
				{Time: frame.Add(time.Microsecond), LinkType: 105, Note: "second", Data: []byte{}},
			},
		},
	}
	var last *alertcore.Record
	for _, a := range alerts {
		var err error
		if last, err = s.Raise(a); err != nil {
			t.Fatal(err)
		}
	}
	s.RaiseOneShot("Mixed", "system", alertcore.Critical, alertcore.PhyUnknown, "one-shot")
	s.Post(alertcore.MessageInfo, "a message")
	s.Post(alertcore.MessageError, "an \"error\"")
	s.sync(t)
	want := served(s)
	s.end()

	again := start(t, path, Options{Sync: true})
	if got := served(again); !slices.Equal(got, want) {
		t.Errorf("after the restart\n%q\nis served, want\n%q", got, want)
	}
	if !again.Defined("EXTERNAL") {
		t.Error("the definition made at run time is gone")
	}
	for _, d := range again.Definitions() {
		if d.Header == "EXTERNAL" {
			if d.TimeLast == 0 || d.Definition != external {
				t.Errorf("the definition is %+v, want %+v with the time of its last alert", d, external)
			}
		}
	}
	if _, err := again.Raise(&alertcore.Alert{Name: "EXTERNAL", Text: "after"}); err != nil {
		t.Error(err)
	}

	r, err := OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	frames, err := r.Evidence(t.Context(), last.Time())
	if err != nil || len(frames) != 2 {
		t.Fatalf("evidence is %v, %v; want 2 frames", frames, err)
	}
	for i, f := range frames {
		w := alerts[2].Evidence[i]
		if !f.Time.Equal(w.Time) || f.LinkType != w.LinkType || f.Datasource != w.Datasource || f.Note != w.Note || string(f.Data) != string(w.Data) {
			t.Errorf("frame %d is %+v, want %+v", i, f, w)
		}
	}
	a, err := r.ByHash(t.Context(), last.Hash())
	if err != nil || a.Time != last.Time() || string(a.JSON) != string(last.JSON()) {
		t.Errorf("by hash: %v, %v", a, err)
	}
	if _, err := r.ByHash(t.Context(), last.Hash()+1); !errors.Is(err, ErrNotFound) {
		t.Errorf("by a hash that nothing has: %v, want ErrNotFound", err)
	}
}

func TestLimitsGoOnAfterRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.kismet")
	now := time.UnixMicro(1_764_000_000_000_000)
	clock := func() time.Time { return now }
	s := start(t, path, Options{Sync: true, Clock: clock})
	a, b := mac(t, "02:00:00:00:00:0a"), mac(t, "02:00:00:00:00:0b")
	for _, m := range []alertcore.MAC{a, a, b} {
		if _, err := s.Raise(&alertcore.Alert{Name: "DEAUTHFLOOD", BSSID: m}); err != nil {
			t.Fatal(err)
		}
	}
	s.RaiseOneShot("DEAUTHFLOOD", "", 0, 0, "counts for no limit")
	s.sync(t)
	s.end()

	now = now.Add(10 * time.Second)
	s = start(t, path, Options{Sync: true, Clock: clock})
	if _, err := s.Raise(&alertcore.Alert{Name: "DEAUTHFLOOD", BSSID: a}); !errors.Is(err, alertcore.ErrThrottled) {
		t.Errorf("third alert of a minute: %v, want ErrThrottled", err)
	}
	if _, err := s.Raise(&alertcore.Alert{Name: "DEAUTHFLOOD", BSSID: b}); err != nil {
		t.Errorf("second alert of a minute: %v", err)
	}
	for _, d := range s.Definitions() {
		if d.Header == "DEAUTHFLOOD" && d.TotalSent != 4 {
			t.Errorf("%d alerts sent, want 4", d.TotalSent)
		}
	}
}

func TestLagIsThatOfWhatWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.kismet")
	s, err := Open(path, Options{Sync: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Lag(); got != 0 {
		t.Errorf("while nothing waits: %v", got)
	}
	s.Definition(alertcore.Definition{Header: "ODD", Class: "OTHER"})
	began := s.began
	s.began = began.Add(-time.Hour) // as if it had come an hour ago
	s.oldest.Store(0)
	if got := s.Lag(); got < time.Hour || s.Waiting() != 1 {
		t.Errorf("of %d that wait for an hour: %v", s.Waiting(), got)
	}
	s.began = began
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { s.Run(ctx) })
	if err := s.Sync(ctx); err != nil {
		t.Error(err)
	}
	if got := s.Lag(); got != 0 {
		t.Errorf("when all is written: %v", got)
	}
	cancel()
	running.Wait()
}

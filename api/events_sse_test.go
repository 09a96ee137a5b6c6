package api

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"picket/alertcore"
	"picket/api/auth"
)

func sseID(r *alertcore.Record) string { return fmt.Sprintf("%d.%06d", r.Time()/1e6, r.Time()%1e6) }

func sseEvent(r *alertcore.Record) string {
	return "id: " + sseID(r) + "\nevent: alert\ndata: " + string(r.JSON()) + "\n\n"
}

func TestServerSentEvents(t *testing.T) {
	f := newFixture(t, nil)
	before := f.oneShot("before")
	s := f.sse("/alerts/stream")
	if s.header.Get("Content-Type") != "text/event-stream" || s.header.Get("Server") != "Kismet" || s.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("header %v", s.header)
	}
	if want := "retry: 2000\nid: " + sseID(before) + "\n\n"; s.first != want {
		t.Errorf("it begins with %q, want %q", s.first, want)
	}
	first := f.oneShot("first")
	s.want(sseEvent(first), sseEvent(f.oneShot("second")))

	fields := f.sse("/alerts/stream?fields=kismet.alert.text,kismet.alert.severity")
	r := f.oneShot("some fields")
	fields.want("id: " + sseID(r) + "\nevent: alert\ndata: {\"kismet.alert.text\": \"some fields\",\"kismet.alert.severity\": 5}\n\n")

	// The identifier wins over the address, which is the same again when a
	// browser comes back.
	again := f.sse("/alerts/stream?since=0", "Last-Event-ID: "+sseID(first))
	records, _ := f.core.Since(first.Time())
	for _, r := range records {
		again.want(sseEvent(r))
	}
	again.want(sseEvent(f.oneShot("live")))
}

func TestServerSentEventsThatAreAskedForWrongly(t *testing.T) {
	f := newFixture(t, nil)
	for _, target := range []string{"?since=x", "?fields=" + strings.Repeat("a,", 65)} {
		if got := f.do(read("/alerts/stream" + target)); got.status != 400 {
			t.Errorf("%s: %d %s", target, got.status, got.body)
		}
	}
	if got := f.do(read("/alerts/stream", "Last-Event-ID: nonsense")); got.status != 400 {
		t.Errorf("an identifier that is none: %d %s", got.status, got.body)
	}
	if got := f.do(form("/alerts/stream", "a=b")); got.status != 405 {
		t.Errorf("POST: %d", got.status)
	}
}

func TestSinceCountsBackFromNow(t *testing.T) {
	f := newFixture(t, nil)
	f.clock.add(100e9)
	f.oneShot("a minute ago")
	f.clock.add(50e9)
	r := f.oneShot("just now")
	f.clock.add(10e9)
	f.sse("/alerts/stream?since=-20").want(sseEvent(r))
}

// A time to come is no reason to keep alerts back: the clock may have been set
// back since.
func TestSinceATimeToCome(t *testing.T) {
	f := newFixture(t, nil)
	f.oneShot("before")
	s := f.sse("/alerts/stream?since=9999999999")
	s.want(sseEvent(f.oneShot("after")))
}

func gap(after, before alertcore.Micros) string {
	return fmt.Sprintf("event: alert_gap\ndata: {\"picket.event.after\": %s,\"picket.event.before\": %s}\n\n", seconds(after), seconds(before))
}

func seconds(m alertcore.Micros) string {
	if m%1e6 == 0 {
		return fmt.Sprint(int64(m / 1e6))
	}
	return fmt.Sprintf("%d.%06d", m/1e6, m%1e6)
}

func TestAClientIsToldWhatIsGone(t *testing.T) {
	f := newFixture(t, nil)
	const start = 1795405906_000000
	s := f.sse("/alerts/stream?since=5")
	s.want(gap(5e6, start+1))
	s.want(sseEvent(f.oneShot("first")))
	var records []*alertcore.Record
	for i := range 300 { // the ring has 126
		records = append(records, f.oneShot(fmt.Sprint(i)))
		s.want(sseEvent(records[i]))
	}
	late := f.sse("/alerts/stream?since=" + sseID(records[0]))
	held, _ := f.core.Missed(records[0].Time())
	late.want(gap(records[0].Time(), held[0].Time()))
	for _, r := range held {
		late.want(sseEvent(r))
	}
	late.want(sseEvent(f.oneShot("live")))
}

// oldAlerts has all records from a time on.
type oldAlerts struct {
	from    alertcore.Micros
	records []*alertcore.Record
	broken  int // after so many
}

func (o *oldAlerts) Oldest() alertcore.Micros { return o.from }

func (o *oldAlerts) Older(_ context.Context, after, before alertcore.Micros, yield func(*alertcore.Record) error) error {
	for i, r := range o.records {
		if o.broken > 0 && i == o.broken {
			return errors.New("disk error")
		}
		if r.Time() > after && r.Time() < before {
			if err := yield(r); err != nil {
				return err
			}
		}
	}
	return nil
}

func TestWhatHasLeftTheCoreComesFromElsewhere(t *testing.T) {
	old := &oldAlerts{}
	f := newFixture(t, func(o *Options, _ *auth.Options) { o.OlderAlerts = old })
	for i := range 300 {
		old.records = append(old.records, f.oneShot(fmt.Sprint(i)))
	}
	wantFrom := func(s *sseTest, first int) {
		t.Helper()
		for _, r := range old.records[first:] {
			s.want(sseEvent(r))
		}
		live := f.oneShot("live")
		old.records = append(old.records, live)
		s.want(sseEvent(live))
	}
	wantFrom(f.sse("/alerts/stream?since=0"), 0)
	wantFrom(f.sse("/alerts/stream?since="+sseID(old.records[9])), 10)

	old.from = old.records[20].Time()
	s := f.sse("/alerts/stream?since=" + sseID(old.records[9]))
	s.want(gap(old.records[9].Time(), old.from))
	wantFrom(s, 20)

	old.from, old.broken = 0, 2
	s = f.sse("/alerts/stream?since=0")
	held, _ := f.core.Missed(0)
	s.want(sseEvent(old.records[0]), sseEvent(old.records[1]), gap(old.records[1].Time(), held[0].Time()), sseEvent(held[0]))
}

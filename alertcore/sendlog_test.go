package alertcore

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"
)

const second = Micros(1e6)

// The log must decide as a plain list of all sends does: at most Count in any
// window of a unit.
func TestSendLogKeepsTrueRates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := Rate{rapid.Int64Range(-1, 12).Draw(t, "limit"), Minute}
		burst := Rate{rapid.Int64Range(-1, 12).Draw(t, "burst"), rapid.SampledFrom([]Unit{Second, Minute}).Draw(t, "unit")}
		log := newSendLog(limit, burst)
		now := 1795405927 * second
		var sent []Micros

		room := func(r Rate) bool {
			in := 0
			for _, at := range sent {
				if now-at < Micros(r.Unit.Duration().Microseconds()) {
					in++
				}
			}
			return r.Count < 0 || int64(in) < r.Count
		}
		for range rapid.IntRange(1, 200).Draw(t, "attempts") {
			now += Micros(rapid.SampledFrom([]int64{0, 1, 1e5, 999_999, 1e6, 59e6, 60e6}).Draw(t, "gap"))
			want := room(limit) && room(burst)
			if got := log.take(now); got != want {
				t.Fatalf("limit %v, burst %v, sent %v: take(%d) = %v, want %v", limit, burst, sent, now, got, want)
			}
			if want {
				sent = append(sent, now)
			}
		}
	})
}

func TestSendLogLetsExactlyItsCountThroughARace(t *testing.T) {
	for _, limit := range []int64{1, 7, 100} {
		log := newSendLog(Rate{limit, Minute}, Rate{-1, Second})
		for minute := range Micros(20) { // enough rounds to use every slot again
			var sent atomic.Int64
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for range limit {
						if log.take((1 + 2*minute) * 60 * second) {
							sent.Add(1)
						}
					}
				})
			}
			wg.Wait()
			if sent.Load() != limit {
				t.Fatalf("limit %d: %d sent in minute %d", limit, sent.Load(), minute)
			}
		}
	}
}

// Racing writers must not refuse each other what the limit has room for.
func TestSendLogRefusesNothingBelowItsCount(t *testing.T) {
	const writers, each = 8, 50
	log := newSendLog(Rate{writers * each, Minute}, Rate{-1, Second})
	for minute := range Micros(50) {
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range each {
					if !log.take((1 + 2*minute) * 60 * second) {
						t.Errorf("refused in minute %d", minute)
					}
				}
			})
		}
		wg.Wait()
	}
}

func TestLimits(t *testing.T) {
	ap := func(n byte) MAC { return MACOf([]byte{2, 0, 0, 0, 0, n}) }
	type raise struct {
		at      Micros // µs of frame time
		subject MAC
	}
	burstOf := func(n int, at Micros, subject MAC) []raise {
		return slices.Repeat([]raise{{at, subject}}, n)
	}
	var crowd []raise // a thousand access points, one alert each
	for i := range 1000 {
		crowd = append(crowd, raise{60 * second, MACOf([]byte{2, 0, 0, 1, byte(i >> 8), byte(i)})})
	}
	for _, test := range []struct {
		name           string
		builtIn        bool
		limit, burst   Rate
		raises         []raise
		want           int
		wantSuppressed uint64
	}{
		{"the burst limit holds within its unit", false, Rate{10, Minute}, Rate{3, Second}, burstOf(5, 60*second, ap(1)), 3, 2},
		{"a limit of 0 switches off", false, Rate{0, Minute}, Rate{1, Second}, burstOf(3, 60*second, ap(1)), 0, 3},
		{"a burst of 0 switches off", true, Rate{1, Minute}, Rate{0, Second}, burstOf(3, 60*second, ap(1)), 0, 3},
		{"an alert every 30 s never meets 10 a minute", false, Rate{10, Minute}, Rate{1, Second}, func() (r []raise) {
			for i := range 40 {
				r = append(r, raise{Micros(60+30*i) * second, ap(1)})
			}
			return r
		}(), 40, 0},
		{"the limit of other alerts is per name", false, Rate{5, Minute}, Rate{5, Second},
			append(burstOf(5, 60*second, ap(1)), raise{60 * second, ap(2)}), 5, 1},
		{"one access point can't hide another", true, Rate{5, Minute}, Rate{5, Second},
			append(burstOf(50, 60*second, ap(1)), raise{60 * second, ap(2)}), 6, 45},
		{"a thousand access points stay under the ceiling", true, Rate{5, Minute}, Rate{2, Second}, crowd, 20, 980},
	} {
		t.Run(test.name, func(t *testing.T) {
			core := New(Options{Backlog: 2000})
			if err := core.Define(Definition{Header: "X", Limit: test.limit, Burst: test.burst, BuiltIn: test.builtIn}); err != nil {
				t.Fatal(err)
			}
			raised := 0
			for _, r := range test.raises {
				if _, err := core.Raise(&Alert{Name: "X", BSSID: r.subject, FrameTime: r.at.Time()}); err == nil {
					raised++
				}
			}
			status := core.Definitions()[1]
			if raised != test.want || status.Suppressed != test.wantSuppressed {
				t.Errorf("%d raised and %d suppressed, want %d and %d", raised, status.Suppressed, test.want, test.wantSuppressed)
			}
		})
	}
}

func TestARecordTellsHowManyWereSuppressedBeforeIt(t *testing.T) {
	core := New(Options{Backlog: 10})
	if err := core.Define(Definition{Header: "X", Limit: Rate{5, Minute}, Burst: Rate{1, Second}, BuiltIn: true}); err != nil {
		t.Fatal(err)
	}
	noisy, quiet := MACOf([]byte{2, 0, 0, 0, 0, 1}), MACOf([]byte{2, 0, 0, 0, 0, 2})
	at := func(seconds Micros, subject MAC) *Record {
		r, _ := core.Raise(&Alert{Name: "X", BSSID: subject, FrameTime: (seconds * second).Time()})
		return r
	}
	at(100, noisy)
	at(100, noisy)
	at(100, noisy)
	if got := at(100, quiet).Suppressed(); got != 0 {
		t.Errorf("another subject's record says %d were suppressed", got)
	}
	if got := at(102, noisy).Suppressed(); got != 2 {
		t.Errorf("the next record says %d were suppressed, want 2", got)
	}
	if got := at(104, noisy).Suppressed(); got != 0 {
		t.Errorf("the record after it says %d were suppressed, want 0", got)
	}
}

func TestLimitsGoByTheSubjectElseTheNetworkElseTheSource(t *testing.T) {
	a, b, c := MACOf([]byte{2, 1}), MACOf([]byte{2, 2}), MACOf([]byte{2, 3})
	for _, test := range []struct {
		alert Alert
		want  MAC
	}{
		{Alert{Subject: a, BSSID: b, Source: c}, a},
		{Alert{BSSID: b, Source: c}, b},
		{Alert{Source: c}, c},
	} {
		if got := test.alert.subject(); got != test.want {
			t.Errorf("subject %s, want %s", got, test.want)
		}
	}
}

// A subject that has given way to others starts afresh; what it does not do is
// share a budget with them.
func TestSubjectsStayBoundedAndApart(t *testing.T) {
	core := New(Options{})
	if err := core.Define(Definition{Header: "X", Limit: Rate{5, Minute}, Burst: Rate{1, Second}, BuiltIn: true}); err != nil {
		t.Fatal(err)
	}
	def := core.definitions.Load().byName["X"]
	mac := func(i int) MAC { return MACOf([]byte{2, 0, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}) }
	for i := range 20 * subjectSets * subjectWays { // enough for each set to be full
		if s := core.subjects.of(def, mac(i), Micros(i)); s.mac != mac(i) || !s.sends.take(Micros(i)) {
			t.Fatalf("subject %d got another's limit", i)
		}
	}
	known := 0
	for i := range core.subjects.sets {
		for j := range core.subjects.sets[i] {
			if core.subjects.sets[i][j].Load() != nil {
				known++
			}
		}
	}
	if known != subjectSets*subjectWays {
		t.Errorf("%d subjects known, want a full table of %d", known, subjectSets*subjectWays)
	}
}

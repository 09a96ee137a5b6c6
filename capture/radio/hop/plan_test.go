package hop

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"picket/capture/dot11"
	"picket/capture/radio"
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

const period = 200 * time.Millisecond

// channel is a channel of the 2.4 or 5 GHz band.
func channel(number int) radio.Channel {
	band := dot11.Band2G
	if number > 14 {
		band = dot11.Band5G
	}
	return radio.Channel{FreqMHz: uint16(dot11.FreqOf(number, band)), Width: radio.Width20}
}

func candidates(numbers ...int) []Candidate {
	var list []Candidate
	for _, n := range numbers {
		list = append(list, Candidate{Channel: channel(n)})
	}
	return list
}

// simulation runs radios on a plan in virtual time.
type simulation struct {
	t      *testing.T
	plan   *Plan
	now    time.Time
	radios []*simulated
	rate   map[int]float64 // frames a second on a channel
	clash  int             // stops at a channel where another radio was
}

type simulated struct {
	seat   *Seat
	at     radio.Channel
	since  time.Time
	due    time.Time
	broken map[radio.Channel]bool
	visits map[radio.Channel]int
	spent  map[radio.Channel]time.Duration
	missed time.Time // when it had nowhere to go
}

func simulate(t *testing.T, seats ...[]Candidate) *simulation {
	s := &simulation{t: t, plan: NewPlan(epoch), now: epoch, rate: map[int]float64{}}
	for _, c := range seats {
		s.radios = append(s.radios, &simulated{
			seat: s.plan.Join(c, period), due: epoch, broken: map[radio.Channel]bool{},
			visits: map[radio.Channel]int{}, spent: map[radio.Channel]time.Duration{},
		})
	}
	return s
}

// run lets time pass.
func (s *simulation) run(d time.Duration) {
	end := s.now.Add(d)
	for {
		r := slices.MinFunc(s.radios, func(a, b *simulated) int { return a.due.Compare(b.due) })
		if !r.due.Before(end) {
			s.now = end
			return
		}
		s.now = r.due
		s.step(r)
	}
}

func (s *simulation) step(r *simulated) {
	stop, ok := r.seat.Next(s.now)
	if stop.Stay <= 0 {
		s.t.Fatalf("told to stay for %v", stop.Stay)
	}
	r.due = s.now.Add(stop.Stay)
	if ok && stop.Channel == r.at {
		return
	}
	s.depart(r)
	switch {
	case !ok:
		r.missed = s.now
	case r.broken[stop.Channel]:
		r.seat.Fail(s.now, stop.Channel)
		r.due = s.now
	default:
		for _, o := range s.radios {
			if o != r && o.at.FreqMHz == stop.Channel.FreqMHz {
				s.clash++
			}
		}
		r.seat.Arrive(s.now, stop.Channel)
		r.at, r.since = stop.Channel, s.now
		r.visits[stop.Channel]++
	}
}

func (s *simulation) depart(r *simulated) {
	if r.at == (radio.Channel{}) {
		return
	}
	stay := s.now.Sub(r.since)
	r.seat.Depart(s.now, uint64(s.rate[r.at.Number()]*stay.Seconds()))
	r.spent[r.at] += stay
	r.at = radio.Channel{}
}

// unplug takes a radio away.
func (s *simulation) unplug(i int) {
	s.depart(s.radios[i])
	s.radios[i].seat.Leave(s.now)
	s.radios = slices.Delete(s.radios, i, i+1)
}

// share is how much of the last minute a channel was listened to.
func (s *simulation) share(number int) float64 {
	return s.plan.WatchedAt(s.now, channel(number).FreqMHz).Seconds() / 60
}

func (s *simulation) wantShare(number int, least, most float64) {
	s.t.Helper()
	if got := s.share(number); got < least || got > most {
		s.t.Errorf("channel %d was listened to for %.2f of the minute, want %.2f to %.2f", number, got, least, most)
	}
}

func TestOneRadioVisitsAllChannelsAlike(t *testing.T) {
	s := simulate(t, candidates(1, 6, 11, 36))
	s.run(time.Minute)
	for _, n := range []int{1, 6, 11, 36} {
		s.wantShare(n, 0.24, 0.26)
	}
}

func TestRadiosSplitTheChannels(t *testing.T) {
	s := simulate(t, candidates(1, 6, 11, 36), candidates(1, 6, 11), candidates(6, 11, 36))
	s.run(2 * time.Minute)
	if s.clash > 0 {
		t.Errorf("%d times two radios listened to one channel", s.clash)
	}
	for _, n := range []int{1, 6, 11, 36} {
		s.wantShare(n, 0.45, 1)
	}
}

func TestOthersTakeOverFromARadioThatIsUnplugged(t *testing.T) {
	s := simulate(t, candidates(1, 6), candidates(1, 6))
	s.run(2 * time.Minute)
	s.wantShare(1, 0.95, 1)
	s.unplug(0)
	s.run(time.Minute)
	s.wantShare(1, 0.45, 0.55)
	s.wantShare(6, 0.45, 0.55)
}

func TestHoppersLeaveTheChannelOfAFixedRadioToIt(t *testing.T) {
	s := simulate(t, candidates(6), candidates(1, 6, 11))
	s.run(time.Minute)
	s.wantShare(6, 1, 1)
	s.wantShare(1, 0.49, 0.51)
	if n := s.radios[1].visits[channel(6)]; n > 0 {
		t.Errorf("the other radio went there %d times", n)
	}
}

func TestMoreRadiosThanChannels(t *testing.T) {
	s := simulate(t, candidates(1), candidates(1), candidates(1, 6))
	s.run(time.Minute)
	s.wantShare(1, 1, 1)
	s.wantShare(6, 0.99, 1)
}

func TestTimeFollowsWhatIsHeard(t *testing.T) {
	s := simulate(t, candidates(1, 6, 11))
	s.rate[1], s.rate[6] = 1000, 100
	s.run(2 * time.Minute)
	loud, faint, silent := s.share(1), s.share(6), s.share(11)
	if !(loud > 3*silent && loud < 10*silent && faint > silent) {
		t.Errorf("shares %.2f, %.2f and %.2f of channels with 1000, 100 and 0 frames a second", loud, faint, silent)
	}
}

func TestMinorChannelsAreVisitedLessWhileSilent(t *testing.T) {
	list := append(candidates(1, 6, 11), Candidate{channel(3), true}, Candidate{channel(9), true})
	s := simulate(t, list)
	s.rate[9] = 100
	s.run(time.Minute)
	v := s.radios[0].visits
	if ratio := float64(v[channel(1)]) / float64(v[channel(3)]); ratio < 1.6 || ratio > 2.5 {
		t.Errorf("a main channel was visited %.1f times as often as a minor one", ratio)
	}
	if v[channel(9)] < v[channel(1)]-2 {
		t.Errorf("a minor channel with traffic was visited %d times, a main one %d times", v[channel(9)], v[channel(1)])
	}
}

func TestALoneRadioDividesItselfBetweenALeadAndTheRest(t *testing.T) {
	s := simulate(t, candidates(1, 6, 11, 36))
	s.plan.Attend(s.now, channel(11).FreqMHz, s.now.Add(time.Hour))
	s.run(time.Minute)
	s.wantShare(11, 0.70, 0.80)
	for _, n := range []int{1, 6, 36} {
		s.wantShare(n, 0.07, 0.10)
	}
}

func TestOfTwoRadiosOneIsParkedOnALead(t *testing.T) {
	s := simulate(t, candidates(1, 6, 11), candidates(1, 6, 11))
	s.run(time.Minute)
	s.plan.Attend(s.now, channel(11).FreqMHz, s.now.Add(2*time.Minute))
	s.run(70 * time.Second)
	s.wantShare(11, 0.99, 1)
	s.wantShare(1, 0.45, 0.55)
	s.run(2 * time.Minute) // the lead is over
	s.wantShare(11, 0.45, 0.75)
}

func TestAParkedRadioSharesItselfOutAmongLeads(t *testing.T) {
	s := simulate(t, candidates(1, 6, 11), candidates(1, 6, 11))
	for _, n := range []int{6, 11} {
		s.plan.Attend(s.now, channel(n).FreqMHz, s.now.Add(time.Hour))
	}
	s.run(2 * time.Minute)
	s.wantShare(6, 0.5, 1)
	s.wantShare(11, 0.5, 1)
	s.wantShare(1, 0.2, 1)
}

func TestNobodyIsParkedWhereTheOthersCanNotReach(t *testing.T) {
	s := simulate(t, candidates(1, 6, 11), candidates(36, 40, 44))
	s.plan.Attend(s.now, channel(6).FreqMHz, s.now.Add(time.Hour))
	s.run(time.Minute)
	s.wantShare(6, 0.70, 0.80)
	s.wantShare(1, 0.10, 0.15)
	s.wantShare(36, 0.30, 0.36)
}

func TestALeadIsToldOnce(t *testing.T) {
	p := NewPlan(epoch)
	attend := func(at, until time.Duration) (told bool) {
		changed := p.Changed()
		p.Attend(epoch.Add(at), 2412, epoch.Add(until))
		select {
		case <-changed:
			return true
		default:
			return false
		}
	}
	if !attend(0, 10*time.Second) || attend(5*time.Second, 20*time.Second) || !attend(21*time.Second, 30*time.Second) {
		t.Error("want the beginning of a lead told, and that it goes on not")
	}
}

func TestAChannelThatCanNotBeTunedToIsLeftOutLongerAndLonger(t *testing.T) {
	s := simulate(t, candidates(1, 6))
	s.radios[0].broken[channel(6)] = true
	s.run(time.Minute)
	if n := s.radios[0].seat.failures[channel(6).FreqMHz].count; n < 3 || n > 5 {
		t.Errorf("tried %d times in a minute", n)
	}
	s.wantShare(1, 0.99, 1)
	s.radios[0].broken[channel(6)] = false
	s.run(maxFailure + time.Minute)
	s.wantShare(6, 0.45, 0.55)
}

func TestNowhereToGo(t *testing.T) {
	s := simulate(t, candidates(1))
	s.radios[0].broken[channel(1)] = true
	s.run(time.Second)
	if s.radios[0].missed.IsZero() || s.radios[0].due.Sub(s.now) < firstFailure/2 {
		t.Errorf("asked again at %v", s.radios[0].due)
	}
}

func TestWatchedIsTheUnionOfTheLastMinute(t *testing.T) {
	p := NewPlan(epoch)
	at := func(seconds float64) time.Time { return epoch.Add(time.Duration(seconds * float64(time.Second))) }
	a, b := p.Join(candidates(1), period), p.Join(candidates(1), period)
	a.Arrive(at(10), channel(1))
	b.Arrive(at(12), channel(1))
	a.Depart(at(20), 0)
	b.Depart(at(22.5), 0)
	a.Arrive(at(40), channel(6))
	for _, tt := range []struct {
		now       float64
		one, six  time.Duration
		ofA, twoA time.Duration
	}{
		{50, 12500 * time.Millisecond, 10 * time.Second, 10 * time.Second, 10 * time.Second},
		{75.5, 7500 * time.Millisecond, 35500 * time.Millisecond, 5 * time.Second, 35500 * time.Millisecond},
		{200, 0, time.Minute, 0, time.Minute},
	} {
		now := at(tt.now)
		if one, six := p.WatchedAt(now, 2412), p.WatchedAt(now, 2437); !near(one, tt.one) || !near(six, tt.six) {
			t.Errorf("at %v: watched channel 1 for %v and 6 for %v, want %v and %v", tt.now, one, six, tt.one, tt.six)
		}
		own := map[uint16]time.Duration{}
		for _, w := range a.Watched(now) {
			own[w.FreqMHz] = w.Time
		}
		if !near(own[2412], tt.ofA) || !near(own[2437], tt.twoA) {
			t.Errorf("at %v: radio a says it watched %v", tt.now, own)
		}
	}
	if list := p.Watched(at(50)); len(list) != 2 || list[0].FreqMHz != 2412 {
		t.Errorf("watched %v", list)
	}
}

// near allows for the second that a minute is cut at.
func near(got, want time.Duration) bool { return (got - want).Abs() <= time.Second }

func TestDefaultsLeaveOutWhatIsDisabled(t *testing.T) {
	list := Defaults([]radio.ChannelInfo{
		{Number: 2, FreqMHz: 2417, Band: dot11.Band2G},
		{Number: 6, FreqMHz: 2437, Band: dot11.Band2G},
		{Number: 14, FreqMHz: 2484, Band: dot11.Band2G, Disabled: true},
		{Number: 36, FreqMHz: 5180, Band: dot11.Band5G},
		{Number: 1, FreqMHz: 5955, Band: dot11.Band6G},
		{Number: 5, FreqMHz: 5975, Band: dot11.Band6G},
		{Number: 1, FreqMHz: 58320 & 0xffff, Band: dot11.Band60G},
	})
	var got []string
	for _, c := range list {
		mark := ""
		if c.Minor {
			mark = " minor"
		}
		got = append(got, c.Channel.String()+mark)
	}
	if want := []string{"6", "36", "5W6e", "2 minor", "1W6e minor"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDecisionsDependOnHistoryAlone(t *testing.T) {
	trace := func() []string {
		s := simulate(t, candidates(1, 6, 11), candidates(6, 11, 36))
		s.rate[6] = 50
		var list []string
		for range 20 {
			s.run(time.Second)
			for _, r := range s.radios {
				list = append(list, cmp.Or(r.at.String(), "-"))
			}
		}
		return list
	}
	if a, b := trace(), trace(); !slices.Equal(a, b) {
		t.Errorf("%v\n%v", a, b)
	}
}

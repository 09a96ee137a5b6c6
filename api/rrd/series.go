// Package rrd keeps round-robin records: a value for each second of the last
// minute, for each minute of the last hour and for each hour of the last day,
// in memory of fixed size. It is what clients of Kismet draw their charts from.
package rrd

const (
	seconds = 60
	minutes = 60
	hours   = 24
)

// A Series is the record of one number over time. Its zero value is one that
// has begun with nothing. It is not safe for concurrent use, and may be copied.
//
// Minutes and hours hold the mean of their seconds, rounded; those that run are
// shown with the mean so far. Seconds without a value are zero in all of it.
type Series struct {
	first, last int64 // seconds since the epoch of the oldest value and the newest; 0: none yet

	minute [seconds]int64 // by second modulo 60
	hour   [minutes]int64 // by minute modulo 60
	day    [hours]int64   // by hour modulo 24

	minuteSum, hourSum int64 // of the seconds of the minute and the hour that run
}

// Add adds n to the value of a second, in seconds since the epoch. Time before
// that of the last call is that of a clock that was set back: the record
// begins anew.
func (s *Series) Add(second, n int64) {
	s.advance(second)
	s.minute[s.last%seconds] += n
	s.minuteSum += n
	s.hourSum += n
	s.average()
}

// Set makes n the value of a second. Time is as in Add.
func (s *Series) Set(second, n int64) {
	s.advance(second)
	s.Add(s.last, n-s.minute[s.last%seconds])
}

// advance moves the record on to a second.
func (s *Series) advance(second int64) {
	second = max(second, 1)
	if s.last == 0 || second < s.last {
		*s = Series{first: second, last: second}
		return
	}
	if second == s.last {
		return
	}
	before := s.last
	s.finish(second)
	s.last = second
	clearSlots(s.minute[:], before, second)
	if clearSlots(s.hour[:], before/60, second/60) {
		s.minuteSum = 0
	}
	if clearSlots(s.day[:], before/3600, second/3600) {
		s.hourSum = 0
	}
}

// finish gives the minute and the hour that end before a second their means.
func (s *Series) finish(second int64) {
	if m := s.last / 60; second/60 != m {
		s.last = m*60 + 59
		s.average()
	}
	if h := s.last / 3600; second/3600 != h {
		s.last = h*3600 + 3599
		s.day[h%hours] = mean(s.hourSum, s.since(h*3600))
	}
}

// average notes the means of the minute and the hour that run.
func (s *Series) average() {
	m, h := s.last/60, s.last/3600
	s.hour[m%minutes] = mean(s.minuteSum, s.since(m*60))
	s.day[h%hours] = mean(s.hourSum, s.since(h*3600))
}

// since is how many seconds of the record there are from a second on.
func (s *Series) since(second int64) int64 { return s.last - max(second, s.first) + 1 }

// clearSlots empties the slots from after one time to another. It reports
// whether there are any.
func clearSlots(slots []int64, after, to int64) bool {
	n := int64(len(slots))
	for t := max(after+1, to-n+1); t <= to; t++ {
		slots[t%n] = 0
	}
	return to > after
}

func mean(sum, n int64) int64 { return (sum + n/2) / n }

// Last is the value of the newest second and of the one before it.
func (s *Series) Last() (newest, before int64) {
	if s.last == 0 {
		return 0, 0
	}
	return s.minute[s.last%seconds], s.minute[(s.last-1+seconds)%seconds]
}

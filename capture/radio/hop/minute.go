package hop

import "time"

// minute sums up how much of the last sixty seconds was spent on something, to the second.
type minute struct {
	second int64             // the latest one in spent
	spent  [61]time.Duration // with the one that has just begun
}

// add takes in a span of time. Spans must come in order and must not overlap.
func (m *minute) add(from, to time.Duration) {
	m.advance(to)
	from = max(from, to-time.Minute)
	for from < to {
		second := int64(from / time.Second)
		end := min(to, time.Duration(second+1)*time.Second)
		if m.second-second < int64(len(m.spent)) {
			m.spent[second%int64(len(m.spent))] += end - from
		}
		from = end
	}
}

// sum returns how much of the minute before now was spent.
func (m *minute) sum(now time.Duration) time.Duration {
	m.advance(now)
	var sum time.Duration
	for _, d := range m.spent {
		sum += d
	}
	return min(sum, time.Minute)
}

// advance forgets the seconds that are more than a minute before now.
func (m *minute) advance(now time.Duration) {
	second := int64(now / time.Second)
	if second-m.second >= int64(len(m.spent)) {
		*m = minute{second: second}
		return
	}
	for m.second < second {
		m.second++
		m.spent[m.second%int64(len(m.spent))] = 0
	}
}

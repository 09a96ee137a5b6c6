package rrd

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket/alertcore/tracked"
)

// chart is what a client reads.
type chart struct {
	LastTime   int64   `json:"kismet.common.rrd.last_time"`
	SerialTime int64   `json:"kismet.common.rrd.serial_time"`
	Last       int64   `json:"kismet.common.rrd.last_value"`
	Before     int64   `json:"kismet.common.rrd.last_value_n1"`
	Minute     []int64 `json:"kismet.common.rrd.minute_vec"`
	Hour       []int64 `json:"kismet.common.rrd.hour_vec"`
	Day        []int64 `json:"kismet.common.rrd.day_vec"`
	Blank      int64   `json:"kismet.common.rrd.blank_val"`
}

type fataler interface{ Fatalf(string, ...any) }

func chartOf(t fataler, s *Series, now int64) chart {
	var c chart
	if err := json.Unmarshal(tracked.AppendJSON(nil, s.Value(now)), &c); err != nil {
		t.Fatalf("%v", err)
	}
	return c
}

// A diary is a Series in the plainest way: all that was ever written down.
type diary struct {
	values      map[int64]int64
	first, last int64
}

func (d *diary) set(second, n int64) {
	if d.values == nil || second < d.last {
		*d = diary{values: map[int64]int64{}, first: second}
	}
	d.last = second
	d.values[second] = n
}

// mean is that of the seconds of a span that are in the diary's time.
func (d *diary) mean(from, length int64) int64 {
	var sum, n int64
	for t := max(from, d.first); t < from+length && t <= d.last; t++ {
		sum += d.values[t]
		n++
	}
	if n == 0 {
		return 0
	}
	return (sum + n/2) / n
}

func (d *diary) chart(now int64) chart {
	c := chart{LastTime: d.last, SerialTime: now, Last: d.values[d.last], Before: d.values[d.last-1]}
	for _, v := range []struct {
		slots  *[]int64
		number int64
		length int64
	}{{&c.Minute, 60, 1}, {&c.Hour, 60, 60}, {&c.Day, 24, 3600}} {
		*v.slots = make([]int64, v.number)
		for t := max(0, d.last/v.length-v.number+1); t <= d.last/v.length; t++ {
			(*v.slots)[t%v.number] = d.mean(t*v.length, v.length)
		}
	}
	return c
}

func TestSeriesShowsWhatADiaryWould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Series
		var d diary
		now := int64(1795405906)
		for range rapid.IntRange(1, 60).Draw(t, "values") {
			now += rapid.OneOf(
				rapid.Int64Range(0, 3), rapid.Int64Range(0, 3), rapid.Int64Range(20, 200),
				rapid.Int64Range(3000, 8000), rapid.Int64Range(80000, 200000), rapid.Int64Range(-100, -1),
			).Draw(t, "pause")
			n := rapid.Int64Range(0, 1_000_000).Draw(t, "n")
			if rapid.Bool().Draw(t, "add") && now >= d.last {
				s.Add(now, n)
				d.set(now, d.values[now]+n)
			} else {
				s.Set(now, n)
				d.set(now, n)
			}
			if diff := cmp.Diff(d.chart(now), chartOf(t, &s, now)); diff != "" {
				t.Fatalf("at %d (-want +got):\n%s", now, diff)
			}
		}
	})
}

func TestMeansOfMinutesAndHours(t *testing.T) {
	var s Series
	const start = 1795406400 // a full hour
	for second := range int64(90) {
		s.Add(start+second, 10)
	}
	c := chartOf(t, &s, start+90)
	minute := start / 60 % 60
	if c.Hour[minute] != 10 || c.Hour[minute+1] != 10 || c.Day[start/3600%24] != 10 {
		t.Errorf("10 a second is %d and %d in the minutes, %d in the hour", c.Hour[minute], c.Hour[minute+1], c.Day[start/3600%24])
	}
	// Nothing for the rest of the hour: 900 in 3600 seconds, but 300 in the second minute.
	s.Add(start+3600, 0)
	c = chartOf(t, &s, start+3600)
	if c.Hour[minute+1] != 5 || c.Day[start/3600%24] != 0 || c.Hour[minute] != 0 {
		t.Errorf("the minutes are %d and %d, the hour %d", c.Hour[minute], c.Hour[minute+1], c.Day[start/3600%24])
	}
}

func TestEmptySeries(t *testing.T) {
	var s Series
	want := chart{LastTime: 1795405906, SerialTime: 1795405906, Minute: make([]int64, 60), Hour: make([]int64, 60), Day: make([]int64, 24)}
	if diff := cmp.Diff(want, chartOf(t, &s, 1795405906)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSeriesDoesNotAllocate(t *testing.T) {
	var s Series
	second := int64(1795405906)
	if a := testing.AllocsPerRun(5000, func() {
		second += 7
		s.Add(second, 3)
		s.Set(second, 4)
	}); a != 0 {
		t.Errorf("%v allocations a value", a)
	}
}

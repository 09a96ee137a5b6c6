package rrd

import "picket/alertcore/tracked"

// Value returns the series as clients of Kismet know it, read at now, in
// seconds since the epoch. The vectors are indexed by the time of their
// elements: by second and by minute modulo 60, by hour modulo 24.
// kismet.common.rrd.last_time is the second of the newest value; one that has
// none has that of now.
func (s *Series) Value(now int64) tracked.Value {
	last := s.last
	if last == 0 {
		last = now
	}
	newest, before := s.Last()
	return tracked.Nested(tracked.Object{
		number("kismet.common.rrd.last_time", "last time updated", last),
		number("kismet.common.rrd.serial_time", "timestamp of the serialization", now),
		number("kismet.common.rrd.last_value", "last value", newest),
		number("kismet.common.rrd.last_value_n1", "value before the last", before),
		vector("kismet.common.rrd.minute_vec", "past minute values per second", s.minute[:]),
		vector("kismet.common.rrd.hour_vec", "past hour values per minute", s.hour[:]),
		vector("kismet.common.rrd.day_vec", "past day values per hour", s.day[:]),
		number("kismet.common.rrd.blank_val", "blank value", 0),
	})
}

func number(name, description string, n int64) tracked.Member {
	return tracked.Member{Name: name, Description: description, Value: tracked.Int(tracked.TypeInt64, n)}
}

func vector(name, description string, values []int64) tracked.Member {
	list := make([]tracked.Value, len(values))
	for i, n := range values {
		list[i] = tracked.Int(tracked.TypeInt64, n)
	}
	return tracked.Member{Name: name, Description: description, Value: tracked.Vector(list)}
}

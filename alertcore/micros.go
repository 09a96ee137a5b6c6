package alertcore

import "time"

// Micros is a time in whole microseconds since the Unix epoch: the resolution
// of the API's timestamps, and exact where their decimal seconds are not.
type Micros int64

// MicrosOf returns t, cut to the microsecond.
func MicrosOf(t time.Time) Micros { return Micros(t.UnixMicro()) }

// Time returns m as a time.
func (m Micros) Time() time.Time { return time.UnixMicro(int64(m)) }

// Seconds returns m in seconds. For times of this age a float64 tells
// neighbouring microseconds apart, so printing six digits is exact.
func (m Micros) Seconds() float64 { return float64(m) / 1e6 }

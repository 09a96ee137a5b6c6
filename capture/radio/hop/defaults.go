package hop

import (
	"cmp"
	"slices"

	"picket/capture/dot11"
	"picket/capture/radio"
)

// Defaults are the channels to visit for a radio of which nothing else was asked: all that it can be tuned to, 20 MHz
// wide, as that is how everything is sent that a detector needs. First come the ones that nearly all access points
// are on: 1, 6 and 11 in the 2.4 GHz band, those up to 165 in the 5 GHz band, and the preferred scanning channels of the 6 GHz
// band (IEEE 802.11ax-2021, 26.17.2.3.3). The others are minor.
func Defaults(channels []radio.ChannelInfo) []Candidate {
	var list []Candidate
	for _, c := range channels {
		if !c.Listens() || c.Band != dot11.Band2G && c.Band != dot11.Band5G && c.Band != dot11.Band6G {
			continue
		}
		list = append(list, Candidate{
			Channel: radio.Channel{FreqMHz: c.FreqMHz, Width: radio.Width20},
			Minor:   minor(c),
		})
	}
	slices.SortStableFunc(list, func(a, b Candidate) int { return cmp.Compare(rank(a), rank(b)) })
	return list
}

func minor(c radio.ChannelInfo) bool {
	switch {
	case c.Disabled: // but may be listened to
		return true
	case c.Band == dot11.Band2G:
		return c.Number != 1 && c.Number != 6 && c.Number != 11
	case c.Band == dot11.Band5G:
		return c.Number > 165 // that cars were meant to talk on
	case c.Band == dot11.Band6G:
		return c.Number%16 != 5
	}
	return false
}

func rank(c Candidate) int {
	if c.Minor {
		return 1
	}
	return 0
}

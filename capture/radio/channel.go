package radio

import (
	"strconv"

	"golang.org/x/sys/unix"

	"picket/capture/dot11"
)

// A Channel is where a radio listens. The zero Channel is one that is not known.
type Channel struct {
	FreqMHz uint16 // centre of the primary 20 MHz channel
	Width   Width
}

// Width is how much of the band around the primary channel is listened to.
type Width uint8

// The widths. Those of 80 MHz and more lie where the standard puts them (IEEE 802.11-2020, Annex E).
const (
	Width20      Width = iota
	Width40Minus       // with the 20 MHz below the primary channel
	Width40Plus        // with the 20 MHz above the primary channel
	Width80
	Width160
	Width320
	Width5
	Width10
)

var widths = [...]struct {
	mhz    int
	kernel uint32 // nl80211's number
	suffix string // after the number of a channel of 2.4 and 5 GHz
	wifi6e string // after the number of a channel of 6 GHz
}{
	// Radios without HT take a channel of 20 MHz only where it is called one without HT. The others hear HT frames
	// on it as well.
	Width20:      {20, unix.NL80211_CHAN_WIDTH_20_NOHT, "", "W6e"},
	Width40Minus: {40, unix.NL80211_CHAN_WIDTH_40, "HT40-", "W6e40"},
	Width40Plus:  {40, unix.NL80211_CHAN_WIDTH_40, "HT40+", "W6e40"},
	Width80:      {80, unix.NL80211_CHAN_WIDTH_80, "VHT80", "W6e80"},
	Width160:     {160, unix.NL80211_CHAN_WIDTH_160, "VHT160", "W6e160"},
	Width320:     {320, unix.NL80211_CHAN_WIDTH_320, "", "W6e320"},
	Width5:       {5, unix.NL80211_CHAN_WIDTH_5, "W5", "W5"},
	Width10:      {10, unix.NL80211_CHAN_WIDTH_10, "W10", "W10"},
}

// MHz is how wide w is, 0 for no width.
func (w Width) MHz() int {
	if int(w) >= len(widths) {
		return 0
	}
	return widths[w].mhz
}

// String gives the width in MHz and, where it is 40, on which side the other half is: "80 MHz", "40 MHz (+)".
func (w Width) String() string {
	s := strconv.Itoa(w.MHz()) + " MHz"
	switch w {
	case Width40Minus:
		s += " (-)"
	case Width40Plus:
		s += " (+)"
	}
	return s
}

// Band is the band that c is in.
func (c Channel) Band() dot11.Band {
	_, band := dot11.ChannelOf(int(c.FreqMHz))
	return band
}

// Number is the number of the primary channel, 0 where it has none.
func (c Channel) Number() int {
	n, _ := dot11.ChannelOf(int(c.FreqMHz))
	return n
}

// CenterMHz is the centre of all that is listened to, 0 where there is no channel of that width.
func (c Channel) CenterMHz() int {
	freq := int(c.FreqMHz)
	switch c.Width {
	case Width5, Width10:
		if c.Band() == dot11.Band6G {
			return 0
		}
		return freq
	case Width20:
		return freq
	case Width40Minus, Width40Plus:
		center, other := freq+10, freq+20
		if c.Width == Width40Minus {
			center, other = freq-10, freq-20
		}
		n, band := dot11.ChannelOf(other)
		if n == 0 || band != c.Band() || band == dot11.Band6G && centerOf(freq, band, 40) != center {
			return 0
		}
		return center
	case Width80, Width160, Width320:
		return centerOf(freq, c.Band(), c.Width.MHz())
	}
	return 0
}

// String is the channel in Kismet's notation, as [ParseChannel] reads it; nothing for the zero Channel.
func (c Channel) String() string {
	if c.FreqMHz == 0 {
		return ""
	}
	band, n := c.Band(), c.Number()
	if int(c.Width) >= len(widths) {
		return strconv.Itoa(int(c.FreqMHz))
	}
	w := widths[c.Width]
	switch {
	case band == dot11.Band6G && n > 0:
		return strconv.Itoa(n) + w.wifi6e
	case n > 0 && frequencyOf(n) == int(c.FreqMHz):
		return strconv.Itoa(n) + w.suffix
	}
	return strconv.Itoa(int(c.FreqMHz)) + w.suffix
}

// frequencyOf gives the centre of the channel that a number alone means: one of 2.4 GHz up to 14, else of 5 GHz.
func frequencyOf(number int) int {
	if number <= 14 {
		return dot11.FreqOf(number, dot11.Band2G)
	}
	return dot11.FreqOf(number, dot11.Band5G)
}

// grid holds the centres, in MHz, of the wide channels. At 320 MHz those of 6 GHz overlap; the first one that fits is
// taken (320-1, where there is one).
var grid = []struct {
	band    dot11.Band
	mhz     int
	centers []int
}{
	{dot11.Band5G, 80, []int{5210, 5290, 5530, 5610, 5690, 5775, 5855}},
	{dot11.Band5G, 160, []int{5250, 5570, 5815}},
	{dot11.Band6G, 40, every(40, 5965, 7085)},
	{dot11.Band6G, 80, every(80, 5985, 7025)},
	{dot11.Band6G, 160, every(160, 6025, 6985)},
	{dot11.Band6G, 320, append(every(320, 6105, 6745), every(320, 6265, 6905)...)},
}

func every(step, first, last int) (list []int) {
	for f := first; f <= last; f += step {
		list = append(list, f)
	}
	return list
}

// centerOf finds the centre of the channel of the given width that has the 20 MHz channel at freq in it, else 0.
func centerOf(freq int, band dot11.Band, mhz int) int {
	for _, g := range grid {
		if g.band != band || g.mhz != mhz {
			continue
		}
		for _, center := range g.centers {
			off := max(freq-center, center-freq)
			if off < mhz/2 && off%20 == 10 {
				return center
			}
		}
	}
	return 0
}

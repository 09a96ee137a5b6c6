package dot11

import "strconv"

// Band is a frequency band of 802.11. The zero Band is unknown.
type Band uint8

// The bands.
const (
	BandUnknown Band = iota
	BandS1G          // below 1 GHz
	Band2G           // 2.4 GHz
	Band5G           // 4.9 to 5.9 GHz
	Band6G           // 5.925 to 7.125 GHz
	Band60G          // 57 to 71 GHz
	NumBands         // how many there are: the size of counter arrays
)

var bandNames = [NumBands]string{"unknown band", "sub-1 GHz", "2.4 GHz", "5 GHz", "6 GHz", "60 GHz"}

// String names the band: "2.4 GHz".
func (b Band) String() string {
	if b < NumBands {
		return bandNames[b]
	}
	return "band " + strconv.Itoa(int(b))
}

// ChannelOf gives the channel whose centre is at freqMHz, and its band
// (IEEE 802.11-2020, 15.4.4.3, 17.3.8.4.2, 20.3.4; IEEE 802.11ax-2021,
// 27.3.23.2). Channel 0 means that the frequency is in the band but not the
// centre of a channel of it, as in the sub-1 GHz band, whose numbers depend on
// the country.
func ChannelOf(freqMHz int) (channel int, band Band) {
	switch {
	case freqMHz == 2484:
		return 14, Band2G
	case 2400 <= freqMHz && freqMHz <= 2500:
		return numberOf(freqMHz-2407, 5, 13), Band2G
	case 4910 <= freqMHz && freqMHz <= 4980: // Japan counts from 4 GHz
		return numberOf(freqMHz-4000, 5, 196), Band5G
	case 5000 <= freqMHz && freqMHz < 5925:
		return numberOf(freqMHz-5000, 5, 184), Band5G
	case freqMHz == 5935: // operating class 136, off the grid of the others
		return 2, Band6G
	case 5925 <= freqMHz && freqMHz <= 7125:
		if n := numberOf(freqMHz-5950, 5, 233); n%4 == 1 {
			return n, Band6G
		}
		return 0, Band6G
	case 57000 <= freqMHz && freqMHz <= 71000:
		return numberOf(freqMHz-56160, 2160, 6), Band60G
	case 750 <= freqMHz && freqMHz <= 950:
		return 0, BandS1G
	}
	return 0, BandUnknown
}

// numberOf divides where that leaves no rest and a number from 1 to last.
func numberOf(offset, spacing, last int) int {
	n := offset / spacing
	if n*spacing != offset || n < 1 || n > last {
		return 0
	}
	return n
}

// FreqOf gives the centre, in MHz, of a channel of the band, 0 where there is
// no such channel. In the 5 GHz band 182 and more are the Japanese channels
// from 4910 to 4980 MHz.
func FreqOf(channel int, band Band) int {
	switch {
	case channel < 1:
		return 0
	case band == Band2G && channel <= 13:
		return 2407 + 5*channel
	case band == Band2G && channel == 14:
		return 2484
	case band == Band5G && channel < 182:
		return 5000 + 5*channel
	case band == Band5G && channel <= 196:
		return 4000 + 5*channel
	case band == Band6G && channel == 2:
		return 5935
	case band == Band6G && channel <= 233 && channel%4 == 1:
		return 5950 + 5*channel
	case band == Band60G && channel <= 6:
		return 56160 + 2160*channel
	}
	return 0
}

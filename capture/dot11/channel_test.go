package dot11

import "testing"

func TestChannelOf(t *testing.T) {
	for _, test := range []struct {
		mhz, channel int
		band         Band
	}{
		{2412, 1, Band2G},
		{2437, 6, Band2G},
		{2472, 13, Band2G},
		{2484, 14, Band2G},
		{2413, 0, Band2G}, // between channels
		{4920, 184, Band5G},
		{4980, 196, Band5G},
		{5180, 36, Band5G},
		{5500, 100, Band5G},
		{5825, 165, Band5G},
		{5885, 177, Band5G},
		{5935, 2, Band6G},
		{5955, 1, Band6G},
		{5975, 5, Band6G},
		{7115, 233, Band6G},
		{5960, 0, Band6G}, // between channels
		{58320, 1, Band60G},
		{64800, 4, Band60G},
		{903, 0, BandS1G},
		{0, 0, BandUnknown},
		{2300, 0, BandUnknown},
		{65535, 0, Band60G},
		{-1, 0, BandUnknown},
	} {
		if channel, band := ChannelOf(test.mhz); channel != test.channel || band != test.band {
			t.Errorf("ChannelOf(%d) = %d, %v; want %d, %v", test.mhz, channel, band, test.channel, test.band)
		}
	}
}

// The frequency of a channel is that channel's.
func TestFreqOfAndChannelOfAgree(t *testing.T) {
	channels := 0
	for band := BandUnknown; band <= Band60G; band++ {
		for channel := -1; channel <= 300; channel++ {
			mhz := FreqOf(channel, band)
			if mhz == 0 {
				continue
			}
			channels++
			if gotChannel, gotBand := ChannelOf(mhz); gotChannel != channel || gotBand != band {
				t.Errorf("FreqOf(%d, %v) = %d, which is channel %d, %v", channel, band, mhz, gotChannel, gotBand)
			}
		}
	}
	if channels < 200 {
		t.Errorf("only %d channels", channels)
	}
}

package radio

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"picket/capture/dot11"
)

// ParseChannel reads a channel in Kismet's notation, in either case: the number of the primary channel, or its centre
// in MHz, and a suffix for what is not 20 MHz wide.
//
//	6, 6HT20, 2437        20 MHz; numbers up to 14 are of 2.4 GHz, the others of 5 GHz
//	6HT40+, 6HT40-        40 MHz, the other half above or below
//	36VHT80, 36VHT160     80 and 160 MHz, at 5 GHz
//	6W5, 6W10             5 and 10 MHz
//	1W6e, 1W6e20          20 MHz, at 6 GHz
//	1W6e40, 1W6e320       40, 80, 160 and 320 MHz, at 6 GHz
//
// The error names the text and says what was expected.
func ParseChannel(s string) (Channel, error) {
	c, err := parseChannel(s)
	if err != nil {
		return Channel{}, fmt.Errorf("channel %q: %w", s, err)
	}
	return c, nil
}

// minFrequency parts numbers of channels from frequencies.
const minFrequency = 1000

var errChannel = errors.New("expected a number such as 6, 36 or 1W6e, or a frequency in MHz")

func parseChannel(s string) (Channel, error) {
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	n, err := strconv.ParseUint(s[:digits], 10, 16)
	if err != nil {
		return Channel{}, errChannel
	}
	suffix := strings.ToUpper(s[digits:])
	width, err := parseSuffix(suffix)
	if err != nil {
		return Channel{}, err
	}
	wifi6e := strings.HasPrefix(suffix, "W6E")
	freq, err := parsePrimary(int(n), wifi6e)
	if err != nil {
		return Channel{}, err
	}
	c := Channel{FreqMHz: uint16(freq), Width: width}
	switch band := c.Band(); {
	case (band == dot11.Band6G) != wifi6e && suffix != "":
		return Channel{}, fmt.Errorf("%d MHz is at %v, where widths are written %s", freq, band, suffixesOf(band))
	case wifi6e && width == Width40Plus && centerOf(freq, band, 40) < freq:
		c.Width = Width40Minus
	}
	if c.CenterMHz() == 0 {
		return Channel{}, fmt.Errorf("no channel that is %v wide has %d MHz as its primary one", c.Width, freq)
	}
	return c, nil
}

// parsePrimary finds the centre of the primary channel.
func parsePrimary(n int, wifi6e bool) (freqMHz int, err error) {
	switch {
	case n >= minFrequency:
		if number, band := dot11.ChannelOf(n); number == 0 || band < dot11.Band2G || band > dot11.Band6G {
			return 0, fmt.Errorf("%d MHz is the centre of no channel of 2.4, 5 or 6 GHz", n)
		}
		return n, nil
	case wifi6e:
		freqMHz = dot11.FreqOf(n, dot11.Band6G)
		if freqMHz == 0 {
			return 0, fmt.Errorf("6 GHz has no channel %d, expected 2, or 1 to 233 in steps of 4", n)
		}
	default:
		freqMHz = frequencyOf(n)
		if freqMHz == 0 {
			return 0, fmt.Errorf("there is no channel %d, expected 1 to 14 for 2.4 GHz, up to 196 for 5 GHz, or such as 1W6e for 6 GHz", n)
		}
	}
	return freqMHz, nil
}

// parseSuffix reads the width, in upper case. At 6 GHz the half that 40 MHz has besides is told by the channel.
func parseSuffix(s string) (Width, error) {
	switch s {
	case "HT20", "W6E20":
		return Width20, nil
	case "HT40":
		return 0, errors.New("expected HT40+ or HT40-, which say where the other half is")
	case "W6E40":
		return Width40Plus, nil
	}
	for i, w := range widths {
		if s == w.suffix || s == strings.ToUpper(w.wifi6e) {
			return Width(i), nil
		}
	}
	return 0, fmt.Errorf("unknown width %q, expected %s or, at 6 GHz, %s", s, suffixesOf(dot11.Band5G), suffixesOf(dot11.Band6G))
}

func suffixesOf(band dot11.Band) string {
	if band == dot11.Band6G {
		return "W6e, W6e40, W6e80, W6e160 or W6e320"
	}
	return "HT20, HT40+, HT40-, VHT80, VHT160, W5, W10"
}

package radio

import (
	"strings"
	"testing"

	"picket/capture/dot11"
)

func TestChannelsAreReadAndPrinted(t *testing.T) {
	for _, test := range []struct {
		text   string
		freq   uint16
		width  Width
		center int
		prints string
	}{
		{"1", 2412, Width20, 2412, "1"},
		{"6", 2437, Width20, 2437, "6"},
		{"6HT20", 2437, Width20, 2437, "6"},
		{"6ht40+", 2437, Width40Plus, 2447, "6HT40+"},
		{"6HT40-", 2437, Width40Minus, 2427, "6HT40-"},
		{"14", 2484, Width20, 2484, "14"},
		{"2437", 2437, Width20, 2437, "6"},
		{"2437HT40+", 2437, Width40Plus, 2447, "6HT40+"},
		{"5W5", 2432, Width5, 2432, "5W5"},
		{"5w10", 2432, Width10, 2432, "5W10"},
		{"36", 5180, Width20, 5180, "36"},
		{"40HT40-", 5200, Width40Minus, 5190, "40HT40-"},
		{"36VHT80", 5180, Width80, 5210, "36VHT80"},
		{"48vht80", 5240, Width80, 5210, "48VHT80"},
		{"161VHT80", 5805, Width80, 5775, "161VHT80"},
		{"64VHT160", 5320, Width160, 5250, "64VHT160"},
		{"177VHT160", 5885, Width160, 5815, "177VHT160"},
		{"184", 4920, Width20, 4920, "184"},
		{"5040", 5040, Width20, 5040, "5040"}, // 8 would be the one of 2.4 GHz
		{"1W6e", 5955, Width20, 5955, "1W6e"},
		{"1w6E20", 5955, Width20, 5955, "1W6e"},
		{"2W6e", 5935, Width20, 5935, "2W6e"},
		{"5955", 5955, Width20, 5955, "1W6e"},
		{"1W6e40", 5955, Width40Plus, 5965, "1W6e40"},
		{"5W6e40", 5975, Width40Minus, 5965, "5W6e40"},
		{"5975w6e80", 5975, Width80, 5985, "5W6e80"},
		{"37W6e160", 6135, Width160, 6185, "37W6e160"},
		{"37W6e320", 6135, Width320, 6105, "37W6e320"}, // 320-1, though 320-2 has it too
		{"65W6e320", 6275, Width320, 6425, "65W6e320"},
		{"221W6e320", 7055, Width320, 6905, "221W6e320"}, // in 320-2 alone
		{"233W6e", 7115, Width20, 7115, "233W6e"},
	} {
		c, err := ParseChannel(test.text)
		if err != nil {
			t.Error(err)
			continue
		}
		if c.FreqMHz != test.freq || c.Width != test.width || c.CenterMHz() != test.center {
			t.Errorf("%s is %+v with the centre %d, want %d MHz, %v, centre %d", test.text, c, c.CenterMHz(), test.freq, test.width, test.center)
		}
		if c.String() != test.prints {
			t.Errorf("%s prints as %s, want %s", test.text, c, test.prints)
		}
	}
}

func TestWhatIsNoChannelIsNamed(t *testing.T) {
	for text, reason := range map[string]string{
		"":                     "expected a number",
		"rubbish":              "expected a number",
		"-6":                   "expected a number",
		"99999":                "expected a number",
		"99999999999999999999": "expected a number",
		"0":                    "there is no channel 0",
		"200":                  "there is no channel 200",
		"2438":                 "2438 MHz is the centre of no channel",
		"57000":                "57000 MHz is the centre of no channel",
		"902":                  "there is no channel 902",
		"6HT40":                "expected HT40+ or HT40-",
		"6HT41":                `unknown width "HT41"`,
		"6 HT20":               `unknown width " HT20"`,
		"1HT40-":               "no channel that is 40 MHz (-) wide has 2412 MHz",
		"13HT40+":              "no channel that is 40 MHz (+) wide has 2472 MHz",
		"14HT40-":              "no channel that is 40 MHz (-) wide has 2484 MHz",
		"13VHT80":              "no channel that is 80 MHz wide has 2472 MHz",
		"38VHT80":              "no channel that is 80 MHz wide has 5190 MHz",
		"149VHT160":            "",
		"36VHT320":             "unknown width",
		"1W6eVHT80":            "unknown width",
		"3W6e":                 "6 GHz has no channel 3",
		"233W6e40":             "no channel that is 40 MHz",
		"229W6e320":            "no channel that is 320 MHz wide has 7095 MHz",
		"5955HT40+":            "widths are written W6e",
		"2437W6e40":            "widths are written HT20",
		"5955W10":              "widths are written W6e",
	} {
		_, err := ParseChannel(text)
		switch {
		case reason == "" && err != nil:
			t.Error(err)
		case reason != "" && (err == nil || !strings.Contains(err.Error(), reason) || !strings.Contains(err.Error(), `channel "`+text+`"`)):
			t.Errorf("%q: %v, want the text and %q", text, err, reason)
		}
	}
}

func TestZeroChannelIsNotKnown(t *testing.T) {
	var c Channel
	if c.String() != "" || c.Number() != 0 || c.Band() != dot11.BandUnknown || c.CenterMHz() != 0 {
		t.Errorf("%q, number %d, %v, centre %d; want nothing of them", c, c.Number(), c.Band(), c.CenterMHz())
	}
}

func FuzzParseChannel(f *testing.F) {
	for _, s := range []string{"6", "6HT40+", "36VHT80", "1W6e", "37W6e320", "2437HT40-", "5955", "5040", "5W5", "0", "rubbish"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseChannel(s)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "channel ") {
				t.Errorf("%v does not say what it is about", err)
			}
			return
		}
		if again, err := ParseChannel(c.String()); err != nil || again != c {
			t.Errorf("%q is %+v, which prints as %s, which is %+v, %v", s, c, c, again, err)
		}
		low, high := c.CenterMHz()-c.Width.MHz()/2, c.CenterMHz()+c.Width.MHz()/2
		if freq := int(c.FreqMHz); freq < low || freq > high {
			t.Errorf("%q: %d MHz is not within %d to %d", s, freq, low, high)
		}
	})
}

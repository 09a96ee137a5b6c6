package radio

import (
	"slices"
	"strings"
	"testing"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"picket/capture/dot11"
)

func TestRadioSaysWhatItCantListenTo(t *testing.T) {
	able := recordedRadio(t)
	plain := Radio{ // of 2003
		Name: "phy7", Country: "00", Bands: []Band{{Band: dot11.Band2G, MaxMHz: 20}},
		Channels: []ChannelInfo{
			{Number: 1, FreqMHz: 2412, Band: dot11.Band2G},
			{Number: 13, FreqMHz: 2472, Band: dot11.Band2G, Disabled: true},
			{Number: 14, FreqMHz: 2484, Band: dot11.Band2G, Disabled: true, CanMonitor: true},
		},
	}
	gap := able // the domain took channel 48 away
	gap.Channels = slices.Clone(able.Channels)
	for i := range gap.Channels {
		gap.Channels[i].Disabled = gap.Channels[i].Disabled || gap.Channels[i].Number == 48
	}
	for _, test := range []struct {
		radio   Radio
		channel string
		refusal string // empty for none
	}{
		{able, "6", ""},
		{able, "6HT40+", ""},
		{able, "36VHT80", ""},
		{able, "36VHT160", ""},
		{able, "52", ""}, // radar does not forbid to listen
		{able, "1W6e", ""},
		{able, "1W6e80", ""},
		{able, "1W6e320", ""},
		{able, "6W5", ""},
		{able, "14", "channel 14: channel 14 (2484 MHz) is disabled in regulatory domain DE"},
		{able, "20", "channel 20: phy2 has no channel 20 (5100 MHz)"},
		{able, "64HT40+", "channel 64HT40+: channel 64 (5320 MHz) can't be 40 MHz (+) wide in regulatory domain DE"},
		{gap, "36", ""},
		{gap, "36HT40+", ""},
		{gap, "36VHT80", "channel 36VHT80: channel 48 (5240 MHz) is disabled in regulatory domain DE"},
		{gap, "64VHT160", "channel 64VHT160: channel 48 (5240 MHz) is disabled in regulatory domain DE"},
		{plain, "1", ""},
		{plain, "13", "channel 13: channel 13 (2472 MHz) is disabled in regulatory domain 00"},
		{plain, "14", ""}, // disabled but for listening
		{plain, "1HT40+", "channel 1HT40+: phy7 can't listen to 40 MHz at 2.4 GHz"},
		{plain, "1W5", "channel 1W5: phy7 can't listen to 5 MHz at 2.4 GHz"},
		{plain, "36", "channel 36: phy7 has no 5 GHz band"},
		{plain, "1W6e", "channel 1W6e: phy7 has no 6 GHz band"},
	} {
		c, err := ParseChannel(test.channel)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		if err := test.radio.Supports(c); err != nil {
			got = err.Error()
		}
		if got != test.refusal {
			t.Errorf("%s of %s: %q, want %q", test.channel, test.radio.Name, got, test.refusal)
		}
	}
	if err := able.Supports(Channel{}); err == nil || !strings.Contains(err.Error(), "0 MHz") {
		t.Errorf("no channel: %v", err)
	}
}

func TestWidthsOfABand(t *testing.T) {
	r := recordedRadio(t)
	for band, want := range map[dot11.Band][]Width{
		dot11.Band2G:  {Width20, Width40Minus, Width40Plus, Width5, Width10},
		dot11.Band5G:  {Width20, Width40Minus, Width40Plus, Width80, Width160, Width5, Width10},
		dot11.Band6G:  {Width20, Width40Minus, Width40Plus, Width80, Width160, Width320},
		dot11.Band60G: nil,
	} {
		if got := r.Widths(band); !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", band, got, want)
		}
	}
}

// What the kernel goes by when it is asked for a width.
func TestCapabilitiesSayHowWideChannelsAre(t *testing.T) {
	const ht40, vht160, vht8080, extNSS = 1 << 1, 1 << 2, 2 << 2, 1 << 30
	for _, test := range []struct {
		band uint16
		ht   uint16
		vht  uint32 // 1 for none but that there are some
		he   byte
		eht  byte
		want int
	}{
		{band: unix.NL80211_BAND_2GHZ, want: 20},
		{band: unix.NL80211_BAND_2GHZ, ht: 1, want: 20},
		{band: unix.NL80211_BAND_2GHZ, ht: ht40, want: 40},
		{band: unix.NL80211_BAND_2GHZ, ht: ht40, vht: vht160, he: 0xff, want: 40},
		{band: unix.NL80211_BAND_5GHZ, ht: ht40, want: 40},
		{band: unix.NL80211_BAND_5GHZ, ht: ht40, vht: 1, want: 80},
		{band: unix.NL80211_BAND_5GHZ, ht: ht40, vht: vht160, want: 160},
		{band: unix.NL80211_BAND_5GHZ, ht: ht40, vht: vht8080, want: 160},
		{band: unix.NL80211_BAND_5GHZ, ht: ht40, vht: extNSS, want: 160},
		{band: unix.NL80211_BAND_5GHZ, ht: ht40, vht: 1, he: 0xff, eht: 0xff, want: 80},
		{band: unix.NL80211_BAND_6GHZ, want: 20},
		{band: unix.NL80211_BAND_6GHZ, he: 1 << 2, want: 80},
		{band: unix.NL80211_BAND_6GHZ, he: 1 << 3, want: 160},
		{band: unix.NL80211_BAND_6GHZ, he: 1<<2 | 1<<3, eht: 1 << 1, want: 320},
	} {
		e := netlink.NewAttributeEncoder()
		e.Nested(unix.NL80211_ATTR_WIPHY_BANDS, func(e *netlink.AttributeEncoder) error {
			e.Nested(test.band, func(e *netlink.AttributeEncoder) error {
				if test.ht != 0 {
					e.Uint16(unix.NL80211_BAND_ATTR_HT_CAPA, test.ht)
				}
				if test.vht != 0 {
					e.Uint32(unix.NL80211_BAND_ATTR_VHT_CAPA, test.vht)
				}
				e.Nested(unix.NL80211_BAND_ATTR_IFTYPE_DATA, func(e *netlink.AttributeEncoder) error {
					e.Nested(1, func(e *netlink.AttributeEncoder) error {
						e.Bytes(unix.NL80211_BAND_IFTYPE_ATTR_HE_CAP_PHY, []byte{test.he, 0, 0})
						e.Bytes(unix.NL80211_BAND_IFTYPE_ATTR_EHT_CAP_PHY, []byte{test.eht, 0, 0})
						return nil
					})
					return nil
				})
				return nil
			})
			return nil
		})
		b, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		var r Radio
		if err := r.decode(b); err != nil || len(r.Bands) != 1 || r.Bands[0].MaxMHz != test.want {
			t.Errorf("%+v: %+v, %v; want %d MHz", test, r.Bands, err, test.want)
		}
	}
}

package radio

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"picket/capture/dot11"
)

// parseRadios puts together what the kernel tells of each radio in several messages.
func parseRadios(messages []genetlink.Message) ([]Radio, error) {
	parts := map[int]*Radio{}
	for _, m := range messages {
		phy, err := phyOf(m.Data)
		if err != nil {
			return nil, err
		}
		r := parts[phy]
		if r == nil {
			r = &Radio{Index: phy}
			parts[phy] = r
		}
		if err := r.decode(m.Data); err != nil {
			return nil, fmt.Errorf("radio %d: %w", phy, err)
		}
	}
	list := make([]Radio, 0, len(parts))
	for _, r := range parts {
		r.finish()
		list = append(list, *r)
	}
	slices.SortFunc(list, func(a, b Radio) int { return a.Index - b.Index })
	return list, nil
}

// phyOf finds the radio that a message is about.
func phyOf(b []byte) (int, error) {
	var e Event
	err := e.decode(b)
	return e.Phy, err
}

// finish brings what was gathered in order.
func (r *Radio) finish() {
	slices.SortFunc(r.Channels, func(a, b ChannelInfo) int { return cmp.Compare(a.FreqMHz, b.FreqMHz) })
	slices.SortFunc(r.Bands, func(a, b Band) int { return cmp.Compare(a.Band, b.Band) })
	r.Injection = r.Injection && r.Monitor
	r.Active = r.Active && r.Monitor
}

// decode reads one message about the radio.
func (r *Radio) decode(b []byte) error {
	ad, err := netlink.NewAttributeDecoder(b)
	if err != nil {
		return err
	}
	for ad.Next() {
		switch ad.Type() {
		case unix.NL80211_ATTR_WIPHY_NAME:
			r.Name = ad.String()
		case unix.NL80211_ATTR_SUPPORTED_IFTYPES:
			ad.Nested(func(types *netlink.AttributeDecoder) error {
				for types.Next() {
					r.Monitor = r.Monitor || types.Type() == uint16(TypeMonitor)
				}
				return nil
			})
		case unix.NL80211_ATTR_FEATURE_FLAGS:
			flags := ad.Uint32()
			r.Active = flags&unix.NL80211_FEATURE_ACTIVE_MONITOR != 0
			// Nothing says that injection works. It does with all drivers that stand on mac80211, and mac80211 gives
			// all of them this feature, which no other driver of the kernel has.
			r.Injection = flags&unix.NL80211_FEATURE_SK_TX_STATUS != 0
		case unix.NL80211_ATTR_SUPPORT_5_MHZ:
			r.Narrow = true
		case unix.NL80211_ATTR_WIPHY_SELF_MANAGED_REG:
			r.SelfManaged = true
		case unix.NL80211_ATTR_WIPHY_BANDS:
			ad.Nested(r.decodeBands)
		}
	}
	return ad.Err()
}

// bandsOf leaves out the bands in which channels are not 20 MHz wide, those of 802.11ad and 802.11ah.
var bandsOf = map[uint16]dot11.Band{
	unix.NL80211_BAND_2GHZ: dot11.Band2G,
	unix.NL80211_BAND_5GHZ: dot11.Band5G,
	unix.NL80211_BAND_6GHZ: dot11.Band6G,
}

func (r *Radio) decodeBands(ad *netlink.AttributeDecoder) error {
	for ad.Next() {
		if band, ok := bandsOf[ad.Type()]; ok {
			b := r.band(band)
			ad.Nested(func(nad *netlink.AttributeDecoder) error { return r.decodeBand(b, nad) })
		}
	}
	return nil
}

// band returns the entry of a band, whose parts come in several messages. It is valid until the next call.
func (r *Radio) band(band dot11.Band) *Band {
	i := slices.IndexFunc(r.Bands, func(b Band) bool { return b.Band == band })
	if i < 0 {
		i = len(r.Bands)
		r.Bands = append(r.Bands, Band{Band: band, MaxMHz: 20})
	}
	return &r.Bands[i]
}

// Bits of the capabilities elements (IEEE 802.11-2020, 9.4.2.55.2 and 9.4.2.157.2; 802.11ax-2021, 9.4.2.248.3;
// 802.11be-2024, 9.4.2.323.3).
const (
	htCap40MHz    = 1 << 1
	vhtCapWidths  = 3 << 2 // 1: 160 MHz, 2: 80+80 MHz too
	vhtCapExtNSS  = 3 << 30
	hePhy80At5    = 1 << 2 // 40 and 80 MHz, at 5 and 6 GHz
	hePhy160At5   = 1 << 3
	ehtPhy320At6G = 1 << 1
)

func (r *Radio) decodeBand(b *Band, ad *netlink.AttributeDecoder) error {
	for ad.Next() {
		switch ad.Type() {
		case unix.NL80211_BAND_ATTR_FREQS:
			ad.Nested(func(freqs *netlink.AttributeDecoder) error {
				for freqs.Next() {
					freqs.Nested(func(nad *netlink.AttributeDecoder) error { return r.decodeChannel(b.Band, nad) })
				}
				return nil
			})
		case unix.NL80211_BAND_ATTR_HT_CAPA:
			b.HT = true
			if ad.Uint16()&htCap40MHz != 0 {
				b.widen(40)
			}
		case unix.NL80211_BAND_ATTR_VHT_CAPA:
			b.VHT = true
			caps := ad.Uint32()
			if b.Band == dot11.Band5G {
				b.widen(80)
				if caps&(vhtCapWidths|vhtCapExtNSS) != 0 {
					b.widen(160)
				}
			}
		case unix.NL80211_BAND_ATTR_IFTYPE_DATA:
			ad.Nested(func(types *netlink.AttributeDecoder) error {
				for types.Next() {
					types.Nested(b.decodeTypeData)
				}
				return nil
			})
		}
	}
	return nil
}

func (b *Band) widen(mhz int) { b.MaxMHz = max(b.MaxMHz, mhz) }

// decodeTypeData reads what the radio can do from 802.11ax on, which the kernel tells per type of interface. At 6 GHz
// these capabilities say how wide channels may be; elsewhere the kernel goes by the older ones.
func (b *Band) decodeTypeData(ad *netlink.AttributeDecoder) error {
	is6G := b.Band == dot11.Band6G
	for ad.Next() {
		phy := ad.Bytes()
		if len(phy) == 0 {
			continue
		}
		switch ad.Type() {
		case unix.NL80211_BAND_IFTYPE_ATTR_HE_CAP_PHY:
			b.HE = true
			if is6G && phy[0]&hePhy80At5 != 0 {
				b.widen(80)
			}
			if is6G && phy[0]&hePhy160At5 != 0 {
				b.widen(160)
			}
		case unix.NL80211_BAND_IFTYPE_ATTR_EHT_CAP_PHY:
			b.EHT = true
			if is6G && phy[0]&ehtPhy320At6G != 0 {
				b.widen(320)
			}
		}
	}
	return nil
}

// decodeChannel reads one channel. Those above 65,535 MHz are left out.
func (r *Radio) decodeChannel(band dot11.Band, ad *netlink.AttributeDecoder) error {
	c := ChannelInfo{Band: band}
	flags := map[uint16]*bool{
		unix.NL80211_FREQUENCY_ATTR_DISABLED:      &c.Disabled,
		unix.NL80211_FREQUENCY_ATTR_CAN_MONITOR:   &c.CanMonitor,
		unix.NL80211_FREQUENCY_ATTR_NO_IR:         &c.NoIR,
		unix.NL80211_FREQUENCY_ATTR_RADAR:         &c.Radar,
		unix.NL80211_FREQUENCY_ATTR_NO_20MHZ:      &c.No20,
		unix.NL80211_FREQUENCY_ATTR_NO_HT40_MINUS: &c.NoHT40Minus,
		unix.NL80211_FREQUENCY_ATTR_NO_HT40_PLUS:  &c.NoHT40Plus,
		unix.NL80211_FREQUENCY_ATTR_NO_80MHZ:      &c.No80,
		unix.NL80211_FREQUENCY_ATTR_NO_160MHZ:     &c.No160,
		unix.NL80211_FREQUENCY_ATTR_NO_320MHZ:     &c.No320,
		unix.NL80211_FREQUENCY_ATTR_NO_10MHZ:      &c.No10,
	}
	var freq uint32
	for ad.Next() {
		if ad.Type() == unix.NL80211_FREQUENCY_ATTR_FREQ {
			freq = ad.Uint32()
		} else if flag, ok := flags[ad.Type()]; ok {
			*flag = true
		}
	}
	if freq > 0 && freq <= math.MaxUint16 {
		c.FreqMHz = uint16(freq)
		c.Number, _ = dot11.ChannelOf(int(freq))
		r.Channels = append(r.Channels, c)
	}
	return nil
}

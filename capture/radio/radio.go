package radio

import (
	"fmt"
	"slices"

	"picket/capture/dot11"
)

// Radio is the transceiver of an adapter: what the kernel calls a wiphy.
type Radio struct {
	Index      int
	Name       string     // "phy0"
	Addr       dot11.Addr // permanent
	Driver     string     // "ath9k_htc"; empty where it is not known, like Bus
	Bus        string     // "usb 0cf3:9271"
	Interfaces []Interface
	Bands      []Band
	Channels   []ChannelInfo // lowest first, those that are disabled included
	Monitor    bool          // can hand out all that it hears
	Active     bool          // and acknowledge what is sent to it meanwhile
	// Injection says that frames may be sent through a monitor interface. Drivers outside of the kernel's own stack
	// may be able to do it and not tell.
	Injection   bool
	Narrow      bool   // channels 5 and 10 MHz wide
	Country     string // regulatory domain: "DE", "00" for the world's
	SelfManaged bool   // the regulatory domain is that of the adapter's firmware
	Block       BlockState
}

// Band is what a radio can do in one band.
type Band struct {
	dot11.Band
	HT, VHT, HE, EHT bool // 802.11n, ac, ax, be
	MaxMHz           int  // the widest channel
}

// ChannelInfo is what a radio may do on the 20 MHz channel of a band.
type ChannelInfo struct {
	Number     int
	FreqMHz    uint16
	Band       dot11.Band
	Disabled   bool // by the regulatory domain
	CanMonitor bool // disabled or not
	NoIR       bool // must not transmit first
	Radar      bool // transmits only where there is no radar
	// Widths that the regulatory domain rules out with this primary channel:
	No20, NoHT40Minus, NoHT40Plus, No80, No160, No320, No10 bool
}

// BlockState is whether a radio is switched off.
type BlockState uint8

// The states.
const (
	NotBlocked  BlockState = iota
	SoftBlocked            // by software
	HardBlocked            // by a switch of the machine
)

// String is what to do about it.
func (b BlockState) String() string {
	switch b {
	case SoftBlocked:
		return "switched off by software (rfkill); 'rfkill unblock wifi' switches it on"
	case HardBlocked:
		return "switched off by the machine's hardware switch or key (rfkill)"
	}
	return "not blocked"
}

// Listens reports whether the radio may listen to the channel.
func (c *ChannelInfo) Listens() bool { return !c.Disabled || c.CanMonitor }

// forbids reports whether the regulatory domain rules out the width.
func (c *ChannelInfo) forbids(w Width) bool {
	switch w {
	case Width40Minus:
		return c.NoHT40Minus
	case Width40Plus:
		return c.NoHT40Plus
	case Width80:
		return c.No80
	case Width160:
		return c.No160
	case Width320:
		return c.No320
	case Width10:
		return c.No10
	}
	return c.No20
}

// Supports returns nil if the radio can listen to c, else why not.
func (r *Radio) Supports(c Channel) error {
	center := c.CenterMHz()
	if center == 0 {
		return fmt.Errorf("there is no channel %v wide with %d MHz as its primary one", c.Width, c.FreqMHz)
	}
	i := slices.IndexFunc(r.Bands, func(b Band) bool { return b.Band == c.Band() })
	if i < 0 {
		return fmt.Errorf("channel %s: %s has no %v band", c, r.Name, c.Band())
	}
	narrow := c.Width == Width5 || c.Width == Width10
	if c.Width.MHz() > r.Bands[i].MaxMHz || narrow && !r.Narrow {
		return fmt.Errorf("channel %s: %s can't listen to %d MHz at %v", c, r.Name, c.Width.MHz(), c.Band())
	}
	primary, err := r.listens(c, int(c.FreqMHz))
	if err != nil {
		return err
	}
	if primary.forbids(c.Width) {
		return fmt.Errorf("channel %s: channel %d (%d MHz) can't be %v wide in regulatory domain %s",
			c, primary.Number, primary.FreqMHz, c.Width, r.Country)
	}
	for freq := center - c.Width.MHz()/2 + 10; freq < center+c.Width.MHz()/2; freq += 20 {
		if narrow {
			break
		}
		if _, err := r.listens(c, freq); err != nil {
			return err
		}
	}
	return nil
}

// listens finds the 20 MHz channel at freqMHz, which is a part of c.
func (r *Radio) listens(c Channel, freqMHz int) (ChannelInfo, error) {
	i := slices.IndexFunc(r.Channels, func(info ChannelInfo) bool { return int(info.FreqMHz) == freqMHz })
	number, _ := dot11.ChannelOf(freqMHz)
	if i < 0 {
		return ChannelInfo{}, fmt.Errorf("channel %s: %s has no channel %d (%d MHz)", c, r.Name, number, freqMHz)
	}
	info := r.Channels[i]
	if !info.Listens() {
		return info, fmt.Errorf("channel %s: channel %d (%d MHz) is disabled in regulatory domain %s", c, number, freqMHz, r.Country)
	}
	return info, nil
}

// Widths lists the widths that the radio can listen to in the band.
func (r *Radio) Widths(band dot11.Band) []Width {
	var list []Width
	for w := range Width(len(widths)) {
		if slices.ContainsFunc(r.Channels, func(c ChannelInfo) bool {
			return c.Band == band && r.Supports(Channel{c.FreqMHz, w}) == nil
		}) {
			list = append(list, w)
		}
	}
	return list
}

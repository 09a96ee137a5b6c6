package live

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/bpf"

	"picket/capture"
	"picket/capture/dot11"
	"picket/capture/filter"
	"picket/capture/radio"
)

// Options are what the definition of an adapter says beyond name and UUID, in Kismet's words where Kismet has them:
//
//	channel=CH             stay on this channel; with hop=true, begin there
//	channels="CH,CH,..."   hop over these and no others
//	add_channels="CH,..."  hop over these besides the usual ones
//	hop=true|false         hopping is usual without channel=; with hop=false alone, it stays where it is found;
//	                       Kismet's channel_hop means the same
//	hop_rate=5/sec         or 10/min; Kismet's channel_hoprate means the same
//	vif=NAME               the monitor interface to make; that of wlan1 is wlan1mon where it is not given
//	ignoreprimary=true     leave the interface itself up beside the monitor interface
//	fcsfail=true           hand on frames that failed the check of their FCS
//	plcpfail=true          and those of which not even the header was received
//	control=false          leave out control frames
//	otherbss=false         leave out frames of networks that the adapter is no member of
//	filter=EXPRESSION      in the words of tcpdump, see package filter
//	ring=4                 MiB of the buffer that the kernel captures into
//	retry=false            give up when the adapter fails
//	link=radiotap          capture on an interface that is no adapter, such as the end of a tunnel from a remote one,
//	                       which gives frames of this link type: radiotap or ieee80211; nothing is tuned
type Options struct {
	Hop         bool
	Channel     radio.Channel   // to stay on, or to begin with; zero for none
	Channels    []radio.Channel // to hop over; nil for the usual ones
	AddChannels []radio.Channel
	HopPeriod   time.Duration // spent on a channel, on average

	Monitor radio.MonitorOptions
	Link    dot11.LinkType // 0: the interface is an adapter's
	Filter  []bpf.RawInstruction
	Ring    int // bytes; 0: the usual
	Retry   bool
}

// Defaults are what holds for adapters whose definitions don't say.
type Defaults struct {
	Hop       bool
	HopPeriod time.Duration
	Retry     bool
}

// Bounds of hop_rate. A driver takes some milliseconds to tune.
const (
	shortestPeriod = 20 * time.Millisecond
	longestPeriod  = time.Hour
)

// maxRing is what the kernel can address with the block sizes in use.
const maxRing = 1 << 10 // MiB

// ParseOptions reads the options of d, which is the definition of an adapter. The error names the option at fault.
func ParseOptions(d *capture.Definition, usual Defaults) (Options, error) {
	p := optionParser{Options: Options{Hop: usual.Hop, HopPeriod: usual.HopPeriod, Retry: usual.Retry}}
	for _, o := range d.Options {
		set, ok := setters[o.Name]
		if !ok {
			return Options{}, fmt.Errorf("source %q: unknown option %q of an adapter, expected one of %s", d.Text, o.Name, optionNames())
		}
		if err := set(&p, o.Value); err != nil {
			return Options{}, fmt.Errorf("source %q: option %s: %w", d.Text, o.Name, err)
		}
	}
	if err := p.finish(); err != nil {
		return Options{}, fmt.Errorf("source %q: %w", d.Text, err)
	}
	return p.Options, nil
}

type optionParser struct {
	Options
	hop        *bool
	expression string
}

// setters are the options of an adapter.
var setters = map[string]func(*optionParser, string) error{
	"channel": func(p *optionParser, v string) (err error) {
		p.Channel, err = radio.ParseChannel(v)
		return err
	},
	"channels":        func(p *optionParser, v string) error { return setChannels(&p.Channels, v) },
	"add_channels":    func(p *optionParser, v string) error { return setChannels(&p.AddChannels, v) },
	"hop":             setHop,
	"channel_hop":     setHop,
	"hop_rate":        setHopRate,
	"channel_hoprate": setHopRate,
	"vif": func(p *optionParser, v string) error {
		if len(v) == 0 || len(v) > maxInterfaceName || strings.ContainsAny(v, "/ \t") {
			return fmt.Errorf("%q can't be the name of an interface, expected 1 to %d characters without blanks and slashes", v, maxInterfaceName)
		}
		p.Monitor.VIF = v
		return nil
	},
	"ignoreprimary": func(p *optionParser, v string) error { return setBool(&p.Monitor.KeepPrimary, v) },
	"fcsfail":       func(p *optionParser, v string) error { return setBool(&p.Monitor.FCSFail, v) },
	"plcpfail":      func(p *optionParser, v string) error { return setBool(&p.Monitor.PLCPFail, v) },
	"control":       func(p *optionParser, v string) error { return setNot(&p.Monitor.NoControl, v) },
	"otherbss":      func(p *optionParser, v string) error { return setNot(&p.Monitor.NoOtherBSS, v) },
	"retry":         func(p *optionParser, v string) error { return setBool(&p.Retry, v) },
	"filter": func(p *optionParser, v string) error {
		p.expression = v
		return nil
	},
	"ring": func(p *optionParser, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > maxRing {
			return fmt.Errorf("%q is no number of MiB from 1 to %d", v, maxRing)
		}
		p.Ring = n << 20
		return nil
	},
	"link": func(p *optionParser, v string) error {
		switch v {
		case "radiotap":
			p.Link = dot11.LinkRadiotap
		case "ieee80211":
			p.Link = dot11.LinkIEEE80211
		default:
			return fmt.Errorf("unknown link type %q, expected radiotap or ieee80211", v)
		}
		return nil
	},
}

const maxInterfaceName = 15 // IFNAMSIZ, less the NUL

func optionNames() string {
	names := []string{"type", "name", "uuid"}
	for name := range setters {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func (p *optionParser) finish() error {
	switch {
	case p.hop != nil:
		p.Hop = *p.hop
	case p.Channel != radio.Channel{}:
		p.Hop = false
	case len(p.Channels)+len(p.AddChannels) > 0:
		p.Hop = true
	}
	if !p.Hop && len(p.Channels)+len(p.AddChannels) > 0 && p.Channel == (radio.Channel{}) {
		return errors.New("hop=false with a list of channels, expected channel=CH to stay on")
	}
	if p.expression == "" {
		return nil
	}
	var err error
	// The header in front of a frame decides where the filter looks; adapters give radiotap.
	p.Filter, err = filter.Compile(p.expression, cmp.Or(p.Link, dot11.LinkRadiotap))
	if err != nil {
		return fmt.Errorf("option filter: %w", err)
	}
	return nil
}

func setChannels(list *[]radio.Channel, v string) error {
	words := strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' })
	if len(words) == 0 {
		return errors.New("no channels")
	}
	var channels []radio.Channel
	for _, word := range words {
		c, err := radio.ParseChannel(word)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(channels, func(o radio.Channel) bool { return o.FreqMHz == c.FreqMHz }) {
			return fmt.Errorf("channel %s is given twice", word)
		}
		channels = append(channels, c)
	}
	*list = channels
	return nil
}

func setHop(p *optionParser, v string) error {
	p.hop = new(bool)
	return setBool(p.hop, v)
}

func setBool(to *bool, v string) error {
	on, err := strconv.ParseBool(v)
	if err != nil {
		return fmt.Errorf("%q is neither true nor false", v)
	}
	*to = on
	return nil
}

func setNot(to *bool, v string) error {
	err := setBool(to, v)
	*to = !*to
	return err
}

func setHopRate(p *optionParser, v string) error {
	period, err := parseHopRate(v)
	p.HopPeriod = period
	return err
}

// parseHopRate reads channels a second or a minute: "5/sec", "12/min", "0.5".
func parseHopRate(v string) (period time.Duration, err error) {
	number, unit, _ := strings.Cut(v, "/")
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	per := map[string]time.Duration{"": time.Second, "sec": time.Second, "second": time.Second, "min": time.Minute, "minute": time.Minute}[strings.TrimSpace(unit)]
	if err != nil || per == 0 {
		return 0, fmt.Errorf("%q is no rate, expected one such as 5/sec or 10/min", v)
	}
	return HopPeriod(n / per.Seconds())
}

// HopPeriod is how long a radio stays on a channel that visits so many of them in a second.
func HopPeriod(perSecond float64) (time.Duration, error) {
	seconds := 1 / perSecond
	if !(shortestPeriod.Seconds() <= seconds && seconds <= longestPeriod.Seconds()) {
		return 0, fmt.Errorf("%g channels a second, expected from 1 in %v to 1 in %v", perSecond, longestPeriod, shortestPeriod)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

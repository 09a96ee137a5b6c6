package live

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/capture"
	"picket/capture/dot11"
	"picket/capture/radio"
)

func parse(t *testing.T, text string) (Options, error) {
	t.Helper()
	d, err := capture.ParseDefinition(text)
	if err != nil {
		t.Fatal(err)
	}
	return ParseOptions(&d, usual)
}

// usual are the defaults of the tests.
var usual = Defaults{Hop: true, HopPeriod: 200 * time.Millisecond, Retry: true}

func TestDefaultsHoldForWhatIsNotGiven(t *testing.T) {
	other := Defaults{Hop: false, HopPeriod: time.Second, Retry: false}
	for text, want := range map[string]Options{
		"wlan1":                  {HopPeriod: time.Second},
		"wlan1:hop=true":         {Hop: true, HopPeriod: time.Second},
		"wlan1:retry=true":       {HopPeriod: time.Second, Retry: true},
		"wlan1:channels=1":       {Hop: true, HopPeriod: time.Second, Channels: []radio.Channel{channel(1)}},
		"wlan1:hop_rate=5/sec":   {HopPeriod: 200 * time.Millisecond},
		"wlan1:channel=6,vif=m0": {HopPeriod: time.Second, Channel: channel(6), Monitor: radio.MonitorOptions{VIF: "m0"}},
	} {
		d, err := capture.ParseDefinition(text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseOptions(&d, other)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", text, err, diff)
		}
	}
}

func TestParseOptions(t *testing.T) {
	usually := Options{Hop: true, HopPeriod: 200 * time.Millisecond, Retry: true}
	with := func(change func(*Options)) Options {
		o := usually
		change(&o)
		return o
	}
	wide := radio.Channel{FreqMHz: 5180, Width: radio.Width80}
	for text, want := range map[string]Options{
		"wlan1":                     usually,
		"wlan1:name=attic":          usually,
		"wlan1:type=linuxwifi":      usually,
		"wlan1:channel=6":           with(func(o *Options) { o.Hop, o.Channel = false, channel(6) }),
		"wlan1:channel=6,hop=true":  with(func(o *Options) { o.Channel = channel(6) }),
		"wlan1:channel_hop=false":   with(func(o *Options) { o.Hop = false }),
		"wlan1:hop_rate=10/sec":     with(func(o *Options) { o.HopPeriod = 100 * time.Millisecond }),
		"wlan1:channel_hoprate=2":   with(func(o *Options) { o.HopPeriod = 500 * time.Millisecond }),
		"wlan1:hop_rate=12/min":     with(func(o *Options) { o.HopPeriod = 5 * time.Second }),
		`wlan1:channels="1,6 11"`:   with(func(o *Options) { o.Channels = []radio.Channel{channel(1), channel(6), channel(11)} }),
		"wlan1:channels=36VHT80":    with(func(o *Options) { o.Channels = []radio.Channel{wide} }),
		"wlan1:add_channels=13":     with(func(o *Options) { o.AddChannels = []radio.Channel{channel(13)} }),
		"wlan1:vif=mon7":            with(func(o *Options) { o.Monitor.VIF = "mon7" }),
		"wlan1:fcsfail=true":        with(func(o *Options) { o.Monitor.FCSFail = true }),
		"wlan1:plcpfail=true":       with(func(o *Options) { o.Monitor.PLCPFail = true }),
		"wlan1:control=false":       with(func(o *Options) { o.Monitor.NoControl = true }),
		"wlan1:otherbss=false":      with(func(o *Options) { o.Monitor.NoOtherBSS = true }),
		"wlan1:control=true":        usually,
		"wlan1:ignoreprimary=true":  with(func(o *Options) { o.Monitor.KeepPrimary = true }),
		"wlan1:ring=16":             with(func(o *Options) { o.Ring = 16 << 20 }),
		"wlan1:retry=false":         with(func(o *Options) { o.Retry = false }),
		"veth1:link=radiotap":       with(func(o *Options) { o.Link = dot11.LinkRadiotap }),
		"wlan1:channel=,channels=1": {}, // an error
	} {
		got, err := parse(t, text)
		if text == "wlan1:channel=,channels=1" {
			if err == nil {
				t.Errorf("%s: no error", text)
			}
			continue
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", text, err, diff)
		}
	}
	if o, err := parse(t, `wlan1:filter="type mgt"`); err != nil || len(o.Filter) == 0 {
		t.Errorf("filter of %d instructions, error %v", len(o.Filter), err)
	}
}

func TestBadOptionsNameTheFault(t *testing.T) {
	for text, want := range map[string]string{
		"wlan1:chanels=1":            `source "wlan1:chanels=1": unknown option "chanels" of an adapter, expected one of add_channels, channel,`,
		"wlan1:realtime=true":        `unknown option "realtime" of an adapter`,
		`wlan1:channels="1,rubbish"`: `option channels: `,
		`wlan1:channels="1,6,1"`:     "channel 1 is given twice",
		`wlan1:channels=","`:         "option channels: no channels",
		"wlan1:channel=200":          `200`,
		"wlan1:hop=perhaps":          `option hop: "perhaps" is neither true nor false`,
		"wlan1:hop_rate=fast":        `option hop_rate: "fast" is no rate, expected one such as 5/sec or 10/min`,
		"wlan1:hop_rate=5/day":       `is no rate`,
		"wlan1:hop_rate=0":           "expected from 1 in 1h0m0s to 1 in 20ms",
		"wlan1:hop_rate=-1":          "expected from 1 in 1h0m0s to 1 in 20ms",
		"wlan1:hop_rate=NaN":         "expected from 1 in 1h0m0s to 1 in 20ms",
		"wlan1:hop_rate=1000":        "1000 channels a second",
		"wlan1:vif=a/b":              `"a/b" can't be the name of an interface`,
		"wlan1:vif=sixteen-letters-": "1 to 15 characters",
		"wlan1:ring=lots":            `option ring: "lots" is no number of MiB from 1 to 1024`,
		"wlan1:ring=4096":            "from 1 to 1024",
		"wlan1:link=ethernet":        `unknown link type "ethernet", expected radiotap or ieee80211`,
		"wlan1:filter=tcp port 80":   "option filter: ",
		"wlan1:hop=false,channels=1": "hop=false with a list of channels, expected channel=CH to stay on",
	} {
		_, err := parse(t, text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}

func TestEveryOptionIsDocumented(t *testing.T) {
	words := strings.Fields(strings.NewReplacer("=", " ", "|", " ", ";", " ").Replace(optionsDoc(t)))
	for name := range setters {
		if !slices.Contains(words, name) {
			t.Errorf("option %s is not in the documentation of Options", name)
		}
	}
}

// optionsDoc is the comment on the type Options.
func optionsDoc(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("options.go")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(source), "// Options are what")
	text, _, found := strings.Cut(text, "type Options struct")
	if !found {
		t.Fatal("no comment on Options")
	}
	return text
}

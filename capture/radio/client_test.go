package radio

import (
	"errors"
	"slices"
	"testing"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
	"github.com/mdlayher/netlink/nltest"
	"golang.org/x/sys/unix"

	"picket/capture/dot11"
)

// recordedRadio is phy2 of testdata.
func recordedRadio(t testing.TB) Radio {
	t.Helper()
	list, err := parseRadios(payloads(t, recorded(t, "radios.nl.gz")))
	if err != nil || len(list) != 1 {
		t.Fatalf("%d radios, %v", len(list), err)
	}
	list[0].Country = "DE"
	return list[0]
}

func TestRadioIsPutTogetherFromItsParts(t *testing.T) {
	r := recordedRadio(t)
	if r.Index != 2 || r.Name != "phy2" || !r.Monitor || !r.Active || !r.Injection || !r.Narrow || r.SelfManaged {
		t.Errorf("%d %s monitor %v active %v injection %v narrow %v self-managed %v", r.Index, r.Name, r.Monitor, r.Active, r.Injection, r.Narrow, r.SelfManaged)
	}
	want := []Band{
		{dot11.Band2G, true, false, true, true, 40},
		{dot11.Band5G, true, true, true, true, 160},
		{dot11.Band6G, false, false, true, true, 320},
	}
	if !slices.Equal(r.Bands, want) {
		t.Errorf("bands %+v, want %+v", r.Bands, want)
	}
	count := map[dot11.Band]int{}
	for i, c := range r.Channels {
		count[c.Band]++
		if i > 0 && c.FreqMHz <= r.Channels[i-1].FreqMHz {
			t.Errorf("%d MHz after %d", c.FreqMHz, r.Channels[i-1].FreqMHz)
		}
	}
	if count[dot11.Band2G] != 14 || count[dot11.Band5G] != 40 || count[dot11.Band6G] != 59 {
		t.Errorf("channels %v, want 14 of 2.4, 40 of 5 and 59 of 6 GHz", count)
	}
	for _, want := range []ChannelInfo{
		{Number: 1, FreqMHz: 2412, Band: dot11.Band2G, NoHT40Minus: true, No80: true, No160: true, No320: true},
		{Number: 14, FreqMHz: 2484, Band: dot11.Band2G, Disabled: true, NoIR: true, NoHT40Minus: true, NoHT40Plus: true, No80: true, No160: true, No320: true},
		{Number: 52, FreqMHz: 5260, Band: dot11.Band5G, Radar: true, No320: true},
	} {
		if !slices.Contains(r.Channels, want) {
			i := slices.IndexFunc(r.Channels, func(c ChannelInfo) bool { return c.FreqMHz == want.FreqMHz })
			t.Errorf("channel %+v, want %+v", r.Channels[i], want)
		}
	}
}

// recordedClient is a client of a kernel that answers as recorded.
func recordedClient(t *testing.T) (*Client, *kernel) {
	k := newKernel(t)
	c := k.client()
	c.links = &links{nltest.Dial(func(requests []netlink.Message) ([]netlink.Message, error) {
		return k.list(requests[0], recorded(t, "links.nl.gz")), nil
	})}
	c.nl = genetlink.NewConn(nltest.Dial(func(requests []netlink.Message) ([]netlink.Message, error) {
		if requests[0].Data[0] == unix.NL80211_CMD_GET_INTERFACE {
			return k.list(requests[0], recorded(t, "interfaces.nl.gz")), nil
		}
		return k.answer(requests)
	}))
	return c, k
}

func TestInterfacesAreListed(t *testing.T) {
	c, _ := recordedClient(t)
	got, err := c.interfaces()
	if err != nil {
		t.Fatal(err)
	}
	want := []Interface{
		{2, "wlan0", dot11.Addr{2, 0, 0, 0, 0, 0}, TypeAP, true, Channel{2437, Width20}, "HomeNet", 0, 1},
		{3, "wlan1", dot11.Addr{2, 0, 0, 0, 1, 0}, TypeManaged, true, Channel{2437, Width20}, "HomeNet", 1, 1<<32 + 1},
		{5, "wlan2", dot11.Addr{2, 0, 0, 0, 2, 0}, TypeManaged, false, Channel{}, "", 2, 2<<32 + 1},
		{6, "wlan2mon", dot11.Addr{2, 0, 0, 0, 2, 0}, TypeMonitor, true, Channel{5180, Width80}, "", 2, 2<<32 + 2},
	}
	if !slices.Equal(got, want) {
		t.Errorf("interfaces %+v, want %+v", got, want)
	}
}

func TestRadiosAreListedWithTheirInterfacesAndDomain(t *testing.T) {
	c, _ := recordedClient(t)
	list, err := c.Radios()
	if err != nil || len(list) != 1 {
		t.Fatalf("%d radios, %v", len(list), err)
	}
	var names []string
	for _, i := range list[0].Interfaces {
		names = append(names, i.Name)
	}
	if !slices.Equal(names, []string{"wlan2", "wlan2mon"}) || list[0].Country != "DE" {
		t.Errorf("interfaces %q in %s, want wlan2 and wlan2mon in DE", names, list[0].Country)
	}
}

// A radio whose firmware knows the regulatory domain is not in the one of the others.
func TestRadioHasADomainOfItsOwn(t *testing.T) {
	c, k := recordedClient(t)
	e := netlink.NewAttributeEncoder()
	e.Uint32(unix.NL80211_ATTR_WIPHY, 2)
	e.String(unix.NL80211_ATTR_REG_ALPHA2, "US")
	data, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	own := netlink.Message{Data: append([]byte{unix.NL80211_CMD_GET_REG, 1, 0, 0}, data...)}
	k.domains = append(k.domains, own)
	list, err := c.Radios()
	if err != nil || list[0].Country != "US" {
		t.Errorf("country %q, %v; want US", list[0].Country, err)
	}
}

func TestListThatChangesWhileItIsToldIsAskedForAgain(t *testing.T) {
	for _, test := range []struct {
		interrupted int
		ok          bool
	}{{1, true}, {maxDumps - 1, true}, {maxDumps, false}} {
		k := newKernel(t, station("wlan1", true))
		k.interrupted = test.interrupted
		got, err := k.client().interfaces()
		if ok := err == nil && len(got) == 1; ok != test.ok {
			t.Errorf("changed %d times: %v, %v; want a list: %v", test.interrupted, got, err, test.ok)
		}
	}
}

func TestKernelThatRefusesAList(t *testing.T) {
	for _, command := range []uint8{unix.NL80211_CMD_GET_WIPHY, unix.NL80211_CMD_GET_REG, unix.NL80211_CMD_GET_INTERFACE} {
		k := newKernel(t)
		k.refuse[command] = unix.ENOMEM
		if list, err := k.client().Radios(); !errors.Is(err, unix.ENOMEM) {
			t.Errorf("command %d refused: %v, %v; want ENOMEM", command, list, err)
		}
	}
}

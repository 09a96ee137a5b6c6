package radio

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
	"github.com/mdlayher/netlink/nltest"
	"golang.org/x/sys/unix"
)

// told is a watcher to which the kernel tells the messages, one after the other.
func told(t *testing.T, messages []netlink.Message) *Watcher {
	next := func([]netlink.Message) ([]netlink.Message, error) {
		if len(messages) == 0 {
			t.Fatal("asked for more messages than there are")
		}
		m := messages[0]
		messages = messages[1:]
		return []netlink.Message{m}, nil
	}
	return &Watcher{
		nl:     genetlink.NewConn(nltest.Dial(next)),
		links:  &links{nltest.Dial(next)},
		radios: map[int]string{0: "phy0"},
		known:  map[int]link{1: {1, "lo", unix.IFF_UP}, 3: {3, "wlan0", 0}},
	}
}

// events reads all that receive returns for n messages.
func events(t *testing.T, n int, receive func() ([]Event, error)) (list []string) {
	t.Helper()
	for range n {
		got, err := receive()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range got {
			list = append(list, fmt.Sprintf("%v (phy %d, index %d)", e, e.Phy, e.Index))
		}
	}
	return list
}

func TestNewsOfRadios(t *testing.T) {
	message := func(command uint8, set func(*netlink.AttributeEncoder)) netlink.Message {
		e := netlink.NewAttributeEncoder()
		set(e)
		data, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return netlink.Message{Data: append([]byte{command, 1, 0, 0}, data...)}
	}
	wiphy := func(index uint32, name string) func(*netlink.AttributeEncoder) {
		return func(e *netlink.AttributeEncoder) {
			e.Uint32(unix.NL80211_ATTR_WIPHY, index)
			e.String(unix.NL80211_ATTR_WIPHY_NAME, name)
		}
	}
	iface := func(e *netlink.AttributeEncoder) {
		e.Uint32(unix.NL80211_ATTR_WIPHY, 4)
		e.Uint32(unix.NL80211_ATTR_IFINDEX, 7)
		e.String(unix.NL80211_ATTR_IFNAME, "wlan1")
	}
	messages := []netlink.Message{
		message(unix.NL80211_CMD_NEW_WIPHY, wiphy(4, "phy4")),
		message(unix.NL80211_CMD_NEW_INTERFACE, iface),
		message(unix.NL80211_CMD_NEW_WIPHY, wiphy(0, "phy0")), // as it was
		message(unix.NL80211_CMD_NEW_WIPHY, wiphy(0, "attic")),
		message(unix.NL80211_CMD_REG_CHANGE, func(e *netlink.AttributeEncoder) { e.String(unix.NL80211_ATTR_REG_ALPHA2, "DE") }),
		message(unix.NL80211_CMD_WIPHY_REG_CHANGE, func(e *netlink.AttributeEncoder) {
			e.Uint32(unix.NL80211_ATTR_WIPHY, 4)
			e.String(unix.NL80211_ATTR_REG_ALPHA2, "US")
		}),
		message(unix.NL80211_CMD_REG_CHANGE, func(*netlink.AttributeEncoder) {}), // to the world's
		message(unix.NL80211_CMD_CH_SWITCH_NOTIFY, func(e *netlink.AttributeEncoder) {
			e.Uint32(unix.NL80211_ATTR_IFINDEX, 7)
			e.Uint32(unix.NL80211_ATTR_WIPHY_FREQ, 5180)
			e.Uint32(unix.NL80211_ATTR_CHANNEL_WIDTH, unix.NL80211_CHAN_WIDTH_80)
			e.Uint32(unix.NL80211_ATTR_CENTER_FREQ1, 5210)
		}),
		message(unix.NL80211_CMD_NEW_STATION, iface), // of no interest
		message(unix.NL80211_CMD_DEL_INTERFACE, iface),
		message(unix.NL80211_CMD_DEL_WIPHY, wiphy(4, "phy4")),
		message(unix.NL80211_CMD_NEW_WIPHY, wiphy(4, "phy4")), // it is new again
	}
	want := []string{
		"phy4: radio added (phy 4, index 0)",
		"wlan1: interface added (phy 4, index 7)",
		"attic: radio renamed (phy 0, index 0)",
		"regulatory domain changed to DE (phy -1, index 0)",
		"regulatory domain changed to US (phy 4, index 0)",
		"regulatory domain changed (phy -1, index 0)",
		"interface 7: channel switched to 36VHT80 (phy -1, index 7)",
		"wlan1: interface removed (phy 4, index 7)",
		"phy4: radio removed (phy 4, index 0)",
		"phy4: radio added (phy 4, index 0)",
	}
	w := told(t, messages)
	if got := events(t, len(messages), w.receiveRadios); !slices.Equal(got, want) {
		t.Errorf("events\n%q, want\n%q", got, want)
	}
}

func TestNewsOfNetworkDevices(t *testing.T) {
	message := func(kind netlink.HeaderType, index int, name string, up bool) netlink.Message {
		return netlink.Message{Header: netlink.Header{Type: kind}, Data: linkMessage(index, name, up)}
	}
	messages := []netlink.Message{
		message(unix.RTM_NEWLINK, 3, "wlan0", true),
		message(unix.RTM_NEWLINK, 3, "wlan0", true), // something else about it
		message(unix.RTM_NEWLINK, 3, "attic", true),
		message(unix.RTM_NEWLINK, 3, "roof", false), // both at once
		message(unix.RTM_NEWLINK, 8, "wlan1", false),
		message(unix.RTM_NEWLINK, 8, "wlan1", true),
		message(unix.RTM_DELLINK, 8, "wlan1", false),
		message(unix.RTM_NEWLINK, 8, "eth0", true), // another one
	}
	want := []string{
		"wlan0: interface up (phy -1, index 3)",
		"attic: interface renamed (phy -1, index 3)",
		"roof: interface renamed (phy -1, index 3)",
		"roof: interface down (phy -1, index 3)",
		"wlan1: interface up (phy -1, index 8)",
		"eth0: interface up (phy -1, index 8)",
	}
	w := told(t, messages)
	if got := events(t, len(messages), w.receiveLinks); !slices.Equal(got, want) {
		t.Errorf("events\n%q, want\n%q", got, want)
	}
}

// A watcher that was too slow says so and goes on; one that has failed says that until it is closed.
func TestWatcherThatLosesEvents(t *testing.T) {
	broken := errors.New("broken")
	answers := []error{unix.ENOBUFS, nil, broken}
	w := &Watcher{found: make(chan found), closed: make(chan struct{})}
	w.reading.Go(func() {
		w.read(func() ([]Event, error) {
			err := answers[0]
			answers = answers[1:]
			if err == nil {
				return []Event{{Kind: InterfaceUp, Name: "wlan0"}, {Kind: InterfaceDown, Name: "wlan0"}}, nil
			}
			return nil, err
		})
	})
	for _, want := range []EventKind{Lost, InterfaceUp, InterfaceDown} {
		if e, err := w.Next(); err != nil || e.Kind != want {
			t.Errorf("%v, %v; want %v", e, err, want)
		}
	}
	for range 2 {
		if e, err := w.Next(); !errors.Is(err, broken) {
			t.Errorf("%v, %v; want the error", e, err)
		}
	}
	if err := errors.Join(w.Close(), w.Close()); err != nil {
		t.Error(err)
	}
	if _, err := w.Next(); err != os.ErrClosed {
		t.Errorf("after the end: %v, want os.ErrClosed", err)
	}
}

func TestWatcherIsClosedWhileSomebodyWaits(t *testing.T) {
	w := &Watcher{found: make(chan found), closed: make(chan struct{})}
	result := make(chan error)
	go func() {
		_, err := w.Next()
		result <- err
	}()
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if err := <-result; err != os.ErrClosed {
		t.Errorf("%v, want os.ErrClosed", err)
	}
}

package radio

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func station(name string, up bool) Interface {
	return Interface{Name: name, Type: TypeManaged, Up: up}
}

// What opening does to a radio, and that closing undoes it.
func TestMonitorIsOpenedAndTheRadioLeftAsItWas(t *testing.T) {
	monitor := Interface{Name: "wlan1mon", Type: TypeMonitor}
	for _, test := range []struct {
		name       string
		interfaces []Interface
		others     []string
		options    MonitorOptions
		refuse     unix.Errno // to make an interface
		stuck      unix.Errno // why wlan1mon can't be brought up
		opens      string
		done       []string
	}{
		{
			name: "beside a managed interface", interfaces: []Interface{station("wlan1", true)},
			opens: "wlan1mon",
			done: []string{
				"make monitor wlan1mon with control otherbss owner", "wlan1 down", "wlan1mon up",
				"wlan1mon down", "wlan1 up", "remove wlan1mon",
			},
		}, {
			name: "beside one that is down", interfaces: []Interface{station("wlan1", false)},
			opens: "wlan1mon",
			done:  []string{"make monitor wlan1mon with control otherbss owner", "wlan1mon up", "wlan1mon down", "remove wlan1mon"},
		}, {
			name: "as asked", interfaces: []Interface{station("wlan1", true)},
			options: MonitorOptions{
				VIF: "ears", KeepPrimary: true, FCSFail: true, PLCPFail: true, NoControl: true, NoOtherBSS: true, Active: true,
			},
			opens: "ears",
			done:  []string{"make monitor ears with fcsfail plcpfail active owner", "ears up", "ears down", "remove ears"},
		}, {
			name: "long name", interfaces: []Interface{station("wlx00c0caabcdef", false)},
			opens: "wlx00c0caabcmon",
			done: []string{
				"make monitor wlx00c0caabcmon with control otherbss owner", "wlx00c0caabcmon up", "wlx00c0caabcmon down", "remove wlx00c0caabcmon",
			},
		}, {
			name: "a monitor already", interfaces: []Interface{{Name: "wlan1", Type: TypeMonitor, Up: true}},
			opens: "wlan1",
		}, {
			name: "a monitor already, down", interfaces: []Interface{{Name: "wlan1", Type: TypeMonitor}},
			opens: "wlan1", done: []string{"wlan1 up", "wlan1 down"},
		}, {
			name: "another program's monitor has the name", interfaces: []Interface{station("wlan1", false), monitor},
			opens: "wlan1mon1",
			done:  []string{"make monitor wlan1mon1 with control otherbss owner", "wlan1mon1 up", "wlan1mon1 down", "remove wlan1mon1"},
		}, {
			name: "something else has the usual name", interfaces: []Interface{station("wlan1", false)}, others: []string{"wlan1mon"},
			opens: "wlan1mon1",
			done:  []string{"make monitor wlan1mon1 with control otherbss owner", "wlan1mon1 up", "wlan1mon1 down", "remove wlan1mon1"},
		}, {
			name: "no room for another", interfaces: []Interface{station("wlan1", true)}, refuse: unix.EOPNOTSUPP,
			opens: "wlan1",
			done: []string{
				"wlan1 down", "turn wlan1 into monitor", "wlan1 up",
				"wlan1 down", "turn wlan1 into managed", "wlan1 up",
			},
		}, {
			name: "two can't be up", interfaces: []Interface{station("wlan1", true)}, stuck: unix.EBUSY,
			opens: "wlan1",
			done: []string{
				"make monitor wlan1mon with control otherbss owner", "wlan1 down",
				"wlan1 up", "remove wlan1mon",
				"wlan1 down", "turn wlan1 into monitor", "wlan1 up",
				"wlan1 down", "turn wlan1 into managed", "wlan1 up",
			},
		}, {
			name: "no room beside what was left behind", interfaces: []Interface{station("wlan1", true), monitor}, refuse: unix.ENFILE,
			opens: "wlan1mon",
			done:  []string{"wlan1 down", "wlan1mon up", "wlan1mon down", "wlan1 up"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := newKernel(t, test.interfaces...)
			k.others = test.others
			k.refuse[unix.NL80211_CMD_NEW_INTERFACE] = test.refuse
			k.stuck["wlan1mon"] = test.stuck
			before := slices.Clone(k.interfaces)
			m, err := k.client().openMonitor(test.interfaces[0].Name, test.options)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.Interface(); got.Name != test.opens || got.Type != TypeMonitor || !got.Up {
				t.Errorf("opened %+v, want the monitor %s, up", got, test.opens)
			}
			if err := errors.Join(m.Close(), m.Close()); err != nil {
				t.Error(err)
			}
			if !slices.Equal(k.done, test.done) {
				t.Errorf("done %q, want %q", k.done, test.done)
			}
			if !slices.Equal(k.interfaces, before) {
				t.Errorf("left %+v, found %+v", k.interfaces, before)
			}
		})
	}
}

func TestMonitorThatCantBeOpenedLeavesTheRadioAsItWas(t *testing.T) {
	for _, test := range []struct {
		name    string
		set     func(*kernel)
		open    string
		options MonitorOptions
		err     error
		says    string
	}{
		{"no such interface", nil, "wlan7", MonitorOptions{}, unix.ENODEV, "there is no interface wlan7"},
		{"no interface named", nil, "", MonitorOptions{}, unix.ENODEV, "there is no interface"},
		{"no Wi-Fi", func(k *kernel) { k.others = []string{"eth0"} }, "eth0", MonitorOptions{}, unix.EOPNOTSUPP, "eth0 is no Wi-Fi interface"},
		{
			"no privilege", func(k *kernel) { k.refuse[unix.NL80211_CMD_NEW_INTERFACE] = unix.EPERM },
			"wlan1", MonitorOptions{}, unix.EPERM, "'sudo setcap cap_net_admin,cap_net_raw+ep ",
		},
		{"switched off meanwhile", func(k *kernel) { k.stuck["wlan1mon"] = unix.ERFKILL }, "wlan1", MonitorOptions{KeepPrimary: true}, unix.ERFKILL, "rfkill unblock wifi"},
		{
			"no room, and the other must stay", func(k *kernel) { k.refuse[unix.NL80211_CMD_NEW_INTERFACE] = unix.EBUSY },
			"wlan1", MonitorOptions{KeepPrimary: true}, unix.EBUSY, "ignoreprimary=true",
		},
		{
			"no room, and it can't be turned",
			func(k *kernel) {
				k.refuse[unix.NL80211_CMD_NEW_INTERFACE] = unix.EOPNOTSUPP
				k.refuse[unix.NL80211_CMD_SET_INTERFACE] = unix.EOPNOTSUPP
			},
			"wlan1", MonitorOptions{}, unix.EOPNOTSUPP, "wlan1: turn into monitor mode",
		},
		{
			"the name asked for is taken", func(k *kernel) { k.others = []string{"ears"} },
			"wlan1", MonitorOptions{VIF: "ears"}, nil, "can't be called ears",
		},
		{"no monitor mode", func(k *kernel) { k.radio = k.radio[:1] }, "wlan1", MonitorOptions{}, unix.EOPNOTSUPP, "has no monitor mode"},
		{"the radio is pulled out", func(k *kernel) { k.radio = nil }, "wlan1", MonitorOptions{}, unix.ENODEV, "phy2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := newKernel(t, station("wlan1", true))
			if test.set != nil {
				test.set(k)
			}
			before := slices.Clone(k.interfaces)
			_, err := k.client().openMonitor(test.open, test.options)
			if err == nil || !strings.Contains(err.Error(), test.says) || test.err != nil && !errors.Is(err, test.err) {
				t.Errorf("%v, want %q, %v", err, test.says, test.err)
			}
			if !slices.Equal(k.interfaces, before) {
				t.Errorf("left %+v, found %+v, after %q", k.interfaces, before, k.done)
			}
		})
	}
}

func TestMonitorIsTuned(t *testing.T) {
	k := newKernel(t, station("wlan1", false))
	m, err := k.client().openMonitor("wlan1", MonitorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := m.Channel(); err != nil || c != (Channel{}) {
		t.Errorf("at %v, %v before it was tuned, want a channel that is not known", c, err)
	}
	for _, text := range []string{"6", "11HT40-", "6HT40+", "36VHT80", "36VHT160", "37W6e320", "1W6e40", "5W5", "6W10"} {
		want, err := ParseChannel(text)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Tune(want); err != nil {
			t.Error(err)
		}
		if got, err := m.Channel(); err != nil || got != want {
			t.Errorf("tuned to %v, is at %v, %v", want, got, err)
		}
	}
	if err := m.Tune(Channel{FreqMHz: 2472, Width: Width80}); !errors.Is(err, unix.EINVAL) {
		t.Errorf("tuned to what is no channel: %v", err)
	}
	k.refuse[unix.NL80211_CMD_SET_WIPHY] = unix.EBUSY
	if err := m.Tune(Channel{FreqMHz: 2412}); err == nil || !strings.HasPrefix(err.Error(), "wlan1mon: tune to channel 1: device or resource busy: another interface") {
		t.Errorf("tuned while another interface holds the radio: %v", err)
	}
}

// An adapter that is pulled out takes its interfaces along: nothing is left to bring back.
func TestMonitorOfAnAdapterThatIsGoneIsClosed(t *testing.T) {
	k := newKernel(t, station("wlan1", true))
	m, err := k.client().openMonitor("wlan1", MonitorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	k.interfaces, k.radio = nil, nil
	if _, err := m.Channel(); !errors.Is(err, unix.ENODEV) {
		t.Errorf("channel: %v", err)
	}
	if got := m.Radio().Name; got != "phy2" {
		t.Errorf("radio %q, want what it was", got)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
}

// checkRefused opens wlan1, which must not be touched.
func checkRefused(t *testing.T, k *kernel, c *Client, says string) {
	t.Helper()
	_, err := c.openMonitor("wlan1", MonitorOptions{})
	if !errors.Is(err, unix.ERFKILL) || !strings.Contains(err.Error(), says) || len(k.done) > 0 {
		t.Errorf("%v after %q, want %q, ERFKILL and nothing done", err, k.done, says)
	}
}

func TestMonitorTellsWhatTheDomainAllowsNow(t *testing.T) {
	k := newKernel(t, station("wlan1", false))
	m, err := k.client().openMonitor("wlan1", MonitorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	before := m.Radio().Country
	k.domains = nil
	if after := m.Radio().Country; before != "DE" || after != "" {
		t.Errorf("domain %q, then %q; want DE, then none", before, after)
	}
}

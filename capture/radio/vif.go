package radio

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// maxName is how long the name of an interface may be.
const maxName = unix.IFNAMSIZ - 1

// vifName finds a name for the monitor interface. If the one that it should have is taken by a monitor of the same
// radio, which another program has or left behind, that is returned too.
func (m *Monitor) vifName(primary, wanted string) (name string, left *Interface, err error) {
	devices, err := m.client.links.list()
	if err != nil {
		return "", nil, err
	}
	taken := func(name string) bool {
		return slices.ContainsFunc(devices, func(l link) bool { return l.name == name })
	}
	name = wanted
	if name == "" {
		name = cut(primary, "mon")
	}
	if !taken(name) {
		return name, nil, nil
	}
	for _, i := range m.radio.Interfaces {
		if i.Name == name && i.Type == TypeMonitor {
			left = &i
		}
	}
	if wanted != "" && left == nil {
		return "", nil, fmt.Errorf("%s: the monitor interface can't be called %s (vif=): there is another interface of that name", primary, name)
	}
	for n := 1; ; n++ {
		if other := cut(name, strconv.Itoa(n)); !taken(other) {
			return other, left, nil
		}
	}
}

// cut appends the suffix to the name, of which it leaves out what would be too long.
func cut(name, suffix string) string { return name[:min(len(name), maxName-len(suffix))] + suffix }

// addMonitor makes a monitor interface, which the kernel removes when the connection is closed.
func (c *Client) addMonitor(phy int, name string, o MonitorOptions) (Interface, error) {
	messages, err := c.execute(unix.NL80211_CMD_NEW_INTERFACE, 0, func(e *netlink.AttributeEncoder) {
		e.Uint32(unix.NL80211_ATTR_WIPHY, uint32(phy))
		e.String(unix.NL80211_ATTR_IFNAME, name)
		e.Uint32(unix.NL80211_ATTR_IFTYPE, uint32(TypeMonitor))
		e.Nested(unix.NL80211_ATTR_MNTR_FLAGS, o.flags)
		e.Flag(unix.NL80211_ATTR_SOCKET_OWNER, true)
	})
	var made Interface
	if err == nil && len(messages) > 0 {
		err = made.decode(messages[0].Data)
	}
	if err == nil && made.Index == 0 {
		err = unix.ENODEV
	}
	if err != nil {
		return Interface{}, &Error{Op: "make a monitor interface", Interface: name, Err: err}
	}
	return made, nil
}

// flags encodes what a monitor hands out.
func (o MonitorOptions) flags(e *netlink.AttributeEncoder) error {
	e.Flag(unix.NL80211_MNTR_FLAG_FCSFAIL, o.FCSFail)
	e.Flag(unix.NL80211_MNTR_FLAG_PLCPFAIL, o.PLCPFail)
	e.Flag(unix.NL80211_MNTR_FLAG_CONTROL, !o.NoControl)
	e.Flag(unix.NL80211_MNTR_FLAG_OTHER_BSS, !o.NoOtherBSS)
	e.Flag(unix.NL80211_MNTR_FLAG_ACTIVE, o.Active)
	return nil
}

// setType turns an interface that is down into one of another type.
func (c *Client) setType(i Interface, t InterfaceType, o MonitorOptions) error {
	_, err := c.execute(unix.NL80211_CMD_SET_INTERFACE, netlink.Acknowledge, func(e *netlink.AttributeEncoder) {
		e.Uint32(unix.NL80211_ATTR_IFINDEX, uint32(i.Index))
		e.Uint32(unix.NL80211_ATTR_IFTYPE, uint32(t))
		if t == TypeMonitor {
			e.Nested(unix.NL80211_ATTR_MNTR_FLAGS, o.flags)
		}
	})
	if err != nil {
		return &Error{Op: fmt.Sprintf("turn into %v mode", t), Interface: i.Name, Err: err}
	}
	return nil
}

// remove deletes an interface.
func (c *Client) remove(i Interface) error {
	_, err := c.execute(unix.NL80211_CMD_DEL_INTERFACE, netlink.Acknowledge, func(e *netlink.AttributeEncoder) {
		e.Uint32(unix.NL80211_ATTR_IFINDEX, uint32(i.Index))
	})
	if err != nil {
		return &Error{Op: "remove", Interface: i.Name, Err: err}
	}
	return nil
}

// setUp brings an interface up or down.
func (c *Client) setUp(i Interface, up bool) error {
	if err := c.links.set(i.Index, up); err != nil {
		op := "put down"
		if up {
			op = "bring up"
		}
		return &Error{Op: op, Interface: i.Name, Err: err}
	}
	return nil
}

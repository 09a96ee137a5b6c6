package radio

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// Client asks the kernel about radios and changes them. It may be used by several goroutines.
type Client struct {
	mu     sync.Mutex // one request at a time
	nl     *genetlink.Conn
	family genetlink.Family
	links  *links
	sys    sysfs
}

// Dial connects to nl80211. The error wraps os.ErrNotExist where the kernel has none.
func Dial() (*Client, error) {
	nl, family, err := dialFamily()
	if err != nil {
		return nil, err
	}
	links, err := dialLinks()
	if err != nil {
		nl.Close()
		return nil, err
	}
	return &Client{nl: nl, family: family, links: links, sys: "/sys"}, nil
}

func dialFamily() (*genetlink.Conn, genetlink.Family, error) {
	nl, err := genetlink.Dial(nil)
	if err != nil {
		return nil, genetlink.Family{}, fmt.Errorf("connect to generic netlink: %w", err)
	}
	// It only makes errors clearer, and old kernels don't have it.
	_ = nl.SetOption(netlink.ExtendedAcknowledge, true)
	family, err := nl.GetFamily(unix.NL80211_GENL_NAME)
	switch {
	case errors.Is(err, os.ErrNotExist):
		err = noFamily{}
	case err != nil:
		err = fmt.Errorf("look up nl80211: %w", err)
	}
	if err != nil {
		nl.Close()
		return nil, genetlink.Family{}, err
	}
	return nl, family, nil
}

// noFamily is os.ErrNotExist in words that say what doesn't.
type noFamily struct{}

func (noFamily) Error() string { return "this kernel has no nl80211" }
func (noFamily) Unwrap() error { return os.ErrNotExist }

// Close closes the connection.
func (c *Client) Close() error {
	return errors.Join(c.nl.Close(), c.links.close())
}

// attributes are what a request says.
type attributes func(*netlink.AttributeEncoder)

// execute sends a request and returns the replies.
func (c *Client) execute(command uint8, flags netlink.HeaderFlags, a attributes) ([]genetlink.Message, error) {
	request, err := c.request(command, a)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nl.Execute(request, c.family.ID, netlink.Request|flags)
}

func (c *Client) request(command uint8, a attributes) (genetlink.Message, error) {
	e := netlink.NewAttributeEncoder()
	a(e)
	data, err := e.Encode()
	return genetlink.Message{
		Header: genetlink.Header{Command: command, Version: c.family.Version},
		Data:   data,
	}, err
}

// maxDumps is how often a list is asked for again that changed while the kernel told it.
const maxDumps = 10

// dump asks for a list.
func (c *Client) dump(command uint8, a attributes) ([]genetlink.Message, error) {
	request, err := c.request(command, a)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for range maxDumps {
		sent, err := c.nl.Send(request, c.family.ID, netlink.Request|netlink.Dump)
		if err != nil {
			return nil, err
		}
		messages, raw, err := c.nl.Receive()
		if err != nil {
			return nil, err
		}
		if err := netlink.Validate(sent, raw); err != nil {
			return nil, err
		}
		interrupted := slices.ContainsFunc(raw, func(m netlink.Message) bool {
			return m.Header.Flags&netlink.DumpInterrupted != 0
		})
		if !interrupted {
			return messages, nil
		}
	}
	return nil, fmt.Errorf("it changed %d times while the kernel told it", maxDumps)
}

// Radios lists all radios, with their interfaces, in the order of their numbers.
func (c *Client) Radios() ([]Radio, error) {
	return c.radios(func(*netlink.AttributeEncoder) {})
}

// radio returns one radio.
func (c *Client) radio(phy int) (Radio, error) {
	list, err := c.radios(func(e *netlink.AttributeEncoder) { e.Uint32(unix.NL80211_ATTR_WIPHY, uint32(phy)) })
	if err != nil {
		return Radio{}, err
	}
	if len(list) != 1 {
		return Radio{}, &Error{Op: "ask for the radio", Interface: fmt.Sprintf("phy%d", phy), Err: unix.ENODEV}
	}
	return list[0], nil
}

// radios lists the radios that the attributes choose.
func (c *Client) radios(which attributes) ([]Radio, error) {
	messages, err := c.dump(unix.NL80211_CMD_GET_WIPHY, func(e *netlink.AttributeEncoder) {
		e.Flag(unix.NL80211_ATTR_SPLIT_WIPHY_DUMP, true)
		which(e)
	})
	if err != nil {
		return nil, fmt.Errorf("list radios: %w", err)
	}
	list, err := parseRadios(messages)
	if err != nil {
		return nil, fmt.Errorf("list radios: %w", err)
	}
	countries, err := c.countries()
	if err != nil {
		return nil, err
	}
	interfaces, err := c.interfaces()
	if err != nil {
		return nil, err
	}
	for i := range list {
		r := &list[i]
		r.Country = cmp.Or(countries[r.Index], countries[noPhy])
		c.sys.describe(r)
		for _, iface := range interfaces {
			if iface.Phy == r.Index {
				r.Interfaces = append(r.Interfaces, iface)
			}
		}
	}
	return list, nil
}

// countries returns the regulatory domains of radios that have their own, and under noPhy that of the others.
func (c *Client) countries() (map[int]string, error) {
	messages, err := c.dump(unix.NL80211_CMD_GET_REG, func(*netlink.AttributeEncoder) {})
	if err != nil {
		return nil, fmt.Errorf("ask for the regulatory domain: %w", err)
	}
	countries := map[int]string{}
	for _, m := range messages {
		var e Event
		if err := e.decode(m.Data); err != nil {
			return nil, fmt.Errorf("read the regulatory domain: %w", err)
		}
		countries[e.Phy] = e.Country
	}
	return countries, nil
}

// interfaces lists all interfaces.
func (c *Client) interfaces() ([]Interface, error) {
	messages, err := c.dump(unix.NL80211_CMD_GET_INTERFACE, func(*netlink.AttributeEncoder) {})
	if err != nil {
		return nil, fmt.Errorf("list interfaces: %w", err)
	}
	return c.parseInterfaces(messages)
}

// lookUp asks for an interface by index. The name is for the error.
func (c *Client) lookUp(index int, name string) (Interface, error) {
	i, err := c.ask(index, name)
	if err != nil {
		return i, err
	}
	up, err := c.links.up()
	i.Up = up[i.Index]
	return i, err
}

// ask is lookUp but for whether the interface is up, which takes a list of all network devices.
func (c *Client) ask(index int, name string) (Interface, error) {
	// There is a reply or an error, so no need for an acknowledgement that would come besides the reply.
	messages, err := c.execute(unix.NL80211_CMD_GET_INTERFACE, 0, func(e *netlink.AttributeEncoder) {
		e.Uint32(unix.NL80211_ATTR_IFINDEX, uint32(index))
	})
	if err == nil && len(messages) != 1 {
		err = unix.ENODEV
	}
	if err != nil {
		return Interface{}, &Error{Op: "ask for its state", Interface: name, Err: err}
	}
	var i Interface
	if err := i.decode(messages[0].Data); err != nil {
		return i, fmt.Errorf("read an interface: %w", err)
	}
	return i, nil
}

func (c *Client) parseInterfaces(messages []genetlink.Message) ([]Interface, error) {
	up, err := c.links.up()
	if err != nil {
		return nil, err
	}
	list := make([]Interface, len(messages))
	for i, m := range messages {
		if err := list[i].decode(m.Data); err != nil {
			return nil, fmt.Errorf("read an interface: %w", err)
		}
		list[i].Up = up[list[i].Index]
	}
	slices.SortFunc(list, func(a, b Interface) int { return cmp.Or(a.Index-b.Index, cmp.Compare(a.Wdev, b.Wdev)) })
	return list, nil
}

// tune makes the radio of the interface listen to ch. The interface must be up, and all others of the radio down or
// monitors too, lest the kernel says EBUSY. The name is for the error.
func (c *Client) tune(index int, name string, ch Channel) error {
	center := ch.CenterMHz()
	if center == 0 {
		return &Error{Op: fmt.Sprintf("tune to %d MHz, %v wide", ch.FreqMHz, ch.Width), Interface: name, Err: unix.EINVAL}
	}
	_, err := c.execute(unix.NL80211_CMD_SET_WIPHY, netlink.Acknowledge, func(e *netlink.AttributeEncoder) {
		e.Uint32(unix.NL80211_ATTR_IFINDEX, uint32(index))
		e.Uint32(unix.NL80211_ATTR_WIPHY_FREQ, uint32(ch.FreqMHz))
		e.Uint32(unix.NL80211_ATTR_CHANNEL_WIDTH, widths[ch.Width].kernel)
		e.Uint32(unix.NL80211_ATTR_CENTER_FREQ1, uint32(center))
	})
	if err != nil {
		return &Error{Op: "tune to channel " + ch.String(), Interface: name, Err: err}
	}
	return nil
}

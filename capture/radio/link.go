package radio

import (
	"encoding/binary"
	"fmt"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// links is a connection to rtnetlink, which knows network devices.
type links struct{ nl *netlink.Conn }

func dialLinks() (*links, error) {
	nl, err := netlink.Dial(unix.NETLINK_ROUTE, nil)
	if err != nil {
		return nil, fmt.Errorf("connect to rtnetlink: %w", err)
	}
	return &links{nl}, nil
}

func (l *links) close() error { return l.nl.Close() }

// link is a network device.
type link struct {
	index int
	name  string
	flags uint32
}

func (l link) up() bool { return l.flags&unix.IFF_UP != 0 }

// list returns all network devices.
func (l *links) list() ([]link, error) {
	messages, err := l.nl.Execute(netlink.Message{
		Header: netlink.Header{Type: unix.RTM_GETLINK, Flags: netlink.Request | netlink.Dump},
		Data:   make([]byte, unix.SizeofIfInfomsg),
	})
	if err != nil {
		return nil, fmt.Errorf("list network devices: %w", err)
	}
	list := make([]link, len(messages))
	for i, m := range messages {
		if list[i], err = parseLink(m.Data); err != nil {
			return nil, fmt.Errorf("list network devices: %w", err)
		}
	}
	return list, nil
}

// up tells which network devices are up, by index.
func (l *links) up() (map[int]bool, error) {
	list, err := l.list()
	up := make(map[int]bool, len(list))
	for _, link := range list {
		up[link.index] = link.up()
	}
	return up, err
}

// set brings a network device up or down.
func (l *links) set(index int, up bool) error {
	b := make([]byte, unix.SizeofIfInfomsg) // struct ifinfomsg
	binary.NativeEndian.PutUint32(b[4:], uint32(index))
	if up {
		binary.NativeEndian.PutUint32(b[8:], unix.IFF_UP)
	}
	binary.NativeEndian.PutUint32(b[12:], unix.IFF_UP) // the flags to change
	_, err := l.nl.Execute(netlink.Message{
		Header: netlink.Header{Type: unix.RTM_NEWLINK, Flags: netlink.Request | netlink.Acknowledge},
		Data:   b,
	})
	return err
}

// parseLink reads an RTM_NEWLINK or RTM_DELLINK: struct ifinfomsg and attributes.
func parseLink(b []byte) (link, error) {
	if len(b) < unix.SizeofIfInfomsg {
		return link{}, fmt.Errorf("a message about a network device of %d bytes, expected %d and more", len(b), unix.SizeofIfInfomsg)
	}
	l := link{
		index: int(int32(binary.NativeEndian.Uint32(b[4:]))),
		flags: binary.NativeEndian.Uint32(b[8:]),
	}
	ad, err := netlink.NewAttributeDecoder(b[unix.SizeofIfInfomsg:])
	if err != nil {
		return link{}, err
	}
	for ad.Next() {
		if ad.Type() == unix.IFLA_IFNAME {
			l.name = ad.String()
		}
	}
	return l, ad.Err()
}

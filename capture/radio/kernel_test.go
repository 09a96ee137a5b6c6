package radio

import (
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mdlayher/genetlink"
	"github.com/mdlayher/netlink"
	"github.com/mdlayher/netlink/nltest"
	"golang.org/x/sys/unix"
)

// recorded returns the netlink messages in a file of testdata.
func recorded(t testing.TB, name string) []netlink.Message {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var list []netlink.Message
	for len(b) > 0 {
		n := (binary.NativeEndian.Uint32(b) + 3) &^ 3
		var m netlink.Message
		if err := m.UnmarshalBinary(b[:n]); err != nil {
			t.Fatal(err)
		}
		list, b = append(list, m), b[n:]
	}
	return list
}

// payloads returns what generic netlink messages carry.
func payloads(t testing.TB, list []netlink.Message) []genetlink.Message {
	t.Helper()
	parsed := make([]genetlink.Message, len(list))
	for i, m := range list {
		if err := parsed[i].UnmarshalBinary(m.Data); err != nil {
			t.Fatal(err)
		}
	}
	return parsed
}

// kernel stands in for the kernel: one radio, phy2, as recorded, whose interfaces can be changed. It answers as Linux
// does, as far as the tests need it.
type kernel struct {
	t           *testing.T
	radio       []netlink.Message
	domains     []netlink.Message
	interfaces  []Interface
	others      []string              // names of network devices that are no Wi-Fi
	refuse      map[uint8]unix.Errno  // by nl80211's command
	stuck       map[string]unix.Errno // what bringing up an interface fails with
	interrupted int                   // how many lists are to come out inconsistent
	done        []string              // what was changed
}

func newKernel(t *testing.T, interfaces ...Interface) *kernel {
	k := &kernel{t: t, radio: recorded(t, "radios.nl.gz"), domains: recorded(t, "domains.nl.gz"), refuse: map[uint8]unix.Errno{}, stuck: map[string]unix.Errno{}}
	for i, iface := range interfaces {
		iface.Index, iface.Phy = i+1, 2
		k.interfaces = append(k.interfaces, iface)
	}
	return k
}

// client returns a client of the kernel.
func (k *kernel) client() *Client {
	return &Client{
		nl:     genetlink.NewConn(nltest.Dial(k.answer)),
		family: genetlink.Family{ID: 27, Version: 1},
		links:  &links{nltest.Dial(k.answerLinks)},
		sys:    sysfs(k.t.TempDir()),
	}
}

func (k *kernel) answer(requests []netlink.Message) ([]netlink.Message, error) {
	request := requests[0]
	var m genetlink.Message
	if err := m.UnmarshalBinary(request.Data); err != nil {
		k.t.Fatal(err)
	}
	if errno := k.refuse[m.Header.Command]; errno != 0 {
		return refusal(request, errno)
	}
	var asked Interface
	if err := asked.decode(m.Data); err != nil {
		k.t.Fatal(err)
	}
	i := slices.IndexFunc(k.interfaces, func(i Interface) bool { return i.Index == asked.Index })
	if i < 0 && asked.Index != 0 {
		return refusal(request, unix.ENODEV)
	}
	switch m.Header.Command {
	case unix.NL80211_CMD_GET_WIPHY:
		return k.list(request, k.radio), nil
	case unix.NL80211_CMD_GET_REG:
		return k.list(request, k.domains), nil
	case unix.NL80211_CMD_GET_INTERFACE:
		if i >= 0 {
			return k.reply(request, interfaceMessage(k.interfaces[i])), nil
		}
		var list []netlink.Message
		for _, iface := range k.interfaces {
			list = append(list, netlink.Message{Data: interfaceMessage(iface)})
		}
		return k.list(request, list), nil
	case unix.NL80211_CMD_NEW_INTERFACE:
		made := Interface{Index: 9, Name: asked.Name, Type: asked.Type, Phy: asked.Phy}
		k.interfaces = append(k.interfaces, made)
		k.did("make %v %s with %s", made.Type, made.Name, monitorFlags(k.t, m.Data))
		return k.reply(request, interfaceMessage(made)), nil
	case unix.NL80211_CMD_DEL_INTERFACE:
		k.did("remove %s", k.interfaces[i].Name)
		k.interfaces = slices.Delete(k.interfaces, i, i+1)
	case unix.NL80211_CMD_SET_INTERFACE:
		if k.interfaces[i].Up {
			return refusal(request, unix.EBUSY)
		}
		k.interfaces[i].Type = asked.Type
		k.did("turn %s into %v", k.interfaces[i].Name, asked.Type)
	case unix.NL80211_CMD_SET_WIPHY:
		if centerIn(k.t, m.Data) != asked.Channel.CenterMHz() {
			return refusal(request, unix.EINVAL)
		}
		k.interfaces[i].Channel = asked.Channel
		k.did("tune %s to %v", k.interfaces[i].Name, asked.Channel)
	}
	return refusal(request, 0)
}

func (k *kernel) did(format string, a ...any) { k.done = append(k.done, fmt.Sprintf(format, a...)) }

// refusal is an error, or with errno 0 an acknowledgement.
func refusal(request netlink.Message, errno unix.Errno) ([]netlink.Message, error) {
	request.Header.Flags = 0
	return nltest.Error(int(errno), []netlink.Message{request})
}

// reply is one message.
func (k *kernel) reply(request netlink.Message, data []byte) []netlink.Message {
	return []netlink.Message{{Header: netlink.Header{Sequence: request.Header.Sequence, PID: request.Header.PID}, Data: data}}
}

// list is a list of messages and its end.
func (k *kernel) list(request netlink.Message, messages []netlink.Message) []netlink.Message {
	list := append(slices.Clone(messages), netlink.Message{Header: netlink.Header{Type: netlink.Done}})
	for i := range list {
		h := &list[i].Header
		h.Sequence, h.PID = request.Header.Sequence, request.Header.PID
		h.Flags = netlink.Multi
		if k.interrupted > 0 && i == 0 {
			h.Flags |= netlink.DumpInterrupted
			k.interrupted--
		}
	}
	return list
}

func (k *kernel) answerLinks(requests []netlink.Message) ([]netlink.Message, error) {
	request := requests[0]
	if request.Header.Type == unix.RTM_GETLINK {
		var list []netlink.Message
		for _, i := range k.interfaces {
			list = append(list, netlink.Message{Data: linkMessage(i.Index, i.Name, i.Up)})
		}
		for i, name := range k.others {
			list = append(list, netlink.Message{Data: linkMessage(100+i, name, true)})
		}
		return k.list(request, list), nil
	}
	change, err := parseLink(request.Data)
	if err != nil {
		k.t.Fatal(err)
	}
	i := slices.IndexFunc(k.interfaces, func(i Interface) bool { return i.Index == change.index })
	switch {
	case i < 0:
		return refusal(request, unix.ENODEV)
	case binary.NativeEndian.Uint32(request.Data[12:]) != unix.IFF_UP: // the flags to change
		return refusal(request, unix.EINVAL)
	case change.up() && k.stuck[k.interfaces[i].Name] != 0:
		return refusal(request, k.stuck[k.interfaces[i].Name])
	case change.up():
		k.did("%s up", k.interfaces[i].Name)
	default:
		k.did("%s down", k.interfaces[i].Name)
	}
	k.interfaces[i].Up = change.up()
	return refusal(request, 0)
}

// interfaceMessage is what nl80211 tells of an interface.
func interfaceMessage(i Interface) []byte {
	e := netlink.NewAttributeEncoder()
	e.Uint32(unix.NL80211_ATTR_IFINDEX, uint32(i.Index))
	e.String(unix.NL80211_ATTR_IFNAME, i.Name)
	e.Uint32(unix.NL80211_ATTR_WIPHY, uint32(i.Phy))
	e.Uint32(unix.NL80211_ATTR_IFTYPE, uint32(i.Type))
	if i.Channel.FreqMHz != 0 {
		e.Uint32(unix.NL80211_ATTR_WIPHY_FREQ, uint32(i.Channel.FreqMHz))
		e.Uint32(unix.NL80211_ATTR_CHANNEL_WIDTH, widths[i.Channel.Width].kernel)
		e.Uint32(unix.NL80211_ATTR_CENTER_FREQ1, uint32(i.Channel.CenterMHz()))
	}
	data, err := e.Encode()
	if err != nil {
		panic(err)
	}
	return append([]byte{unix.NL80211_CMD_NEW_INTERFACE, 1, 0, 0}, data...)
}

// centerIn finds the centre of the channel that is asked for, in MHz.
func centerIn(t *testing.T, b []byte) int {
	ad, err := netlink.NewAttributeDecoder(b)
	if err != nil {
		t.Fatal(err)
	}
	for ad.Next() {
		if ad.Type() == unix.NL80211_ATTR_CENTER_FREQ1 {
			return int(ad.Uint32())
		}
	}
	return 0
}

// linkMessage is what rtnetlink tells of a network device.
func linkMessage(index int, name string, up bool) []byte {
	b := make([]byte, unix.SizeofIfInfomsg)
	binary.NativeEndian.PutUint32(b[4:], uint32(index))
	if up {
		binary.NativeEndian.PutUint32(b[8:], unix.IFF_UP|unix.IFF_RUNNING)
	}
	e := netlink.NewAttributeEncoder()
	e.String(unix.IFLA_IFNAME, name)
	data, err := e.Encode()
	if err != nil {
		panic(err)
	}
	return append(b, data...)
}

// monitorFlags names what the monitor is to hand out, and whether the kernel is to remove it.
func monitorFlags(t *testing.T, b []byte) string {
	ad, err := netlink.NewAttributeDecoder(b)
	if err != nil {
		t.Fatal(err)
	}
	names := map[uint16]string{
		unix.NL80211_MNTR_FLAG_FCSFAIL: "fcsfail", unix.NL80211_MNTR_FLAG_PLCPFAIL: "plcpfail",
		unix.NL80211_MNTR_FLAG_CONTROL: "control", unix.NL80211_MNTR_FLAG_OTHER_BSS: "otherbss",
		unix.NL80211_MNTR_FLAG_ACTIVE: "active",
	}
	var list []string
	for ad.Next() {
		switch ad.Type() {
		case unix.NL80211_ATTR_MNTR_FLAGS:
			ad.Nested(func(flags *netlink.AttributeDecoder) error {
				for flags.Next() {
					list = append(list, names[flags.Type()])
				}
				return nil
			})
		case unix.NL80211_ATTR_SOCKET_OWNER:
			list = append(list, "owner")
		}
	}
	return strings.Join(list, " ")
}

package filter

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/bpf"

	"picket/capture/dot11"
)

const (
	ap  = "02:00:00:00:00:aa"
	sta = "02:00:00:00:00:bb"
	far = "02:00:00:00:00:cc"
	dev = "02:00:00:00:00:dd"
)

// frame is a header of 30 octets: two of Frame Control, Duration, three addresses, Sequence Control, an address.
func frame(control, flags byte, addrs ...string) []byte {
	f := []byte{control, flags, 0, 0}
	for i := range 4 {
		if i == 3 {
			f = append(f, 0, 0)
		}
		if i < len(addrs) {
			a, _ := parseMAC(addrs[i])
			f = append(f, a[:]...)
		} else {
			f = append(f, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee) // what is there when the address is not
		}
	}
	return f
}

var (
	beacon    = frame(0x80, 0, "ff:ff:ff:ff:ff:ff", ap, ap)
	deauth    = frame(0xc0, 0, sta, ap, ap)
	toAP      = frame(0x08, 0x01, ap, sta, far) // data to the distribution system
	fromAP    = frame(0x88, 0x02, sta, ap, far) // QoS data from it
	relayed   = frame(0x88, 0x03, ap, dev, sta, far)
	direct    = frame(0x08, 0x00, sta, dev, ap)
	rts       = frame(0xb4, 0, ap, sta)
	cts       = frame(0xc4, 0, ap, sta)
	ack       = frame(0xd4, 0, sta, ap)
	dmgBeacon = frame(0x0c, 0, ap, ap, ap)
)

var all = map[string][]byte{
	"beacon": beacon, "deauth": deauth, "toAP": toAP, "fromAP": fromAP, "relayed": relayed, "direct": direct,
	"rts": rts, "cts": cts, "ack": ack, "dmgBeacon": dmgBeacon,
}

// behindRadiotap is a frame with a header of 300 octets in front, which takes both octets of its length.
func behindRadiotap(f []byte) []byte {
	return append(append([]byte{0, 0, 300 & 0xff, 300 >> 8}, make([]byte, 296)...), f...)
}

// accepted runs the program of an expression over all frames, bare and behind radiotap.
func accepted(t *testing.T, expression string) map[string]bool {
	t.Helper()
	bare, radiotap := machine(t, expression, dot11.LinkIEEE80211), machine(t, expression, dot11.LinkRadiotap)
	got := make(map[string]bool)
	for name, f := range all {
		n, err := bare.Run(f)
		if err != nil {
			t.Fatal(err)
		}
		m, err := radiotap.Run(behindRadiotap(f))
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			got[name] = true
		}
		if (n > 0) != (m > 0) && !strings.Contains(expression, "len") {
			t.Errorf("%s: %s is accepted bare: %v, behind radiotap: %v", expression, name, n > 0, m > 0)
		}
	}
	return got
}

func machine(t testing.TB, expression string, link dot11.LinkType) *bpf.VM {
	t.Helper()
	raw, err := Compile(expression, link)
	if err != nil {
		t.Fatal(err)
	}
	program, ok := bpf.Disassemble(raw)
	if !ok {
		t.Fatalf("%s: has unknown instructions", expression)
	}
	vm, err := bpf.NewVM(program)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return vm
}

func TestErrorsNameTheWordAndWhatIsKnown(t *testing.T) {
	for expression, want := range map[string]string{
		"":                          `no expression`,
		"type mgmt":                 `column 6: "mgmt", expected one of control, ctl, data, management, mgt`,
		"type mgt subtype rts":      `column 18: "rts", expected one of action, `,
		"subtype":                   `column 8: the end, expected one of ack, action, `,
		"type ctl and tcp":          `column 14: "tcp", expected type, subtype, wlan, ether, len, less, greater, not, !, or (`,
		"type ctl tcp":              `column 10: "tcp", expected and, or, or the end`,
		"(type ctl":                 `column 10: the end, expected and, or, or )`,
		"wlan bssid " + ap:          `column 6: "bssid", expected a MAC address, host, type, subtype, [, or one of addr1, addr2, `,
		"wlan src 02:00:00:00:00":   `column 10: "02:00:00:00:00", expected a MAC address such as`,
		"wlan src or beacon":        `column 10: "or", expected a MAC address`,
		ap:                          `column 1: "02:00:00:00:00:aa", expected type, `,
		"less many":                 `column 6: "many", expected a number from 0 to 4294967295`,
		"len ~ 4":                   `column 5: "~", expected one of < <= > >= = == !=`,
		"wlan[0:3] = 1":             `column 6: "0:3", expected a size of 1, 2 or 4`,
		"wlan[x] = 1":               `column 6: "x", expected an offset`,
		"wlan[0 = 1":                `column 8: "=", expected ]`,
		strings.Repeat("(", 1000):   `column 101: nested deeper than 100`,
		strings.Repeat("a", 70_000): `70000 octets long, expected 65536 at most`,
		"type mgt" + strings.Repeat(" or subtype rts", 2000): `instructions, the kernel takes 4096`,
	} {
		_, err := Compile(expression, dot11.LinkRadiotap)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", expression, err, want)
		}
	}
}

func TestOtherLinkTypesAreRefused(t *testing.T) {
	if _, err := Compile("type mgt", dot11.LinkPrism); err == nil || !strings.Contains(err.Error(), "Prism") {
		t.Errorf("got %v", err)
	}
}

func TestFramesAccepted(t *testing.T) {
	for expression, want := range map[string]string{
		"type mgt":                                 "beacon deauth",
		"wlan type data":                           "toAP fromAP relayed direct",
		"type ctl":                                 "rts cts ack",
		"type mgt subtype deauth":                  "deauth",
		"subtype qos-data":                         "fromAP relayed",
		"wlan src " + ap:                           "beacon deauth",
		"wlan src " + far:                          "fromAP relayed",
		"wlan src " + sta:                          "toAP",
		"wlan src host " + dev:                     "direct",
		"wlan dst " + sta:                          "deauth fromAP relayed direct",
		"ether host " + far:                        "toAP fromAP relayed",
		"wlan " + far:                              "toAP fromAP relayed",
		"wlan src or dst " + far:                   "toAP fromAP relayed",
		"wlan src and dst " + far:                  "",
		"wlan src " + far + " and " + dev:          "",
		"wlan src " + far + " or " + dev:           "fromAP relayed direct",
		"wlan addr1 " + ap:                         "toAP relayed rts cts dmgBeacon",
		"wlan addr2 " + sta:                        "toAP rts",
		"wlan addr3 " + ap:                         "beacon deauth direct dmgBeacon",
		"wlan addr4 " + far:                        "relayed",
		"wlan ra " + ap:                            "toAP relayed dmgBeacon",
		"wlan ta " + sta:                           "toAP",
		"not type ctl && !type data":               "beacon deauth dmgBeacon",
		"type mgt or type data and subtype beacon": "beacon", // from left to right
		"type mgt or (type data and subtype null)": "beacon deauth",
		"not (type mgt or type data)":              "rts cts ack dmgBeacon",
		"wlan[0] & 0xf0 = 0xc0":                    "deauth cts",
		"wlan[4:4] = 0x02000000 and type mgt":      "deauth",
		"wlan[8:2] != 0x00bb and wlan[8:2] != 170": "beacon",
		"type mgt and len = 30":                    "beacon deauth",
		"len < 30 or len > 30 or len != 30":        "",
		"type mgt and not wlan addr1 " + sta + " and not len >= 31 and len <= 30": "beacon",
	} {
		got := accepted(t, expression)
		for _, name := range strings.Fields(want) {
			if !got[name] {
				t.Errorf("%s: %s is not accepted", expression, name)
			}
			delete(got, name)
		}
		for name := range got {
			t.Errorf("%s: %s is accepted", expression, name)
		}
	}
}

// A frame that ends before its second address.
func TestFrameThatEndsEarlyIsNotAccepted(t *testing.T) {
	for _, expression := range []string{"wlan addr2 " + ap, "not wlan addr2 " + ap} {
		n, err := machine(t, expression, dot11.LinkIEEE80211).Run(beacon[:12])
		if err != nil || n != 0 {
			t.Errorf("%s: %d octets accepted, error %v", expression, n, err)
		}
	}
	if n, _ := machine(t, "type mgt", dot11.LinkIEEE80211).Run(beacon[:12]); n == 0 {
		t.Error("a test of what is there does not accept it")
	}
}

// Conditional jumps reach 255 instructions, each of these addresses takes five.
func TestLongExpressionsJumpFar(t *testing.T) {
	for _, joint := range []string{" or ", " and "} {
		var addrs []string
		for i := range 300 {
			addrs = append(addrs, fmt.Sprintf("wlan addr1 02:00:00:00:%02x:%02x", i>>8, i&255))
		}
		list := strings.Join(addrs, joint)
		for expression, want := range map[string]bool{
			list:                           joint == " or ",
			"not (" + list + ")":           joint == " and ",
			"type mgt and (" + list + ")":  joint == " or ",
			"type data and (" + list + ")": false,
			"type mgt or (" + list + ")":   true,
			"type data or (" + list + ")":  joint == " or ",
		} {
			n, err := machine(t, expression, dot11.LinkIEEE80211).Run(frame(0xc0, 0, "02:00:00:00:01:2b", ap, ap))
			if err != nil || (n > 0) != want {
				t.Errorf("%.40s ...: %d octets accepted, error %v", expression, n, err)
			}
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{
		"type mgt subtype beacon and not wlan src or dst 02:00:00:00:00:aa", "wlan[0:2] & 0xff != 010 || !(less 40)",
		"wlan addr4 host 0200.0000.0001 or 02-00-00-00-00-02 && len >= 0x10",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		raw, err := Compile(expression, dot11.LinkRadiotap)
		if err != nil {
			return
		}
		program, ok := bpf.Disassemble(raw)
		if !ok || len(raw) > maxProgram {
			t.Fatalf("program of %d instructions, all of them known: %v", len(raw), ok)
		}
		vm, err := bpf.NewVM(program)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all {
			if _, err := vm.Run(append([]byte{0, 0, 8, 0, 0, 0, 0, 0}, f...)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

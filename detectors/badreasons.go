package detectors

import (
	"fmt"
	"strings"

	"picket/capture/dot11"
)

// badReasons are deauthentications, or disassociations, with reasons that there
// are not.
type badReasons struct {
	offenders
	codes *Table[dot11.Addr, fewest[uint16]] // of each transmitter
}

func newBadReasons(s Settings) badReasons {
	return badReasons{
		offenders: newOffenders(s),
		codes:     NewAddrTable[fewest[uint16]](s.Tables.BSS / 16),
	}
}

// definedReason reports whether there is such a reason code (IEEE 802.11-2020,
// table 9-49).
func definedReason(code uint16) bool {
	return 1 <= code && code <= 39 || 45 <= code && code <= 68 || code == 71
}

func (d *badReasons) Frame(c *Context) {
	f := c.Frame
	code, ok := f.Reason()
	if !ok || definedReason(code) {
		return
	}
	codes, _ := d.codes.Put(f.Transmitter)
	// These frames are so few, and so short, that one of them with a wrong code
	// is rather meant than damaged.
	due := d.show(c, flaw(code), true)
	if d.current.frames <= 1 {
		*codes = fewest[uint16]{}
	}
	codes.add(code)
	if !due {
		return
	}
	d.report(c, fmt.Sprintf("%s from %s to %s in %s with %s, which the standard does not define: probably made by a tool that disturbs or probes receivers",
		f.Kind, f.Transmitter, f.Receiver, nameBSS(f.BSSID, c.BSS), codesText(codes)))
}

func codesText(codes *fewest[uint16]) string {
	list := make([]string, codes.n)
	for i, code := range codes.values[:codes.n] {
		list[i] = fmt.Sprintf("%d", code)
	}
	text := "reason " + strings.Join(list, ", ")
	if codes.more {
		text += " and others"
	}
	return text
}

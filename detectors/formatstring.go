package detectors

import (
	"bytes"
	"fmt"
	"strconv"

	"picket/capture/dot11"
)

var formatString = Spec{
	Name:        "FORMATSTRING",
	Class:       "EXPLOIT",
	Severity:    15,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "An SSID with conversions of printf, which can crash a program that takes it for a format.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp, dot11.ProbeReq, dot11.AssocReq, dot11.ReassocReq),
	New: func(s Settings) (Detector, error) {
		return &formatStringDetector{newOffenders(s), NewNameTable[struct{}](s.Tables.SSIDs / 64)}, nil
	},
}

// FORMATSTRING: an SSID that is a format string.
//
// # What it sees
//
// An SSID with conversions as C's printf and its likes have them: %s, %n, %x,
// %08lx, %1$s, %@. A program that hands the SSID to such a function as the
// format reads, and with %n writes, memory that it should not. It is seen in
// what access points advertise and in what clients look for.
//
// # Source
//
// The names that switched off the Wi-Fi of iPhones in 2021
// ("%p%s%s%s%s%n", "%secretclub%power"); CVE-2021-30800. Kismet's alert of the
// same name.
//
// # Trigger
//
// The second frame with an SSID that has one conversion that stands by itself: no digit
// before it and no letter after it. Or two that run into a word. A percent sign
// that follows a digit and precedes a letter is a percentage ("100%sugar") and
// does not count, nor does a character of an address of the web ("My%20Home").
// It is repeated once a minute for each transmitter while it goes on.
//
// # Cannot see
//
// A single conversion that runs into a word ("%name"), and one with a blank for
// a flag. A name that is heard once, as floods of random names have some. One of
// more than 32 octets (LONGSSID).
//
// # Known false positives
//
// Devices that forgot to fill in a template ("Setup-%s").
//
// # Options
//
// None.
type formatStringDetector struct {
	offenders
	heard *Table[Name, struct{}] // format strings
}

func (d *formatStringDetector) Frame(c *Context) {
	ssid := c.Elements.SSID
	switch {
	case bytes.IndexByte(ssid, '%') < 0:
		c.Explain("its SSID has no percent sign")
		return
	case !c.HasName:
		c.Explain("its SSID is longer than SSIDs can be")
		return
	case !isFormat(ssid):
		c.Explain("the percent signs of its SSID begin no conversions of printf that are meant as such")
		return
	}
	// A flood of names made up at random has such among them, each once.
	if _, isNew := d.heard.Put(c.Name); isNew {
		c.Explain("its SSID is a format string, heard for the first time: it takes a second frame with it")
		return
	}
	if !d.show(c, 0, true) {
		return
	}
	f := c.Frame
	who := fmt.Sprintf("Access point %s advertises", f.Transmitter)
	switch f.Kind {
	case dot11.ProbeResp:
		who = fmt.Sprintf("Access point %s answers %s for", f.Transmitter, f.Receiver)
	case dot11.ProbeReq:
		who = fmt.Sprintf("Client %s looks for", f.Transmitter)
	case dot11.AssocReq, dot11.ReassocReq:
		who = fmt.Sprintf("Client %s asks %s to join", f.Transmitter, f.Receiver)
	}
	d.report(c, fmt.Sprintf("%s SSID %s, a format string: an attempt to crash programs that print it", who, quoteSSID(ssid)))
}

// isFormat reports whether the SSID has conversions that are meant as such.
func isFormat(ssid []byte) bool {
	inWords := 0
	for i := 0; i < len(ssid); i++ {
		if ssid[i] != '%' {
			continue
		}
		if i+1 < len(ssid) && ssid[i+1] == '%' { // which stands for one
			i++
			continue
		}
		length := conversion(ssid[i:])
		if length == 0 {
			continue
		}
		after := ssid[i+length:]
		intoWord := len(after) > 0 && isLetter(after[0])
		percentage := i > 0 && isDigit(ssid[i-1])
		switch {
		case isEscape(ssid[i:]):
		case !intoWord && !percentage:
			return true
		case intoWord && !percentage:
			inWords++
		}
		i += length - 1
	}
	return inWords > 1
}

// conversion is the length of the conversion that text starts with (ISO/IEC
// 9899, 7.21.6.1, with the positions of POSIX and the object of Objective-C), 0
// when there is none.
func conversion(text []byte) int {
	i := 1
	skip := func(set string) {
		for i < len(text) && bytes.IndexByte([]byte(set), text[i]) >= 0 {
			i++
		}
	}
	skip("0123456789$")
	skip("-+#0'*")
	skip("0123456789.*")
	skip("hlLqjzt")
	if i < len(text) && bytes.IndexByte([]byte("diouxXeEfFgGaAcCsSpn@"), text[i]) >= 0 {
		return i + 1
	}
	return 0
}

// isEscape reports whether text starts with a printable character, or a part of
// one, as addresses of the web have it (RFC 3986, 2.1).
func isEscape(text []byte) bool {
	if len(text) < 3 {
		return false
	}
	c, err := strconv.ParseUint(string(text[1:3]), 16, 8)
	return err == nil && c >= ' '
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80 }

package detectors

import (
	"bytes"
	"fmt"

	"picket/capture/dot11"
)

var msfBcomSSID = Spec{
	Name:        "MSFBCOMSSID",
	Class:       "EXPLOIT",
	Severity:    10,
	Limit:       "5/min",
	Burst:       "1/sec",
	Description: "The exploit of Broadcom's Windows driver, by a long SSID, that Metasploit has.",
	Wants:       dot11.KindsOf(dot11.Beacon, dot11.ProbeResp),
	New: func(s Settings) (Detector, error) {
		return &msfBcomSSIDDetector{newOffenders(s)}, nil
	},
}

// MSFBCOMSSID: Metasploit's exploit of the Broadcom driver.
//
// # What it sees
//
// Beacons and probe responses of Metasploit's module broadcom_wifi_ssid. It
// overflows the memory of the Windows driver bcmwl5.sys by an SSID of 93 octets
// and takes over the computer. Parts of the frame are machine code, and so can
// hardly be others: the transmitter's address begins 90:E9:75, the SSID with
// the octets 89 F9 81 C1.
//
// # Source
//
// CVE-2006-5882, MOKB-11-11-2006, WVE-2006-0071. The module of the Metasploit
// Framework. Kismet's alert of the same name, which knows the address in
// beacons alone.
//
// # Trigger
//
// One beacon or probe response from an address that begins 90:E9:75, which
// nobody has been assigned, or from any address with an SSID longer than 32
// octets that begins so. It is repeated once a minute for each transmitter
// while it goes on.
//
// # Cannot see
//
// The same attack with other machine code: LONGSSID sees that, as it does this.
//
// # Known false positives
//
// None known.
//
// # Options
//
// None.
type msfBcomSSIDDetector struct{ offenders }

func (d *msfBcomSSIDDetector) Frame(c *Context) {
	f, ssid := c.Frame, c.Elements.SSID
	address := f.Transmitter[0] == 0x90 && f.Transmitter[1] == 0xe9 && f.Transmitter[2] == 0x75
	code := len(ssid) > dot11.MaxSSID && bytes.HasPrefix(ssid, []byte{0x89, 0xf9, 0x81, 0xc1})
	if !address && !code {
		c.Explain("neither its transmitter nor its SSID is that of the exploit")
		return
	}
	if !d.show(c, 0, true) {
		return
	}
	var signs string
	switch {
	case address && code:
		signs = "address and SSID are"
	case address:
		signs = "the address is"
	default:
		signs = "the SSID is"
	}
	d.report(c, fmt.Sprintf("%s from %s to %s with an SSID of %s: %s that of Metasploit's exploit of the Broadcom driver (CVE-2006-5882)",
		f.Kind, f.Transmitter, f.Receiver, plural(uint64(len(ssid)), "octet"), signs))
}

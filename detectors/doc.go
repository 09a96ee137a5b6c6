// Package detectors recognises attacks in 802.11 frames.
//
// An Engine is handed frames in time order. It dispatches each by its kind to
// the detectors that want it, along with what the air has said before of
// those involved, and reports findings. All state sits in tables of fixed
// size that are allocated when the engine is built; docs/detectors.md has what
// they take with DefaultSizes. Time is the frames': the same capture gives the
// same findings however fast it is replayed.
//
// A detector is a Spec, listed in All. Its file is named after its alert, and
// the comment on its type is its documentation for users: Spec.Doc.
package detectors

import (
	"embed"
	"strings"
)

//go:embed adhocconflict.go advcryptchange.go airjackssid.go apspoof.go
//go:embed badfixlenie.go bcastdiscon.go bcom11kchan.go beaconrate.go
//go:embed bsstimestamp.go chanchange.go cryptodrop.go deauthcodeinvalid.go
//go:embed deauthflood.go devicefound.go devicelost.go dhcpclientid.go
//go:embed dhcpconflict.go dhcpnamechange.go dhcposchange.go disassoctraffic.go
//go:embed disconcodeinvalid.go dot11d.go formatstring.go karmaoui.go
//go:embed longssid.go lucenttest.go malformmgmt.go msfbcomssid.go
//go:embed msfdlinkrate.go msfnetgearbeacon.go netstumbler.go noclientmfp.go
//go:embed noncedegrade.go noncereuse.go nullproberesp.go overpowered.go
//go:embed probechan.go probenojoin.go qcomextended.go rsnloop.go
//go:embed rtl8195vd1406.go rtlwifip2p.go ssidcanary.go vdoo202027301.go
//go:embed vdoo202027302.go wellenreiter.go wmmoverflow.go wmmtspec.go
//go:embed wpsbrute.go
var sources embed.FS

// Doc is the text of the detector's doc comment: what it sees, source,
// trigger, what it cannot see, known false positives and options, each under a
// heading that begins with "# ".
func (s Spec) Doc() string {
	source, err := sources.ReadFile(strings.ToLower(s.Name) + ".go")
	if err != nil {
		return ""
	}
	return typeComment(string(source))
}

// typeComment is the comment right above the declaration of the first type
// whose name ends in "Detector", without comment markers.
func typeComment(source string) string {
	lines := strings.Split(source, "\n")
	end := -1
	for i, line := range lines {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "type" && strings.HasSuffix(fields[1], "Detector") {
			end = i
			break
		}
	}
	begin := end
	for begin > 0 && strings.HasPrefix(lines[begin-1], "//") {
		begin--
	}
	if end <= begin {
		return ""
	}
	text := make([]string, 0, end-begin)
	for _, line := range lines[begin:end] {
		text = append(text, strings.TrimPrefix(strings.TrimPrefix(line, "//"), " "))
	}
	return strings.Join(text, "\n") + "\n"
}

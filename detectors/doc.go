// Package detectors recognises attacks in 802.11 frames.
//
// An Engine is handed frames in time order. It dispatches each by its kind to
// the detectors that want it, along with what the air has said before of
// those involved, and reports findings. All state sits in tables of fixed
// size that are allocated when the engine is built. With DefaultSizes they
// take:
//
//	BSSs       4096 records of 1.3 KiB     5.2 MiB
//	stations  16384 records of 110 octets  1.8 MiB
//	SSIDs      4096 records of 150 octets  0.6 MiB
//	evidence   2048 frames of 700 octets   1.4 MiB
//
// and 5 MiB more for the detectors' own. Time is the frames': the same capture
// gives the same findings however fast it is replayed.
//
// A detector is a Spec, listed in All. Its file is named after its alert, and
// the comment on its type is its documentation for users: Spec.Doc.
package detectors

import (
	"embed"
	"strings"
)

//go:embed adhocconflict.go advcryptchange.go apspoof.go bcastdiscon.go
//go:embed beaconrate.go bsstimestamp.go chanchange.go cryptodrop.go
//go:embed deauthflood.go dhcpclientid.go dhcpconflict.go dhcpnamechange.go
//go:embed dhcposchange.go disassoctraffic.go dot11d.go karmaoui.go longssid.go
//go:embed overpowered.go probechan.go ssidcanary.go
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

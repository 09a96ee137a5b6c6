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

//go:embed apspoof.go bcastdiscon.go chanchange.go cryptodrop.go
//go:embed deauthflood.go devicefound.go devicelost.go karmaoui.go
//go:embed longssid.go ssidcanary.go
//go:embed airjackssid.go badfixlenie.go bcom11kchan.go deauthcodeinvalid.go
//go:embed disconcodeinvalid.go formatstring.go malformmgmt.go msfbcomssid.go
//go:embed msfdlinkrate.go msfnetgearbeacon.go nullproberesp.go qcomextended.go
//go:embed rsnloop.go rtlwifip2p.go wmmoverflow.go wmmtspec.go
//go:embed lucenttest.go netstumbler.go noclientmfp.go noncedegrade.go
//go:embed noncereuse.go probenojoin.go rtl8195vd1406.go vdoo202027301.go
//go:embed vdoo202027302.go wellenreiter.go wpsbrute.go
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

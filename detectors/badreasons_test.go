package detectors

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"picket/capture/dot11"
)

// withReason is a frame from an access point to a station.
func withReason(kind dot11.Kind, code uint16) synthetic {
	return synthetic{kind: kind, from: testAP, to: testClient, body: binary.LittleEndian.AppendUint16(nil, code)}
}

func TestReasonCodesThatThereAreNot(t *testing.T) {
	for _, side := range []struct {
		spec        Spec
		kind, other dot11.Kind
	}{
		{deauthCodeInvalid, dot11.Deauth, dot11.Disassoc},
		{disconCodeInvalid, dot11.Disassoc, dot11.Deauth},
	} {
		var tests []exploitTest
		for code, bad := range map[uint16]bool{
			0: true, 1: false, 7: false, 25: false, 31: false, 39: false, 40: true, 44: true, 45: false, 46: false, 66: false, 68: false,
			69: true, 70: true, 71: false, 72: true, 200: true, 0x0107: true, 0xffff: true,
		} {
			test := exploitTest{name: reasonText(code), frame: withReason(side.kind, code)}
			if bad {
				test.want, test.once = " to 3C:22:FB:AA:00:11 in 9C:5C:8E:10:00:01 (SSID \"HomeNet\") with reason "+codesText(&fewest[uint16]{values: [4]uint16{code}, n: 1})[7:]+", which the standard does not define", true
			}
			tests = append(tests, test)
		}
		withElements := withReason(side.kind, 300)
		withElements.elements = [][]byte{vendor([]byte{0, 0x10, 0x18}, 2, 0)}
		fromStation := withReason(side.kind, 99)
		fromStation.from, fromStation.to, fromStation.bssid = testClient, testAP, testAP
		broadcast := withReason(side.kind, 99)
		broadcast.to = ""
		cut := withReason(side.kind, 0)
		cut.body = []byte{0}
		tests = append(tests,
			exploitTest{"with a vendor's element", withElements, "with reason 300", true},
			exploitTest{"from a station", fromStation, side.kind.String() + " from ", true},
			exploitTest{"broadcast", broadcast, " to FF:FF:FF:FF:FF:FF in 9C:5C:8E:10:00:01", true},
			exploitTest{"without a code", cut, "", false},
			exploitTest{"of the other kind", withReason(side.other, 200), "", false},
		)
		t.Run(side.spec.Name, func(t *testing.T) { testExploits(t, side.spec, tests) })
	}
}

func TestSeveralBadReasonsAreToldTogether(t *testing.T) {
	frames := series(700, 0, 100*time.Millisecond, func(i int) synthetic {
		s := withReason(dot11.Disassoc, uint16(200+i%5))
		s.sequence = uint16(i)
		return s
	})
	found := replay(t, Config{}, []Spec{disconCodeInvalid}, frames)
	if len(found) != 2 || !strings.Contains(found[0].Text, "with reason 200, which") ||
		!strings.Contains(found[1].Text, "with reason 200, 201, 202, 203 and others, which") || found[1].Frames != 601 {
		t.Errorf("findings: %q", told(found))
	}
}

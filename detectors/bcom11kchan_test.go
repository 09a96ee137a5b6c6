package detectors

import (
	"slices"
	"testing"

	"picket/capture/dot11"
)

func TestBcom11kChan(t *testing.T) {
	neighbor := func(class, channel byte) []byte {
		return element(dot11.ElementNeighborReport, slices.Concat(mustAddr("9c:5c:8e:10:00:09"), []byte{0xf7, 0, 0, 0, class, channel, 7},
			[]byte{3, 1, 255})...) // with a subelement
	}
	report := func(mode, kind, class, channel byte) []byte {
		return element(dot11.ElementMeasureReport, slices.Concat([]byte{7, mode, kind, class, channel}, make([]byte, 24))...)
	}
	answer := []byte{dot11.CategoryRadioMeasure, 5, 1}
	reports := []byte{dot11.CategoryRadioMeasure, 1, 1}
	move := []byte{dot11.CategoryWNM, dot11.WNMBTMRequest, 1, 1, 0, 0, 255}
	later := actionWith(answer, neighbor(81, 11), neighbor(115, 36), neighbor(115, 225))
	noAck := actionWith(answer, neighbor(115, 255))
	noAck.kind = dot11.ActionNoAck
	beacon := beaconWith(neighbor(115, 255))

	testExploits(t, bcom11kChan, []exploitTest{
		{"channel 240", actionWith(answer, neighbor(115, 240)), "Neighbor report from ", false},
		{"what it says", actionWith(answer, neighbor(115, 240)), " to 3C:22:FB:AA:00:11 in 00:02:2D:10:00:10 with channel 240 of operating class 115, which there is not", false},
		{"the third neighbor", later, "channel 225 of operating class 115", false},
		{"no ack", noAck, "channel 255", false},
		{"in a request to move", actionWith(move, neighbor(81, 250)), "channel 250", false},
		{"beacon report", actionWith(reports, report(0, 5, 115, 254)), "Beacon report from ", false},
		{"6 GHz, beyond the last", actionWith(answer, neighbor(131, 234)), "channel 234 of operating class 131", false},
		{"6 GHz, the last", actionWith(answer, neighbor(131, 233)), "", false},
		{"5 GHz, the last", actionWith(answer, neighbor(125, 177), neighbor(115, 196)), "", false},
		{"unknown class", actionWith(answer, neighbor(0, 36)), "", false},
		{"beacon report that was refused", actionWith(reports, report(2, 5, 115, 255)), "", false},
		{"report of another kind", actionWith(reports, report(0, 4, 115, 255)), "", false},
		{"short", actionWith(answer, element(dot11.ElementNeighborReport, repeat(255, 12)...)), "", false},
		{"in a beacon, where that element is something old", beacon, "", false},
	})
}

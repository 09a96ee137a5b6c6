package dot11

import "strconv"

// Defect says why a captured frame can't be shown to detectors. The zero
// Defect is a sound frame.
type Defect uint8

// The defects.
const (
	Sound           Defect = iota
	BadRadio               // the radio header is cut short or contradicts its own length
	BadFCS                 // the receiver flagged the frame as damaged, or its checksum does not match
	Short                  // shorter than the 802.11 header its type demands
	BadVersion             // protocol version other than 0
	UnsupportedLink        // the link type, or the one inside PPI, holds no 802.11
	NumDefects             // how many there are: the size of counter arrays
)

var defectNames = [NumDefects]string{
	Sound:           "sound",
	BadRadio:        "bad radio header",
	BadFCS:          "bad FCS",
	Short:           "short",
	BadVersion:      "bad protocol version",
	UnsupportedLink: "unsupported link type",
}

// String names the defect.
func (d Defect) String() string {
	if d < NumDefects {
		return defectNames[d]
	}
	return "defect " + strconv.Itoa(int(d))
}

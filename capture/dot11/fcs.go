package dot11

import (
	"encoding/binary"
	"hash/crc32"
)

const fcsLen = 4

// fcsMatches reports whether fcs is the frame check sequence of the frame
// (IEEE 802.11-2020, 9.2.4.9). The padding that some receivers put after the
// header, at frame[at:at+pad], was not on the air.
func fcsMatches(frame, fcs []byte, at, pad int) bool {
	want := binary.LittleEndian.Uint32(fcs)
	if pad == 0 {
		return crc32.ChecksumIEEE(frame) == want
	}
	sum := crc32.ChecksumIEEE(frame[:at])
	return crc32.Update(sum, crc32.IEEETable, frame[at+pad:]) == want
}

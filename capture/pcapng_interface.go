package capture

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"time"

	"picket/capture/dot11"
)

// Options of an interface description block, draft-ietf-opsawg-pcapng section 4.2. The others are passed over.
const (
	optionEnd                  = 0
	optionInterfaceName        = 2
	optionTimeResolution       = 9
	optionTimeOffset           = 14
	defaultTimeResolution      = 6 // microseconds
	maxNameInErrors            = 64
	maxDecimalResolution       = 19 // 10^19 is the largest power of ten in 64 bits
	maxBinaryResolution        = 63
	binaryResolution      byte = 0x80
)

// The times that are believed: from 1970 to the end of 9999, which every calendar and serializer holds. Others are
// clamped.
const maxUnixSeconds = 253402300799

// ngInterface is what a section of a pcapng file says of one interface.
type ngInterface struct {
	name    string
	link    dot11.LinkType
	snaplen uint32
	unit    uint64 // units of the time stamp in a second
	offset  int64  // seconds to add
}

func parseInterface(body []byte, order binary.ByteOrder) (ngInterface, error) {
	i := ngInterface{link: dot11.LinkType(order.Uint16(body)), snaplen: order.Uint32(body[4:])}
	resolution := byte(defaultTimeResolution)
	for options := body[8:]; len(options) > 0; {
		if len(options) < 4 {
			return i, errOptionCut
		}
		code, n := order.Uint16(options), int(order.Uint16(options[2:]))
		if code == optionEnd {
			break
		}
		padded := 4 + (n+3)&^3
		if padded > len(options) {
			return i, errOptionCut
		}
		value := options[4 : 4+n]
		options = options[padded:]
		switch code {
		case optionInterfaceName:
			i.name = string(value[:min(n, maxNameInErrors)])
		case optionTimeResolution:
			if n != 1 {
				return i, fmt.Errorf("time resolution of %d bytes, it has 1", n)
			}
			resolution = value[0]
		case optionTimeOffset:
			if n != 8 {
				return i, fmt.Errorf("time offset of %d bytes, it has 8", n)
			}
			i.offset = int64(order.Uint64(value))
		}
	}
	var ok bool
	if i.unit, ok = unitsPerSecond(resolution); !ok {
		return i, fmt.Errorf("time resolution %#02x is finer than 64-bit time stamps hold", resolution)
	}
	return i, nil
}

// unitsPerSecond reads if_tsresol: a negative power of ten, or of two if the top bit is set.
func unitsPerSecond(resolution byte) (unit uint64, ok bool) {
	exponent := resolution &^ binaryResolution
	if resolution&binaryResolution != 0 {
		return 1 << exponent, exponent <= maxBinaryResolution
	}
	if exponent > maxDecimalResolution {
		return 0, false
	}
	unit = 1
	for range exponent {
		unit *= 10
	}
	return unit, true
}

// time converts a time stamp of the interface, cutting it to whole nanoseconds.
func (i *ngInterface) time(stamp uint64) time.Time {
	whole, rest := stamp/i.unit, stamp%i.unit
	var seconds int64
	if whole > maxUnixSeconds {
		seconds = maxUnixSeconds
	} else {
		seconds = int64(whole)
	}
	switch offset := i.offset; {
	case offset > maxUnixSeconds-seconds:
		seconds = maxUnixSeconds
	case offset < -seconds:
		seconds = 0
	default:
		seconds += offset
	}
	// rest < unit, so the quotient fits and Div64 cannot overflow.
	high, low := bits.Mul64(rest, uint64(time.Second))
	nanos, _ := bits.Div64(high, low, i.unit)
	return time.Unix(seconds, int64(nanos)).UTC()
}

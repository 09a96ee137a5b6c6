package dot11

import "encoding/binary"

// A Subframe is one MSDU of an A-MSDU (IEEE 802.11-2020, 9.3.2.2.2).
type Subframe struct {
	Destination, Source Addr
	Payload             []byte // from the LLC header on
	Offset              int    // of the subframe, from frame control
}

// LLC returns the SNAP header of the subframe; false when it has another.
func (s *Subframe) LLC() (LLC, bool) { return parseSNAP(s.Payload) }

// Subframes walks over the subframes of an A-MSDU. Like Elements it is
// declared before its loop.
type Subframes struct {
	Subframe
	rest []byte
	end  int // offset of the end of rest
	cut  bool
}

// subframeHeader is that of two addresses and the length.
const subframeHeader = 14

// Subframes walks over the MSDUs of a data frame whose QoS control says that
// there are several. It is empty for any other frame, for a protected one and
// for a later fragment.
func (f *Frame) Subframes() Subframes {
	b := f.msdu()
	if b == nil || !f.AMSDU {
		return Subframes{}
	}
	return Subframes{rest: b, end: len(f.Bytes())}
}

// Next advances to the next whole subframe.
func (s *Subframes) Next() bool {
	b := s.rest
	if len(b) < subframeHeader {
		// Up to three octets may pad the last subframe as they do the others.
		return s.stop(len(b) > 3)
	}
	n := subframeHeader + int(binary.BigEndian.Uint16(b[12:14]))
	if n > len(b) {
		return s.stop(true)
	}
	s.Offset = s.end - len(b)
	s.Destination, s.Source = Addr(b[:6]), Addr(b[6:12])
	s.Payload = b[subframeHeader:n:n]
	s.rest = b[min((n+3)&^3, len(b)):]
	return true
}

func (s *Subframes) stop(cut bool) bool {
	if cut {
		s.cut, s.Subframe = true, Subframe{Offset: s.end - len(s.rest)}
	}
	s.rest = nil
	return false
}

// Fault reports whether the walk stopped at a subframe that is not whole, and
// where that starts. Subframes handed out before it stay valid.
func (s *Subframes) Fault() (cut bool, offset int) {
	if !s.cut {
		return false, 0
	}
	return true, s.Offset
}

package dot11

// parseControl reads the addresses of a control frame (IEEE 802.11-2020,
// 9.3.1), of which b has at least headerLen octets.
func (f *Frame) parseControl(b []byte) {
	f.Receiver = Addr(b[4:10])
	switch f.Kind {
	case Trigger, TACK, BeamformingReport, NDPA, BlockAckReq, BlockAck, RTS:
		f.Transmitter = transmitter(b)
	case PSPoll:
		f.Transmitter = transmitter(b)
		f.BSSID = f.Receiver
	case CFEnd, CFEndAck:
		f.Transmitter = transmitter(b)
		f.BSSID = f.Transmitter
	case ControlWrapper:
		f.parseWrapper(b)
	case ControlFrameExt:
		f.parseControlFrameExt(b)
	}
}

// transmitter is the second address of a control frame. Its group bit may be
// set to signal a bandwidth (IEEE 802.11-2020, 9.2.4.3.8) and is no part of the
// address of the one who sent it.
func transmitter(b []byte) Addr {
	a := Addr(b[10:16])
	a[0] &^= 1
	return a
}

// parseWrapper reads a control wrapper: the frame that it carries goes on after
// HT Control with what it has after its first address (IEEE 802.11-2020,
// 9.3.1.9).
func (f *Frame) parseWrapper(b []byte) {
	f.setHTControl(b[12:16])
	carried := kindOf(b[10])
	if len(f.Body) < len(Addr{}) || headerLen(carried, 0) != twoAddressLen ||
		carried == ControlWrapper || carried == ControlFrameExt {
		return
	}
	f.Transmitter = Addr(f.Body[:6])
	f.Transmitter[0] &^= 1
	switch carried {
	case PSPoll:
		f.BSSID = f.Receiver
	case CFEnd, CFEndAck:
		f.BSSID = f.Transmitter
	}
}

// parseControlFrameExt reads a DMG control frame, whose subtype is in the bits
// that are ToDS to Retry elsewhere (IEEE 802.11-2020, Table 9-2).
func (f *Frame) parseControlFrameExt(b []byte) {
	const poll, dmgDTS, sswAck = 2, 6, 10
	extension := f.Flags & 15
	f.Flags &^= 15
	switch {
	case extension == dmgDTS: // has the addresses of those who hold the medium, not its own
		f.Receiver = Addr{}
	case poll <= extension && extension <= sswAck:
		f.Transmitter = transmitter(b)
	}
}

// parseExtension reads the header of a DMG or S1G beacon (IEEE 802.11-2020,
// 9.3.4). Other extension frames are named and left alone.
func (f *Frame) parseExtension(b []byte) {
	address := Addr(b[4:10])
	switch f.Kind {
	case DMGBeacon:
		f.BSSID = address
	case S1GBeacon:
		f.Flags = 0 // these bits say which fields follow
		f.Source, f.Transmitter = address, address
	default:
		f.Flags = 0
	}
}

package dot11

import "testing"

// Reading all there is of a frame allocates nothing, sound content or not.
func TestBodiesAllocateNothing(t *testing.T) {
	var frames []*Frame
	eachFrame(t, func(f *Frame) {
		kept := *f
		frames = append(frames, &kept)
	})
	frames = append(frames, amsdu(t, FromDS, subframeIPv4, subframeEAPOL), amsdu(t, FromDS, snapIPv4))
	frames = append(frames, withBody(t, Data, ToDS, join(wire(snapIPv4), dhcpPacket(dhcpOptions))), withBody(t, Data, ToDS, wire(snapARP, arpRequest)))
	var set ElementSet
	for _, f := range frames {
		if n := testing.AllocsPerRun(10, func() { readAll(f, &set) }); n != 0 {
			t.Errorf("%v: %v allocations", f.Kind, n)
		}
	}
}

func readAll(f *Frame, set *ElementSet) (n int) {
	set.Fill(f)
	if tim, ok := ParseTIM(set.TIM); ok && tim.Has(1) {
		n++
	}
	es := f.Elements()
	for es.Next() {
		if _, ok := es.OUI(); ok {
			n++
		}
	}
	if fault, _ := es.Fault(); fault != NoFault {
		n++
	}
	attributes := f.P2PAttributes()
	for attributes.Next() {
		n += attributes.Have
	}
	subframes := f.Subframes()
	for subframes.Next() {
		if _, ok := subframes.LLC(); ok {
			n++
		}
	}
	if packet, ok := f.EAPOL(); ok {
		if micLen, ok := GuessMICLength(packet); ok {
			ParseEAPOLKey(packet, micLen)
		}
		if p, ok := ParseEAPOL(packet); ok {
			if p, ok := ParseEAP(p.Body); ok {
				ParseWSC(&p)
			}
		}
	}
	f.PacketNumber(false)
	if llc, ok := f.LLC(); ok {
		if ip, ok := llc.IPv4(); ok {
			if m, ok := ip.DHCP(); ok {
				n += len(m.Name())
				m.HardwareID()
			}
		}
		llc.ARP()
	}
	f.Beacon()
	f.Capability()
	f.Authentication()
	f.Reason()
	f.ActionBody()
	f.AssocStatus()
	f.CurrentAP()
	return n
}

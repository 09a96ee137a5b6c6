package filter

import (
	"encoding/binary"

	"golang.org/x/net/bpf"
)

// expr is an expression: and, or, not, or a test.
type expr interface{}

type (
	and struct{ left, right expr }
	or  struct{ left, right expr }
	not struct{ of expr }
)

// test compares octets of the frame, or its length, with a value.
type test struct {
	length bool   // of the frame, instead of octets
	offset uint32 // from the Frame Control field on
	size   int    // 1, 2 or 4 octets, in network order
	mask   uint32 // 0 for all bits
	op     bpf.JumpTest
	value  uint32
}

// Where the parts of an 802.11 header are, and bits of them (IEEE 802.11-2020, 9.2.4.1 and 9.3).
const (
	atControl = 0
	atFlags   = 1
	atAddr1   = 4
	atAddr2   = 10
	atAddr3   = 16
	atAddr4   = 24

	typeBits = 0x0c
	kindBits = 0xfc

	bitControl = 0x04 // set in control and extension frames
	bitData    = 0x08 // set in data and extension frames
	bitToDS    = 0x01
	bitFromDS  = 0x02
)

// kindIs is true for frames whose first octet has the value in the bits of mask.
func kindIs(mask, value uint32) expr {
	return test{offset: atControl, size: 1, mask: mask, op: bpf.JumpEqual, value: value}
}

func bitSet(offset, bit uint32) expr {
	return test{offset: offset, size: 1, op: bpf.JumpBitsSet, value: bit}
}

func addrIs(offset uint32, addr [6]byte) expr {
	return and{
		test{offset: offset + 2, size: 4, op: bpf.JumpEqual, value: binary.BigEndian.Uint32(addr[2:])},
		test{offset: offset, size: 2, op: bpf.JumpEqual, value: uint32(binary.BigEndian.Uint16(addr[:]))},
	}
}

var (
	isControl = kindIs(typeBits, ctl)
	isData    = bitSet(atControl, bitData)
	toDS      = bitSet(atFlags, bitToDS)
	fromDS    = bitSet(atFlags, bitFromDS)

	// Control frames have neither SA nor DA.
	hasSource = not{bitSet(atControl, bitControl)}
	hasAddr2  = not{and{isControl, or{kindIs(kindBits, ctl|0xc0), kindIs(kindBits, ctl|0xd0)}}} // CTS and ack
	hasAddr4  = test{offset: atFlags, size: 1, mask: bitToDS | bitFromDS, op: bpf.JumpEqual, value: bitToDS | bitFromDS}
)

// choose is then where cond is true, and otherwise.
func choose(cond, then, otherwise expr) expr {
	return or{and{cond, then}, and{not{cond}, otherwise}}
}

// The address that a frame comes from and the one it goes to (IEEE 802.11-2020, Table 9-30).

func source(addr [6]byte) expr {
	ofData := choose(fromDS, choose(toDS, addrIs(atAddr4, addr), addrIs(atAddr3, addr)), addrIs(atAddr2, addr))
	return and{hasSource, choose(isData, ofData, addrIs(atAddr2, addr))}
}

func destination(addr [6]byte) expr {
	ofData := choose(toDS, addrIs(atAddr3, addr), addrIs(atAddr1, addr))
	return and{hasSource, choose(isData, ofData, addrIs(atAddr1, addr))}
}

// addresses are the words that may stand before an address.
var addresses = map[string]func(addr [6]byte) expr{
	"src":         source,
	"dst":         destination,
	"src or dst":  func(a [6]byte) expr { return or{source(a), destination(a)} },
	"src and dst": func(a [6]byte) expr { return and{source(a), destination(a)} },
	"addr1":       func(a [6]byte) expr { return addrIs(atAddr1, a) },
	"addr2":       func(a [6]byte) expr { return and{hasAddr2, addrIs(atAddr2, a)} },
	"addr3":       func(a [6]byte) expr { return and{not{isControl}, addrIs(atAddr3, a)} },
	"addr4":       func(a [6]byte) expr { return and{hasAddr4, addrIs(atAddr4, a)} },
	"ra":          func(a [6]byte) expr { return and{isData, addrIs(atAddr1, a)} },
	"ta":          func(a [6]byte) expr { return and{isData, and{hasAddr2, addrIs(atAddr2, a)}} },
}

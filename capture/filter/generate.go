package filter

import (
	"fmt"
	"slices"

	"golang.org/x/net/bpf"

	"picket/capture/dot11"
)

// generate returns the program of an expression.
func generate(e expr, link dot11.LinkType) ([]bpf.Instruction, error) {
	start, err := frameStart(link)
	if err != nil {
		return nil, err
	}
	// Jumps go forward only, so that a program is best made from its end: where they go to is known.
	g := generator{reversed: []bpf.Instruction{bpf.RetConstant{Val: 0}, bpf.RetConstant{Val: acceptLen}}}
	const reject, accept = 0, 1
	g.expr(e, accept, reject)
	slices.Reverse(g.reversed)
	return append(start, g.reversed...), nil
}

// frameStart returns instructions that load the offset of the 802.11 header into X.
func frameStart(link dot11.LinkType) ([]bpf.Instruction, error) {
	switch link {
	case dot11.LinkIEEE80211:
		return []bpf.Instruction{bpf.LoadConstant{Dst: bpf.RegX, Val: 0}}, nil
	case dot11.LinkRadiotap:
		return []bpf.Instruction{ // the length is in octets 2 and 3, the low one first
			bpf.LoadAbsolute{Off: 3, Size: 1},
			bpf.ALUOpConstant{Op: bpf.ALUOpShiftLeft, Val: 8},
			bpf.TAX{},
			bpf.LoadAbsolute{Off: 2, Size: 1},
			bpf.ALUOpX{Op: bpf.ALUOpOr},
			bpf.TAX{},
		}, nil
	}
	return nil, fmt.Errorf("there are filters for radiotap and bare 802.11 only, not for frames of link type %s", link)
}

type generator struct {
	reversed []bpf.Instruction
}

// expr adds the instructions of e before those that are there. They go to one of two of these, by their indexes.
func (g *generator) expr(e expr, yes, no int) {
	switch e := e.(type) {
	case and:
		g.expr(e.right, yes, no)
		g.expr(e.left, g.first(), no)
	case or:
		g.expr(e.right, yes, no)
		g.expr(e.left, yes, g.first())
	case not:
		g.expr(e.of, no, yes)
	case test:
		g.test(e, yes, no)
	}
}

// first is the index of the instruction that comes first as of now.
func (g *generator) first() int { return len(g.reversed) - 1 }

func (g *generator) test(t test, yes, no int) {
	yes, no = g.inReach(yes, no)
	g.add(bpf.JumpIf{Cond: t.op, Val: t.value, SkipTrue: uint8(g.skip(yes)), SkipFalse: uint8(g.skip(no))})
	if t.mask != 0 {
		g.add(bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: t.mask})
	}
	if t.length {
		g.add(bpf.LoadExtension{Num: bpf.ExtLen})
	} else {
		g.add(bpf.LoadIndirect{Off: t.offset, Size: t.size})
	}
}

func (g *generator) add(i bpf.Instruction) { g.reversed = append(g.reversed, i) }

// skip is how many instructions the next one added is from the one it goes to.
func (g *generator) skip(to int) int { return g.first() - to }

// inReach returns where a conditional jump has to go to get to yes and no: it reaches 255 instructions, others reach all.
func (g *generator) inReach(yes, no int) (int, int) {
	const reach = 255
	far := func(to int) int {
		// One instruction may come in between, for the other.
		if g.skip(to) < reach {
			return to
		}
		g.add(bpf.Jump{Skip: uint32(g.skip(to))})
		return g.first()
	}
	no = far(no)
	return far(yes), no
}

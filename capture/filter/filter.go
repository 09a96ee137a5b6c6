// Package filter compiles expressions in the words of tcpdump (pcap-filter(7)) into programs that the kernel runs on
// each frame before it is captured:
//
//	type mgt subtype beacon and not wlan addr2 02:00:00:00:00:01
//	type mgt or (type data and less 400)
//
// These are the primitives. "wlan" and "ether" mean the same.
//
//	type mgt|ctl|data [subtype NAME]
//	subtype NAME                               beacon, deauth, rts, qos-data and so on
//	wlan [src|dst|src or dst|src and dst] [host] MAC
//	wlan addr1|addr2|addr3|addr4|ra|ta [host] MAC
//	wlan[OFFSET[:SIZE]] [& MASK] OP NUMBER     SIZE octets of the 802.11 header, 1 if not given
//	len OP NUMBER                              octets, with the header that the adapter puts in front
//	less NUMBER, greater NUMBER                len <= NUMBER, len >= NUMBER
//
// OP is one of < <= > >= = == !=. They are joined with and, or, not (&&, ||, !) and parentheses. As with tcpdump,
// "and" binds no tighter than "or": both are taken from left to right. An address alone after "and" or "or" takes
// over the words that were in front of the address before.
//
// As with tcpdump, too, "wlan ra" and "wlan ta" look at data frames only, while addr1 and addr2 look at all frames
// that have one; and a frame that ends before an octet that is looked at is not accepted, whatever follows "not".
package filter

import (
	"fmt"

	"golang.org/x/net/bpf"

	"picket/capture/dot11"
)

// acceptLen is how much of an accepted frame is captured: all of it, as with tcpdump.
const acceptLen = 256 << 10

// maxProgram is how many instructions the kernel takes (BPF_MAXINSNS), and maxExpression more octets than make as many.
const (
	maxProgram    = 4096
	maxExpression = 64 << 10
)

// Compile returns the program of an expression for frames of a link type. An error says where the expression is
// wrong, with columns that count octets from 1, and what would be right there.
func Compile(expression string, link dot11.LinkType) ([]bpf.RawInstruction, error) {
	program, err := compile(expression, link)
	if err != nil {
		return nil, fmt.Errorf("filter %.200q: %w", expression, err)
	}
	return program, nil
}

func compile(expression string, link dot11.LinkType) ([]bpf.RawInstruction, error) {
	if len(expression) > maxExpression {
		return nil, fmt.Errorf("%d octets long, expected %d at most", len(expression), maxExpression)
	}
	e, err := parse(expression)
	if err != nil {
		return nil, err
	}
	program, err := generate(e, link)
	if err != nil {
		return nil, err
	}
	if len(program) > maxProgram {
		return nil, fmt.Errorf("%d instructions, the kernel takes %d", len(program), maxProgram)
	}
	return bpf.Assemble(program)
}

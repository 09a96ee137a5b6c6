package filter

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"strconv"
	"strings"

	"golang.org/x/net/bpf"
)

// maxDepth is how deep parentheses and negations may be nested.
const maxDepth = 100

type parser struct {
	tokens []token // the last one is empty and stays
	depth  int
	// What makes a test of an address, for one that stands alone; nil before the first.
	address func([6]byte) expr
}

func parse(s string) (expr, error) {
	p := parser{tokens: split(s)}
	if p.peek() == "" {
		return nil, errors.New("no expression")
	}
	e, err := p.expression()
	if err != nil {
		return nil, err
	}
	if p.peek() != "" {
		return nil, p.expected("and, or, or the end")
	}
	return e, nil
}

func (p *parser) peek() string { return p.tokens[0].text }

func (p *parser) take() token {
	t := p.tokens[0]
	if t.text != "" {
		p.tokens = p.tokens[1:]
	}
	return t
}

// accept takes the next token if it is one of texts.
func (p *parser) accept(texts ...string) bool {
	for _, text := range texts {
		if p.peek() == text {
			p.take()
			return true
		}
	}
	return false
}

// expected is the error that there is something else next.
func (p *parser) expected(what string) error {
	t := p.tokens[0]
	found := "the end"
	if t.text != "" {
		found = strconv.Quote(t.text)
	}
	return fmt.Errorf("column %d: %s, expected %s", t.column, found, what)
}

func (p *parser) expression() (expr, error) {
	left, err := p.term()
	for err == nil {
		var right expr
		switch {
		case p.accept("and", "&&"):
			right, err = p.term()
			left = and{left, right}
		case p.accept("or", "||"):
			right, err = p.term()
			left = or{left, right}
		default:
			return left, nil
		}
	}
	return nil, err
}

func (p *parser) term() (expr, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("column %d: nested deeper than %d", p.tokens[0].column, maxDepth)
	}
	defer func() { p.depth-- }()
	switch {
	case p.accept("not", "!"):
		e, err := p.term()
		return not{e}, err
	case p.accept("("):
		e, err := p.expression()
		if err == nil && !p.accept(")") {
			err = p.expected("and, or, or )")
		}
		return e, err
	}
	return p.primitive()
}

func (p *parser) primitive() (expr, error) {
	switch {
	case p.accept("type"):
		return p.kind()
	case p.accept("subtype"):
		return p.subtype(subtypes)
	case p.accept("wlan", "ether"):
		return p.header()
	case p.accept("len"):
		return p.relation(test{length: true})
	case p.accept("less"):
		value, err := p.number()
		return test{length: true, op: bpf.JumpLessOrEqual, value: value}, err
	case p.accept("greater"):
		value, err := p.number()
		return test{length: true, op: bpf.JumpGreaterOrEqual, value: value}, err
	}
	if _, ok := parseMAC(p.peek()); ok && p.address != nil {
		return p.mac()
	}
	return nil, p.expected("type, subtype, wlan, ether, len, less, greater, not, !, or (")
}

func (p *parser) kind() (expr, error) {
	kind, ok := types[p.peek()]
	if !ok {
		return nil, p.expected("one of " + wordsOf(types))
	}
	p.take()
	if !p.accept("subtype") {
		return kindIs(typeBits, kind), nil
	}
	of := maps.Clone(subtypes)
	maps.DeleteFunc(of, func(_ string, value uint32) bool { return value&typeBits != kind })
	return p.subtype(of)
}

func (p *parser) subtype(known map[string]uint32) (expr, error) {
	value, ok := known[p.peek()]
	if !ok {
		return nil, p.expected("one of " + wordsOf(known))
	}
	p.take()
	return kindIs(kindBits, value), nil
}

// header reads what follows "wlan".
func (p *parser) header() (expr, error) {
	switch {
	case p.accept("type"):
		return p.kind()
	case p.accept("subtype"):
		return p.subtype(subtypes)
	case p.accept("["):
		return p.octets()
	}
	word := p.peek()
	switch {
	case addresses[word] != nil:
		p.take()
		word = p.bothDirections(word)
		p.accept("host")
	case p.accept("host"):
		word = "src or dst"
	default:
		if _, ok := parseMAC(word); !ok {
			return nil, p.expected("a MAC address, host, type, subtype, [, or one of " + wordsOf(addresses))
		}
		word = "src or dst"
	}
	p.address = addresses[word]
	return p.mac()
}

// bothDirections reads the rest of "src or dst" and of its like.
func (p *parser) bothDirections(word string) string {
	other := map[string]string{"src": "dst", "dst": "src"}[word]
	if other == "" || p.tokens[0].text == "" || p.tokens[1].text != other {
		return word
	}
	switch {
	case p.accept("or", "||"):
		word = "src or dst"
	case p.accept("and", "&&"):
		word = "src and dst"
	default:
		return word
	}
	p.take()
	return word
}

func (p *parser) mac() (expr, error) {
	addr, ok := parseMAC(p.peek())
	if !ok {
		return nil, p.expected("a MAC address such as 02:00:00:00:00:01")
	}
	p.take()
	return p.address(addr), nil
}

func parseMAC(s string) (addr [6]byte, ok bool) {
	b, err := net.ParseMAC(s)
	return [6]byte(append(b, make([]byte, 6)...)[:6]), err == nil && len(b) == 6
}

// octets reads what follows "wlan[".
func (p *parser) octets() (expr, error) {
	at, size, sized := strings.Cut(p.peek(), ":")
	offset, err := strconv.ParseUint(at, 0, 16)
	if err != nil {
		return nil, p.expected("an offset such as 0 or 4:2")
	}
	t := test{offset: uint32(offset), size: 1}
	if sized {
		switch size {
		case "1", "2", "4":
			t.size = int(size[0] - '0')
		default:
			return nil, p.expected("a size of 1, 2 or 4 after the colon")
		}
	}
	p.take()
	if !p.accept("]") {
		return nil, p.expected("]")
	}
	if p.accept("&") {
		if t.mask, err = p.number(); err != nil {
			return nil, err
		}
		if t.mask == 0 {
			return nil, errors.New("a mask of 0 leaves nothing to compare")
		}
	}
	return p.relation(t)
}

// relation reads the operator and the number that t is compared with.
func (p *parser) relation(t test) (expr, error) {
	op, ok := relations[p.peek()]
	if !ok {
		return nil, p.expected("one of < <= > >= = == !=")
	}
	p.take()
	var err error
	t.op = op
	t.value, err = p.number()
	return t, err
}

func (p *parser) number() (uint32, error) {
	n, err := strconv.ParseUint(p.peek(), 0, 32)
	if err != nil {
		return 0, p.expected("a number from 0 to 4294967295")
	}
	p.take()
	return uint32(n), nil
}

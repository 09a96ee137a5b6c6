package tracked

import (
	"errors"
	"fmt"
	"strconv"
)

// A Token is a scalar member of a parsed object.
type Token struct {
	Text   string // a string's content, else as it stands
	IsText bool
}

// ErrSyntax is the cause of all errors of ParseFlat.
var ErrSyntax = errors.New("no JSON object as AppendJSON writes it")

// ParseFlat reads the scalar members of an object that AppendJSON wrote, by
// name; objects and arrays in it are passed over. Strings come back byte for
// byte, whatever is in them, which encoding/json does not do for bytes that
// are no UTF-8.
func ParseFlat(b []byte) (map[string]Token, error) {
	p := flatParser{b: b}
	members := map[string]Token{}
	p.expect('{')
	for !p.accept('}') && !p.failed {
		if len(members) > 0 {
			p.expect(',')
		}
		name := p.str()
		p.expect(':')
		p.expect(' ')
		switch p.peek() {
		case '"':
			members[name] = Token{Text: p.str(), IsText: true}
		case '{', '[':
			p.skip()
			members[name] = Token{}
		default:
			members[name] = Token{Text: p.scalar()}
		}
	}
	if p.failed || p.at != len(b) {
		return nil, fmt.Errorf("at byte %d of %d: %w", p.at, len(b), ErrSyntax)
	}
	return members, nil
}

type flatParser struct {
	b      []byte
	at     int
	failed bool
}

func (p *flatParser) peek() byte {
	if p.failed || p.at >= len(p.b) {
		return 0
	}
	return p.b[p.at]
}

func (p *flatParser) accept(c byte) bool {
	if p.peek() != c || p.at >= len(p.b) {
		return false
	}
	p.at++
	return true
}

func (p *flatParser) expect(c byte) {
	if !p.accept(c) {
		p.failed = true
	}
}

// str reads a string: what AppendString wrote.
func (p *flatParser) str() string {
	p.expect('"')
	start := p.at
	var unescaped []byte
	for !p.failed {
		switch c := p.peek(); {
		case p.at >= len(p.b) || c < 0x20:
			p.failed = true
		case c == '"':
			rest := p.b[start:p.at]
			p.at++
			if unescaped == nil {
				return string(rest)
			}
			return string(append(unescaped, rest...))
		case c == '\\':
			unescaped = append(unescaped, p.b[start:p.at]...)
			unescaped = append(unescaped, p.escape())
			start = p.at
		default:
			p.at++
		}
	}
	return ""
}

// escape reads one of AppendString's escapes.
func (p *flatParser) escape() byte {
	p.at++
	c := p.peek()
	p.at++
	switch c {
	case '"', '\\':
		return c
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'u':
		if p.at+4 <= len(p.b) {
			if n, err := strconv.ParseUint(string(p.b[p.at:p.at+4]), 16, 8); err == nil {
				p.at += 4
				return byte(n)
			}
		}
	}
	p.failed = true
	return 0
}

// scalar reads a number.
func (p *flatParser) scalar() string {
	start := p.at
	for c := p.peek(); '0' <= c && c <= '9' || c == '-' || c == '.'; c = p.peek() {
		p.at++
	}
	if p.at == start {
		p.failed = true
	}
	return string(p.b[start:p.at])
}

// skip passes over an object or an array.
func (p *flatParser) skip() {
	for depth := 0; !p.failed; {
		switch c := p.peek(); {
		case p.at >= len(p.b):
			p.failed = true
		case c == '"':
			p.str()
			continue
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		p.at++
		if depth == 0 {
			return
		}
	}
}

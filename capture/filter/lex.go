package filter

import "strings"

// token is a word or an operator. The one behind the last has no text.
type token struct {
	text   string
	column int // of its first octet, from 1
}

// operators, the longer ones first where one begins like another.
var operators = []string{"&&", "||", "<=", ">=", "==", "!=", "(", ")", "[", "]", "!", "<", ">", "=", "&"}

// split cuts an expression into tokens.
func split(s string) []token {
	var tokens []token
	at := 0
	add := func(n int) {
		tokens = append(tokens, token{s[at : at+n], at + 1})
		at += n
	}
next:
	for at < len(s) {
		if isBlank(s[at]) {
			at++
			continue
		}
		for _, op := range operators {
			if strings.HasPrefix(s[at:], op) {
				add(len(op))
				continue next
			}
		}
		n := 1
		for at+n < len(s) && !isBlank(s[at+n]) && !strings.ContainsRune("()[]!<>=&|", rune(s[at+n])) {
			n++
		}
		add(n)
	}
	return append(tokens, token{"", len(s) + 1})
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

package detectors

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/maphash"
	"regexp"
	"strings"
	"time"

	"github.com/dlclark/regexp2"

	"picket/capture/dot11"
)

// An ssidPattern decides whether a network name is meant by a rule.
//
// Patterns are Perl-compatible and unanchored, as in Kismet's configuration:
// "Home" means "HomeNet" too. A name taken literally and whole is written
// ^\QHomeNet (5 GHz)\E$, which Kismet reads the same way.
type ssidPattern interface {
	Match(ssid []byte) bool
}

// compileSSIDPattern prefers Go's linear-time engine. What that one does not
// have (look-around, back-references, atomic groups) goes to a backtracking
// engine.
func compileSSIDPattern(pattern string) (ssidPattern, error) {
	if pattern == "" {
		return nil, fmt.Errorf("an empty pattern would match every SSID")
	}
	if re, err := regexp.Compile(pattern); err == nil {
		return re, nil
	}
	re, err := regexp2.Compile(expandQuotes(pattern), regexp2.RE2)
	if err != nil {
		return nil, err
	}
	re.MatchTimeout = backtrackLimit
	return backtracking{re}, nil
}

// expandQuotes writes \Q...\E, which the backtracking engine does not have, with
// a backslash before every special character.
func expandQuotes(pattern string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(pattern, '\\')
		if i < 0 || i+1 == len(pattern) {
			return b.String() + pattern
		}
		if pattern[i+1] != 'Q' {
			b.WriteString(pattern[:i+2])
			pattern = pattern[i+2:]
			continue
		}
		b.WriteString(pattern[:i])
		quoted, rest, _ := strings.Cut(pattern[i+2:], `\E`)
		b.WriteString(regexp.QuoteMeta(quoted))
		pattern = rest
	}
}

// backtrackLimit ends a match that backtracks without end, which takes both a
// pattern such as (a+)+$ and a name made for it. A sane pattern decides on 32
// octets within microseconds.
const backtrackLimit = 20 * time.Millisecond

type backtracking struct{ re *regexp2.Regexp }

// Match takes a match that was given up for none: the name of one's own
// network, which an impostor has to use as it is, is not one that was made to
// exhaust the pattern.
func (b backtracking) Match(ssid []byte) bool {
	ok, err := b.re.MatchString(string(ssid))
	return err == nil && ok
}

// A maskedAddr stands for all addresses that agree with addr in the bits of
// mask.
type maskedAddr struct{ addr, mask dot11.Addr }

// parseMaskedAddr reads "aa:bb:cc:dd:ee:ff", which stands for itself, or
// "aa:bb:cc:00:00:00/ff:ff:ff:00:00:00".
func parseMaskedAddr(s string) (maskedAddr, error) {
	const addrLen = len("aa:bb:cc:dd:ee:ff")
	m := maskedAddr{mask: dot11.Broadcast}
	address := s
	if len(s) > addrLen && s[addrLen] == '/' {
		mask, err := dot11.ParseAddr(s[addrLen+1:])
		if err != nil {
			return maskedAddr{}, fmt.Errorf("mask of %q: %w", s, err)
		}
		address, m.mask = s[:addrLen], mask
	}
	addr, err := dot11.ParseAddr(address)
	if err != nil {
		return maskedAddr{}, err
	}
	m.addr = m.masked(addr)
	return m, nil
}

func (m maskedAddr) masked(a dot11.Addr) dot11.Addr {
	for i := range a {
		a[i] &= m.mask[i]
	}
	return a
}

// String is what parseMaskedAddr reads.
func (m maskedAddr) String() string {
	if m.mask == dot11.Broadcast {
		return m.addr.String()
	}
	return m.addr.String() + "/" + m.mask.String()
}

func (m maskedAddr) compare(n maskedAddr) int {
	return cmp.Or(bytes.Compare(m.addr[:], n.addr[:]), bytes.Compare(m.mask[:], n.mask[:]))
}

func (m maskedAddr) has(a dot11.Addr) bool { return m.masked(a) == m.addr }

// An ssidMatcher holds the compiled rules of one detector and remembers which
// of them each recently heard name matched, so that a beacon costs a look-up
// and no match.
type ssidMatcher struct {
	rules []compiledRule
	seed  maphash.Seed
	known [knownNames]knownName // by hash; a newer name replaces an older one
}

type compiledRule struct {
	SSIDRule
	pattern ssidPattern
	valid   []maskedAddr
}

// allows reports whether a is one of the rule's valid addresses.
func (r *compiledRule) allows(a dot11.Addr) bool {
	for _, m := range r.valid {
		if m.has(a) {
			return true
		}
	}
	return false
}

const knownNames = 256

type knownName struct {
	name  Name
	rules []int // numbers of the rules that it matches; capacity for all
}

// newSSIDMatcher compiles rules that stand in the configuration under the
// given key, "apspoof" or "ssidcanary".
func newSSIDMatcher(key string, rules []SSIDRule) (*ssidMatcher, error) {
	m := &ssidMatcher{seed: maphash.MakeSeed()}
	for _, r := range rules {
		c, err := compileRule(r)
		if err != nil {
			return nil, ruleError(key, r, err)
		}
		m.rules = append(m.rules, c)
	}
	room := make([]int, knownNames*len(rules))
	for i := range m.known {
		first := i * len(rules)
		m.known[i].rules = room[first : first : first+len(rules)]
	}
	return m, nil
}

// ruleError says where in the configuration the rule with the mistake stands.
func ruleError(key string, r SSIDRule, err error) error {
	err = fmt.Errorf("%s rule %q: %w", key, r.Name, err)
	if r.Origin != "" {
		err = fmt.Errorf("%s: %w", r.Origin, err)
	}
	return err
}

func compileRule(r SSIDRule) (compiledRule, error) {
	c := compiledRule{SSIDRule: r}
	var err error
	if c.pattern, err = compileSSIDPattern(r.Pattern); err != nil {
		return c, fmt.Errorf("ssid pattern %q: %w", r.Pattern, err)
	}
	for _, s := range r.ValidMACs {
		m, err := parseMaskedAddr(s)
		if err != nil {
			return c, fmt.Errorf("validmacs: %w", err)
		}
		c.valid = append(c.valid, m)
	}
	return c, nil
}

// explain says why the current frame matches no rule.
func (m *ssidMatcher) explain(c *Context) {
	switch {
	case len(m.rules) == 0:
		c.Explain("there is no rule")
	case !c.HasName:
		c.Explain("it names no network")
	case c.Explaining():
		c.Explain("SSID '%s' matches none of the rules", &c.Name)
	}
}

// match returns the numbers of the rules that the current frame's SSID matches,
// in their order, good until the next call. A name that is hidden matches
// none, nor does one that is longer than a name may be (LONGSSID).
func (m *ssidMatcher) match(c *Context) []int {
	if len(m.rules) == 0 || !c.HasName {
		return nil
	}
	k := &m.known[maphash.Comparable(m.seed, c.Name)%knownNames]
	if k.name == c.Name {
		return k.rules
	}
	k.name, k.rules = c.Name, k.rules[:0]
	for i := range m.rules {
		if m.rules[i].pattern.Match(c.Name.Bytes()) {
			k.rules = append(k.rules, i)
		}
	}
	return k.rules
}

package capture

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Definition is a source as Kismet writes it in source= and after -c:
//
//	INTERFACE[:OPTION=VALUE[,OPTION=VALUE]...]
//
// INTERFACE is a capture file or "-" for standard input. It ends at the first colon; one that has a colon itself, and
// a value that has a comma, is put in double quotes, in which \" and \\ stand for a quote and a backslash. The
// options:
//
//	type=pcapfile       the only type there is, and the default
//	name=NAME           what the source is called
//	uuid=UUID           instead of the one made from the file's path
//	realtime=true       keep the pace of the capture, see [Realtime]
type Definition struct {
	Text      string // as given
	Interface string
	Name      string
	UUID      string
	Realtime  bool
}

// ParseDefinition reads a definition. An unknown option, or a value that the option cannot have, is an error that
// names it.
func ParseDefinition(s string) (Definition, error) {
	d, err := parseDefinition(s)
	if err != nil {
		return Definition{}, fmt.Errorf("source %q: %w", s, err)
	}
	return d, nil
}

func parseDefinition(s string) (Definition, error) {
	d := Definition{Text: s}
	var err error
	rest := s
	if d.Interface, rest, err = cutValue(rest, ':'); err != nil {
		return d, fmt.Errorf("interface: %w", err)
	}
	if d.Interface == "" {
		return d, errors.New("no interface, expected a capture file or - for standard input")
	}
	seen := make(map[string]bool)
	for rest != "" {
		name, after, ok := strings.Cut(rest, "=")
		if !ok || strings.Contains(name, ",") {
			word, _, _ := strings.Cut(rest, ",")
			return d, fmt.Errorf("option %q has no value, expected OPTION=VALUE", word)
		}
		var value string
		if value, rest, err = cutValue(after, ','); err != nil {
			return d, fmt.Errorf("option %q: %w", name, err)
		}
		if seen[name] {
			return d, fmt.Errorf("option %q is given twice", name)
		}
		seen[name] = true
		if err := d.set(name, value); err != nil {
			return d, err
		}
	}
	return d, nil
}

func (d *Definition) set(name, value string) error {
	switch name {
	case "type":
		if value != KindFile {
			return fmt.Errorf("option type: unknown type %q, expected %s", value, KindFile)
		}
	case "name":
		if value == "" {
			return errors.New("option name: empty")
		}
		d.Name = value
	case "uuid":
		uuid, ok := parseUUID(value)
		if !ok {
			return fmt.Errorf("option uuid: %q is not of the form 8-4-4-4-12 hexadecimal digits", value)
		}
		d.UUID = uuid
	case "realtime":
		on, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("option realtime: %q is neither true nor false", value)
		}
		d.Realtime = on
	default:
		return fmt.Errorf("unknown option %q, expected type, name, uuid or realtime", name)
	}
	return nil
}

// cutValue takes a value, quoted or not, up to the separator or the end.
func cutValue(s string, separator byte) (value, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, string(separator))
		return value, rest, nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			rest := s[i+1:]
			if rest != "" && rest[0] != separator {
				return "", "", fmt.Errorf("%q after the closing quote", rest)
			}
			return b.String(), strings.TrimPrefix(rest, string(separator)), nil
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", errors.New("closing quote is missing")
}

// Open opens the source that d describes, paced if it says so. Number is its place among the configured sources.
func (d Definition) Open(number int) (Source, error) {
	s, err := OpenFile(d.Interface, FileOptions{Name: d.Name, UUID: d.UUID, Definition: d.Text, Number: number})
	if err != nil || !d.Realtime {
		return s, err
	}
	return Realtime(s), nil
}

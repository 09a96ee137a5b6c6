package capture

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// KindRadio is the kind of sources that are Wi-Fi adapters, Kismet's name for it.
const KindRadio = "linuxwifi"

// Definition is a source as Kismet writes it in source= and after -c:
//
//	INTERFACE[:OPTION=VALUE[,OPTION=VALUE]...]
//
// INTERFACE is a capture file, "-" for standard input, or the network interface of a Wi-Fi adapter. It ends at the
// first colon; one that has a colon itself, and a value that has a comma, is put in double quotes, in which \" and \\
// stand for a quote and a backslash. The options of every source:
//
//	type=TYPE    pcapfile or linuxwifi; found out by itself where it is not given
//	name=NAME    what the source is called
//	uuid=UUID    instead of the one made from the file's path or the adapter's address
//
// A capture file has one more:
//
//	realtime=true    keep the pace of the capture, see [Realtime]
//
// Those of adapters are in package live.
type Definition struct {
	Text      string // as given
	Interface string
	Type      string // KindFile, KindRadio, or empty where it is not given
	Name      string
	UUID      string
	Options   []Option // all others, in the order given
}

// Option is one OPTION=VALUE of a definition.
type Option struct{ Name, Value string }

// ParseDefinition reads a definition. What is not of the form, and a value that a common option cannot have, is an
// error that names it. The other options are for those to check who open the source.
func ParseDefinition(s string) (Definition, error) {
	d, err := parseDefinition(s)
	if err != nil {
		return Definition{}, d.fault(err)
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
		return d, errors.New("no interface, expected that of a Wi-Fi adapter, a capture file or - for standard input")
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
		if value != KindFile && value != KindRadio {
			return fmt.Errorf("option type: unknown type %q, expected %s or %s", value, KindFile, KindRadio)
		}
		d.Type = value
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
	default:
		d.Options = append(d.Options, Option{name, value})
	}
	return nil
}

// fault says of an error which definition it is in.
func (d *Definition) fault(err error) error { return fmt.Errorf("source %q: %w", d.Text, err) }

// Kind is the type of the source. Where it is not given, what is there decides: standard input and files are
// captures, network interfaces are adapters. Of what is not there, a name that could be that of an interface is taken
// for an adapter that is not plugged in yet.
func (d *Definition) Kind() string {
	switch {
	case d.Type != "":
		return d.Type
	case d.Interface == "-":
		return KindFile
	case exists(filepath.Join("/sys/class/net", d.Interface)) && !strings.Contains(d.Interface, "/"):
		return KindRadio
	case exists(d.Interface) || strings.ContainsAny(d.Interface, "./ ") || len(d.Interface) >= unix.IFNAMSIZ:
		return KindFile
	}
	return KindRadio
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Realtime reports whether the capture file that d describes is to be read at its pace. The error is about the options,
// of which a file has no other.
func (d *Definition) Realtime() (on bool, err error) {
	for _, o := range d.Options {
		if o.Name != "realtime" {
			return false, d.fault(fmt.Errorf("unknown option %q of a capture file, expected type, name, uuid or realtime", o.Name))
		}
		if on, err = strconv.ParseBool(o.Value); err != nil {
			return false, d.fault(fmt.Errorf("option realtime: %q is neither true nor false", o.Value))
		}
	}
	return on, nil
}

// OpenFile opens the capture file that d describes, paced by its capture times or not. Number is its place among the
// configured sources.
func (d *Definition) OpenFile(paced bool, number int) (Source, error) {
	s, err := OpenFile(d.Interface, FileOptions{Name: d.Name, UUID: d.UUID, Definition: d.Text, Number: number})
	if err != nil || !paced {
		return s, err
	}
	return Realtime(s), nil
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

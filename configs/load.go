package configs

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// shipped holds the files built into the program.
//
//go:embed picket.conf picket_alerts.conf
var shipped embed.FS

// EtcFolder is where the files of an installation lie.
const EtcFolder = "/etc/picket"

// fileNames are the files looked for in every folder of configuration.
func fileNames() []string { return []string{"picket.conf", "picket_alerts.conf"} }

// Shipped returns the text of a built-in file.
func Shipped(name string) ([]byte, error) { return shipped.ReadFile(name) }

// A Flag is one value given on the command line.
type Flag struct {
	Name  string // "--http"
	Key   string // the option it sets
	Value string
}

// Places says where configuration comes from, lowest layer first; the built-in
// files lie below all.
type Places struct {
	Home  string   // what %h means; empty when unknown
	Etc   string   // folder that may hold picket.conf and picket_alerts.conf; empty for none
	Files []string // named by --config
	Flags []Flag
}

// builtIn stands before the name of a built-in file, as if it were a folder.
const builtIn = "built-in "

// layer is what one place says.
type layer []assignment

// Load reads the configuration. The error joins one *Fault for each bad line;
// warnings are returned with or without it.
func Load(p Places) (*Config, []Warning, error) {
	layers, faults := p.layers()
	m := merger{config: &Config{}, etc: p.Etc, home: p.Home}
	m.merge(layers)
	faults = append(faults, m.faults...)
	if len(faults) == 0 {
		faults = m.config.check()
	}
	sortByOrigin(m.warnings, func(w Warning) Origin { return w.Origin })
	if len(faults) > 0 {
		sortByOrigin(faults, faultOrigin)
		return nil, m.warnings, errors.Join(faults...)
	}
	return m.config, m.warnings, nil
}

func (p Places) layers() ([]layer, []error) {
	var layers []layer
	var faults []error
	add := func(readFile func(string) ([]byte, error), optional bool, paths ...string) {
		r := fileReader{readFile: readFile, home: p.Home}
		for _, path := range paths {
			if err := r.file(path); err != nil && !(optional && errors.Is(err, fs.ErrNotExist)) {
				r.faults = append(r.faults, fmt.Errorf("read configuration: %w", err))
			}
		}
		r.override()
		layers = append(layers, r.lines)
		faults = append(faults, r.faults...)
	}

	var names []string
	for _, name := range fileNames() {
		names = append(names, builtIn+name)
	}
	add(func(path string) ([]byte, error) {
		return shipped.ReadFile(strings.TrimPrefix(path, builtIn))
	}, false, names...)

	if p.Etc != "" {
		names = nil
		for _, name := range fileNames() {
			names = append(names, filepath.Join(p.Etc, name))
		}
		add(os.ReadFile, true, names...)
	}
	for _, path := range p.Files {
		add(os.ReadFile, false, path)
	}

	var flags layer
	for _, f := range p.Flags {
		flags = append(flags, assignment{key: f.Key, value: f.Value, origin: Origin{Source: f.Name}})
	}
	return append(layers, flags), faults
}

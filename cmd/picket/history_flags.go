package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"picket/alertcore"
	"picket/alertcore/history"
	"picket/alertcore/selection"
)

// historyFlags say which history a command reads.
type historyFlags struct {
	configFlags
	dataFlag
	File string `arg:"" optional:"" sep:"none" help:"The history to read, in place of that of the configuration (history_file)."`
}

// open opens the history. A picket may be writing it.
func (f *historyFlags) open(w *world) (*history.Reader, error) {
	path := f.File
	if path == "" {
		config, err := f.load(w, f.dataFlag.flags()...)
		if err != nil {
			return nil, err
		}
		path = config.History.File
	}
	r, err := history.OpenReader(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no history at %s; --data FOLDER or the path of a history names another", path)
	}
	return r, err
}

// selectionFlags say which alerts are meant, as the parameters of the API do.
type selectionFlags struct {
	Since    string `placeholder:"TIME" help:"Alerts published at TIME or later: seconds since 1970, a time such as 2026-01-31T12:00:00Z, or how long ago, such as 90m, 12h or 7d."`
	Until    string `placeholder:"TIME" help:"Alerts published before TIME."`
	Name     string `placeholder:"NAME" help:"Alerts of this name, in any case."`
	MAC      string `name:"mac" placeholder:"ADDRESS" help:"Alerts that name this address, or one that a mask takes in, as 9C:5C:8E:00:00:00/FF:FF:FF:00:00:00."`
	Severity string `placeholder:"LEVEL" help:"Alerts at least this grave: info, low, medium, high or critical, or 0 to 20."`
}

// selection reads the flags.
func (f *selectionFlags) selection() (s selection.Selection, err error) {
	now := alertcore.MicrosOf(time.Now())
	for key, value := range map[string]string{
		selection.Since: f.Since, selection.Until: f.Until, selection.Name: f.Name,
		selection.MAC: f.MAC, selection.Severity: f.Severity,
	} {
		if value == "" {
			continue
		}
		if err := s.Set(key, value, now); err != nil {
			return s, fmt.Errorf("--%w", err)
		}
	}
	return s, nil
}

// given reports whether any flag is set.
func (f *selectionFlags) given() bool { return *f != selectionFlags{} }

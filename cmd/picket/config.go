package main

import (
	"fmt"
)

type configCmd struct {
	Check configCheckCmd `cmd:"" help:"Read the whole configuration and name everything that is wrong with it."`
	Show  configShowCmd  `cmd:"" help:"Print the options in effect, each with the place where it was set."`
}

type configCheckCmd struct{ configFlags }

func (c *configCheckCmd) Run(w *world) error {
	config, err := c.load(w)
	if err != nil {
		return err
	}
	if err := checkConfig(config); err != nil {
		return err
	}
	fmt.Fprintln(w.stdout, "The configuration is good.")
	return nil
}

type configShowCmd struct{ configFlags }

func (c *configShowCmd) Run(w *world) error {
	config, err := c.load(w)
	if err != nil {
		return err
	}
	width := 0
	for _, s := range config.Settings() {
		width = max(width, len(s.Origin.String()))
	}
	for _, s := range config.Settings() {
		fmt.Fprintf(w.stdout, "%-*s  %s=%s\n", width, s.Origin, s.Key, s.Value)
	}
	return nil
}

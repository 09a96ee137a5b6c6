package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"picket/alertcore"
	"picket/detectors"
)

type detectorsCmd struct {
	configFlags
	Name string `arg:"" optional:"" help:"Explain this detector: what it sees, when it fires, what it can't see."`
}

func (c *detectorsCmd) Run(w *world) error {
	config, err := c.load(w)
	if err != nil {
		return err
	}
	if c.Name == "" {
		table := tabwriter.NewWriter(w.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "NAME\tCLASS\tSEVERITY\tRATE\tBURST\tWHAT IT TELLS")
		for _, spec := range detectors.All() {
			limit, burst, err := rates(config, spec)
			if err != nil {
				return err
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n",
				spec.Name, spec.Class, alertcore.Severity(spec.Severity), limit, burst, spec.Description)
		}
		return table.Flush()
	}
	spec, ok := detectorNamed(c.Name)
	if !ok {
		return fmt.Errorf("there is no detector %s; 'picket detectors' lists them", c.Name)
	}
	limit, burst, err := rates(config, spec)
	if err != nil {
		return err
	}
	explain(w.stdout, spec, limit, burst)
	return nil
}

func explain(w io.Writer, spec detectors.Spec, limit, burst alertcore.Rate) {
	fmt.Fprintf(w, "%s  %s, severity %s, at most %s and %s\n\n%s\n",
		spec.Name, spec.Class, alertcore.Severity(spec.Severity), limit, burst, strings.TrimSpace(spec.Doc()))
	if len(spec.Options) == 0 {
		return
	}
	fmt.Fprintf(w, "\nIn the configuration, detector_option=%s:OPTION=VALUE\n", spec.Name)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, o := range spec.Options {
		fmt.Fprintf(table, "  %s\t%d %s\t(%d to %d)\t%s\n", o.Name, o.Default, o.Unit, o.Min, o.Max, o.Doc)
	}
	table.Flush()
}

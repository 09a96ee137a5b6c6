package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"picket/capture/radio"
)

type sourcesCmd struct {
	JSON bool `name:"json" help:"Print JSON: an array of radios."`
}

// managerTime is how long NetworkManager may take to answer.
const managerTime = 3 * time.Second

func (c *sourcesCmd) Run(ctx context.Context, w *world) error {
	list, err := listRadios()
	switch {
	case errors.Is(err, os.ErrNotExist):
		fmt.Fprintf(w.stderr, "picket: no Wi-Fi radios: %v\n", err)
	case err != nil:
		return err
	case len(list) == 0:
		fmt.Fprintln(w.stderr, "picket: no Wi-Fi radios")
	}
	ctx, cancel := context.WithTimeout(ctx, managerTime)
	defer cancel()
	managed := func(iface string) bool {
		// That it could not be asked is no reason to show nothing.
		is, err := radio.ManagedByNetworkManager(ctx, iface)
		return is && err == nil
	}
	shown := make([]radioView, len(list))
	for i := range list {
		shown[i] = viewOf(&list[i], managed)
	}
	if c.JSON {
		e := json.NewEncoder(w.stdout)
		e.SetIndent("", "  ")
		return e.Encode(shown)
	}
	return printRadios(tabwriter.NewWriter(w.stdout, 0, 0, 2, ' ', 0), shown)
}

func listRadios() ([]radio.Radio, error) {
	client, err := radio.Dial()
	if err != nil {
		return nil, err
	}
	defer client.Close()
	return client.Radios()
}

// printRadios prints a line an interface. What they have in common stands in
// the first.
func printRadios(table *tabwriter.Writer, list []radioView) error {
	fmt.Fprintln(table, "RADIO\tINTERFACE\tSTATE\tDRIVER\tMONITOR\tINJECTION\tCOUNTRY\tCHANNELS, WIDEST\tDISABLED\tUSABLE")
	for _, r := range list {
		driver := strings.TrimSpace(orNothing(r.Driver) + " " + r.Bus)
		injection := "not known" // the kernel doesn't tell where it is not sure
		if r.Injection {
			injection = "yes"
		}
		usable := "yes"
		if !r.Usable {
			usable = "no: " + r.Reason
		}
		interfaces := r.Interfaces
		if len(interfaces) == 0 {
			interfaces = []interfaceView{{}}
		}
		for i, iface := range interfaces {
			if i > 0 {
				fmt.Fprintf(table, "\t%s\t%s\n", orNothing(iface.Name), iface.state())
				continue
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
				r.Name, orNothing(iface.Name), iface.state(), driver, yesOrNo(r.Monitor), injection,
				orNothing(r.Country), r.bands(), r.disabled(), usable)
		}
	}
	return table.Flush()
}

func orNothing(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func yesOrNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// state says what the interface is, and what holds it.
func (i interfaceView) state() string {
	if i.Type == "" {
		return "-"
	}
	words := []string{i.Type, "down"}
	if i.Up {
		words[1] = "up"
	}
	if i.SSID != "" && i.Type == radio.TypeManaged.String() {
		words = append(words, fmt.Sprintf("associated to %q", printable(i.SSID)))
	} else if i.SSID != "" {
		words = append(words, fmt.Sprintf("network %q", printable(i.SSID)))
	}
	if i.Channel != "" {
		words = append(words, "channel "+i.Channel)
	}
	if i.Manager != "" {
		words = append(words, i.Manager)
	}
	return strings.Join(words, ", ")
}

// bands counts the channels of each band, and tells the widest.
func (r radioView) bands() string {
	var list []string
	for _, b := range r.Bands {
		if len(b.Widths) == 0 {
			list = append(list, b.Name+": none")
			continue
		}
		list = append(list, fmt.Sprintf("%s: %d, %d MHz", b.Name, len(b.Channels), slices.Max(b.Widths)))
	}
	return orNothing(strings.Join(list, "; "))
}

// disabled lists the channels that the country forbids.
func (r radioView) disabled() string {
	var list []string
	for _, b := range r.Bands {
		list = append(list, b.ranges...)
	}
	return orNothing(strings.Join(list, ", "))
}

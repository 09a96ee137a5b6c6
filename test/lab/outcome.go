package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A Lab runs scenarios.
type Lab struct {
	Image    image
	Programs string // folder with the programs for the guest
	Out      string // each scenario leaves a folder of its name here
	Short    bool
	Record   string // folder for captures; empty for none
}

// An Outcome is what came of a scenario.
type Outcome struct {
	Scenario Scenario
	Folder   string  // what the scenario left
	Guest    float64 // seconds that it took by the guest's clock
	Wall     time.Duration
	Protocol Protocol
	Alerts   []Alert
	Faults   []string
}

func (o Outcome) passed() bool { return len(o.Faults) == 0 }

// run boots a guest for one scenario and judges what comes of it.
func (l Lab) run(ctx context.Context, s Scenario) Outcome {
	began := time.Now()
	o := Outcome{Scenario: s, Folder: filepath.Join(l.Out, s.Name)}
	if err := l.attempt(ctx, s, &o); err != nil {
		o.Faults = append(o.Faults, err.Error())
	}
	o.Wall = time.Since(began)
	o.Faults = append(o.Faults, judge(s, o.Protocol, o.Alerts)...)
	return o
}

func (l Lab) attempt(ctx context.Context, s Scenario, o *Outcome) error {
	share, err := l.share(s)
	if err != nil {
		return err
	}
	defer os.RemoveAll(share)
	results := filepath.Join(share, "out")
	vm := VM{Image: l.Image, Share: share, Memory: 1024, Args: []string{
		"lab.scenario=" + s.Name + ".sh",
		fmt.Sprintf("lab.sensors=%d", s.Sensors),
		fmt.Sprintf("lab.limit=%.0f", guestLimit.Seconds()),
	}}
	if l.Short {
		vm.Args = append(vm.Args, "lab.short=1")
	}
	if l.Record != "" {
		vm.Args = append(vm.Args, "lab.record=1")
	}
	booted := vm.run(ctx, filepath.Join(results, "console.log"))
	if err := l.keep(results, o.Folder, s); err != nil {
		return err
	}
	if booted != nil {
		return booted
	}
	if o.Guest, err = guestSeconds(o.Folder); err != nil {
		return err
	}
	if o.Protocol, err = read(filepath.Join(o.Folder, s.Name+".txt"), readProtocol); err != nil {
		return err
	}
	if o.Protocol.Ended {
		o.Alerts, err = read(filepath.Join(o.Folder, "alerts.json"), readAlerts)
	}
	return err
}

// share makes the folder that the guest sees as /share.
func (l Lab) share(s Scenario) (string, error) {
	share, err := os.MkdirTemp("", "picket-lab-share-")
	if err != nil {
		return "", err
	}
	err = os.Chmod(share, 0o755) // also for an ordinary user of the guest
	if err == nil {
		var guest fs.FS
		if guest, err = fs.Sub(files, "guest"); err == nil {
			err = os.CopyFS(share, guest)
		}
	}
	if err == nil {
		err = os.CopyFS(share, os.DirFS(l.Programs))
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(share, s.Name+".sh"), s.Script, 0o755)
	}
	if err == nil {
		err = os.Mkdir(filepath.Join(share, "out"), 0o755)
	}
	return share, err
}

// keep moves what the guest left to where it can be looked at, and captures to
// where they were asked for, each with the protocol beside it.
func (l Lab) keep(results, folder string, s Scenario) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := os.CopyFS(folder, os.DirFS(results)); err != nil {
		return err
	}
	captures, err := filepath.Glob(filepath.Join(folder, "*.pcap"))
	if err != nil || l.Record == "" || len(captures) == 0 {
		return err
	}
	if err := os.MkdirAll(l.Record, 0o755); err != nil {
		return err
	}
	for _, path := range append(captures, filepath.Join(folder, s.Name+".txt")) {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(l.Record, filepath.Base(path)), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func read[T any](path string, parse func(io.Reader) (T, error)) (v T, err error) {
	file, err := os.Open(path)
	if err != nil {
		return v, err
	}
	defer file.Close()
	if v, err = parse(file); err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return v, err
}

// print writes a line, and for a scenario that failed what is wrong, what
// alerts came, and the end of picket's log.
func (o Outcome) print(w io.Writer) {
	verdict := "PASS"
	if !o.passed() {
		verdict = "FAIL"
	}
	fmt.Fprintf(w, "%s  %-18s %4.0f s in the guest, %4.0f s here, %d alerts\n", verdict, o.Scenario.Name, o.Guest, o.Wall.Seconds(), len(o.Alerts))
	for _, figure := range o.Protocol.Figures {
		fmt.Fprintf(w, "      %s\n", figure)
	}
	if o.passed() {
		return
	}
	for _, fault := range o.Faults {
		fmt.Fprintf(w, "      %s\n", fault)
	}
	fmt.Fprintln(w, "   alerts:")
	for _, a := range o.Alerts {
		fmt.Fprintf(w, "      %s\n", a)
	}
	if log, err := os.ReadFile(filepath.Join(o.Folder, "picket.log")); err == nil {
		lines := strings.Split(strings.TrimSpace(string(log)), "\n")
		fmt.Fprintln(w, "   picket:")
		for _, line := range lines[max(len(lines)-15, 0):] {
			fmt.Fprintf(w, "      %s\n", line)
		}
	}
	fmt.Fprintf(w, "   all of it: %s\n", o.Folder)
}

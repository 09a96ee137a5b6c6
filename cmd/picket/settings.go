package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket/alertcore"
	"picket/capture"
	"picket/capture/live"
	"picket/configs"
	"picket/detectors"
)

// configFlags are the flags of every command that reads the configuration.
type configFlags struct {
	Config []string `sep:"none" placeholder:"FILE" help:"Read FILE after the built-in configuration and that in /etc/picket. May be repeated; later ones win."`
}

// dataFlag is for commands that use the data folder.
type dataFlag struct {
	Data string `placeholder:"FOLDER" help:"Keep the login and the API keys in FOLDER (data_folder in the configuration)."`
}

func (f dataFlag) flags() []configs.Flag {
	if f.Data == "" {
		return nil
	}
	return []configs.Flag{{Name: "--data", Key: "data_folder", Value: f.Data}}
}

// load reads the configuration and tells of lines without effect.
func (f configFlags) load(w *world, flags ...configs.Flag) (*configs.Config, error) {
	c, warnings, err := configs.Load(configs.Places{Home: w.home, Etc: w.etc, Files: f.Config, Flags: flags})
	for _, warning := range warnings {
		fmt.Fprintf(w.stderr, "picket: warning: %s\n", warning)
	}
	if err != nil {
		return nil, configError(err)
	}
	return c, nil
}

// configError puts the errors of a configuration one a line.
func configError(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) > 1 {
		return fmt.Errorf("the configuration has %d errors:\n%w", len(joined.Unwrap()), err)
	}
	return fmt.Errorf("the configuration has an error:\n%w", err)
}

// httpFlags turns ADDR:PORT, or a part of it, into options.
func httpFlags(address string) ([]configs.Flag, error) {
	if address == "" {
		return nil, nil
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("--http %s: expected ADDR:PORT, such as 127.0.0.1:2502 or :2502", address)
	}
	if host == "" {
		host = "0.0.0.0"
	}
	return []configs.Flag{
		{Name: "--http", Key: "httpd_bind_address", Value: host},
		{Name: "--http", Key: "httpd_port", Value: port},
	}, nil
}

// newCore makes an alert core that knows the alerts of all detectors.
func newCore(c *configs.Config, o alertcore.Options) (*alertcore.Core, error) {
	o.Ceiling = c.AlertCeiling
	core := alertcore.New(o)
	for _, d := range systemDefinitions {
		if limit, burst, ok := configuredRates(c, d.Header); ok {
			d.Limit, d.Burst = limit, burst
		}
		if err := core.Define(d); err != nil {
			return nil, err
		}
	}
	for _, spec := range detectors.All() {
		limit, burst, err := rates(c, spec)
		if err != nil {
			return nil, err
		}
		err = core.Define(alertcore.Definition{
			Header: spec.Name, Class: spec.Class, Severity: alertcore.Severity(spec.Severity),
			Description: spec.Description, PhyID: phyOf(spec), Limit: limit, Burst: burst, BuiltIn: true,
		})
		if err != nil {
			return nil, err
		}
	}
	return core, nil
}

// phyWiFi is the number of IEEE 802.11 among Kismet's phys.
const phyWiFi = 0

// phyOf is the phy of a detector's alert: devices come and go on any.
func phyOf(spec detectors.Spec) int64 {
	if spec.Class == classSystem {
		return alertcore.PhyAny
	}
	return phyWiFi
}

// rates returns how often the alert of a detector may be raised: as configured,
// else as shipped.
func rates(c *configs.Config, spec detectors.Spec) (limit, burst alertcore.Rate, err error) {
	if limit, burst, ok := configuredRates(c, spec.Name); ok {
		return limit, burst, nil
	}
	if limit, err = alertcore.ParseRate(spec.Limit); err != nil {
		return limit, burst, fmt.Errorf("limit of detector %s: %w", spec.Name, err)
	}
	if burst, err = alertcore.ParseRate(spec.Burst); err != nil {
		return limit, burst, fmt.Errorf("burst of detector %s: %w", spec.Name, err)
	}
	return limit, burst, nil
}

func configuredRates(c *configs.Config, name string) (limit, burst alertcore.Rate, ok bool) {
	i := slices.IndexFunc(c.Alerts, func(a configs.AlertRate) bool { return a.Name == name })
	if i < 0 {
		return limit, burst, false
	}
	return c.Alerts[i].Limit, c.Alerts[i].Burst, true
}

// detectorConfig says what detectors run and how. An alert with a rate of 0
// needs no detector.
func detectorConfig(c *configs.Config) (detectors.Config, error) {
	d := detectors.Config{
		Tables:   detectors.Sizes{BSS: c.Tables.BSSs, Stations: c.Tables.Stations, SSIDs: c.Tables.SSIDs},
		APSpoof:  ssidRules(c.APSpoof),
		Canaries: ssidRules(c.SSIDCanary),
		Found:    new(detectors.DeviceList),
		Lost:     new(detectors.DeviceList),
		Options: map[string]map[string]string{
			"DEVICEFOUND": {"devicefound_timeout": strconv.Itoa(c.DeviceFoundTimeout)},
			"DEVICELOST":  {"devicelost_timeout": strconv.Itoa(c.DeviceLostTimeout)},
		},
		Off: map[string]bool{},
	}
	for _, a := range c.Alerts {
		if a.Limit.Count == 0 {
			d.Off[a.Name] = true
		}
	}
	faults := append(list(d.Found, "devicefound", c.DevicesFound), list(d.Lost, "devicelost", c.DevicesLost)...)
	for _, o := range c.DetectorOptions {
		if expected := detectorOptionFault(o); expected != "" {
			line := "detector_option=" + o.Detector + ":" + o.Key + "=" + o.Value
			faults = append(faults, &configs.Fault{Origin: o.Origin, Line: line, Reason: expected})
			continue
		}
		if d.Options[o.Detector] == nil {
			d.Options[o.Detector] = map[string]string{}
		}
		d.Options[o.Detector][o.Key] = o.Value
	}
	return d, errors.Join(faults...)
}

// list puts devices on a list.
func list(l *detectors.DeviceList, key string, devices []configs.Device) (faults []error) {
	for _, d := range devices {
		if err := l.Add(d.Address); err != nil {
			faults = append(faults, &configs.Fault{Origin: d.Origin, Line: key + "=" + d.Address, Reason: err.Error()})
		}
	}
	return faults
}

// detectorOptionFault says what was expected in place of o, or nothing.
func detectorOptionFault(o configs.DetectorOption) string {
	spec, ok := detectorNamed(o.Detector)
	if !ok {
		return "no such detector; 'picket detectors' lists them"
	}
	var names []string
	for _, option := range spec.Options {
		if option.Name != o.Key {
			names = append(names, option.Name)
			continue
		}
		if n, err := strconv.Atoi(o.Value); err != nil || n < option.Min || n > option.Max {
			return fmt.Sprintf("expected a number from %d to %d (%s)", option.Min, option.Max, option.Unit)
		}
		return ""
	}
	if len(names) == 0 {
		return spec.Name + " has no options"
	}
	return "no such option; expected " + strings.Join(names, " or ")
}

func detectorNamed(name string) (detectors.Spec, bool) {
	all := detectors.All()
	i := slices.IndexFunc(all, func(s detectors.Spec) bool { return strings.EqualFold(s.Name, name) })
	if i < 0 {
		return detectors.Spec{}, false
	}
	return all[i], true
}

func ssidRules(rules []configs.SSIDRule) []detectors.SSIDRule {
	list := make([]detectors.SSIDRule, len(rules))
	for i, r := range rules {
		list[i] = detectors.SSIDRule{Name: r.Name, Pattern: r.SSID, ValidMACs: r.ValidMACs, Origin: r.Origin.String()}
	}
	return list
}

// checkConfig finds what only the parts that use the configuration can tell is
// wrong with it.
func checkConfig(c *configs.Config) error {
	d, err := detectorConfig(c)
	faults := []error{err}
	d.Tables = detectors.Sizes{BSS: 16, Stations: 16, SSIDs: 16} // nothing is heard
	if _, err := detectors.New(d, func(*detectors.Finding) {}); err != nil {
		faults = append(faults, err)
	}
	for _, s := range c.Sources {
		if err := checkSource(s.Definition, adapterDefaults(c)); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", s.Origin, err))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return configError(err)
	}
	return nil
}

// adapterDefaults are what holds for adapters whose definitions don't say.
func adapterDefaults(c *configs.Config) live.Defaults {
	return live.Defaults{
		Hop: c.ChannelHop, HopPeriod: c.HopRate.Unit.Duration() / time.Duration(c.HopRate.Count), Retry: c.RetrySources,
	}
}

// checkSource finds what is wrong with the definition of a source, whether or
// not the source is there.
func checkSource(text string, usual live.Defaults) error {
	d, err := capture.ParseDefinition(text)
	if err != nil {
		return err
	}
	if d.Kind() == capture.KindRadio {
		_, err = live.ParseOptions(&d, usual)
	} else {
		_, err = d.Realtime()
	}
	return err
}

func newLog(w *world) *slog.Logger { return slog.New(slog.NewTextHandler(w.stderr, nil)) }

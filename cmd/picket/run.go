package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"picket/alertcore"
	"picket/capture"
	"picket/configs"
)

type runCmd struct {
	configFlags
	dataFlag
	Source   []string `sep:"none" placeholder:"DEF" xor:"source" help:"Read frames from DEF, in place of the configured sources: the interface of a Wi-Fi adapter, a capture file, or - for standard input, then options, as in wlan1:name=attic,hop_rate=5/sec or attic.pcapng:realtime=true. May be repeated."`
	Demo     bool     `xor:"source" help:"Replay a built-in capture of attacks, over and over, with the API on 127.0.0.1:2502. Nothing is kept unless --data is given."`
	HTTP     string   `name:"http" placeholder:"ADDR:PORT" help:"Serve the API here (httpd_bind_address and httpd_port in the configuration)."`
	UIDir    string   `name:"ui-dir" placeholder:"DIR" help:"Serve the web interface of an installed Kismet, such as /usr/share/kismet/httpd (httpd_home in the configuration)."`
	Realtime bool     `help:"Read capture files at the pace at which they were recorded."`
}

func (runCmd) Help() string {
	return `When all sources have ended the API stays, for the alerts of other tools and for those who poll. SIGTERM or SIGINT ends picket.`
}

func (c *runCmd) Run(ctx context.Context, w *world) error {
	flags, cleanUp, err := c.flags()
	if err != nil {
		return err
	}
	defer cleanUp()
	config, err := c.load(w, flags...)
	if err != nil {
		return err
	}
	if c.UIDir != "" { // who asks for it here wants to be told here
		if err := checkUI(c.UIDir); err != nil {
			return err
		}
	}
	if err := makeDataFolder(config); err != nil {
		return err
	}
	s, err := newSensor(config, newLog(w))
	if err != nil {
		return err
	}
	defer s.close()
	defer s.keepHistory()()
	sources, err := c.open(config, s)
	if err != nil {
		return err
	}
	ln, err := listen(config)
	if err != nil {
		return err
	}
	var left *privileges
	if !c.Demo { // which has no adapters, and a folder that it removes
		if left, err = dropPrivileges(s.log, writableFolders(config)); err != nil {
			return err
		}
	}
	s.log.Info("picket runs", "version", versionText(), "api", s.url(ln), "sources", names(sources), "detectors", s.detectors)
	if !s.hasLogin {
		s.log.Info("no login is set, so nobody can define or raise alerts; 'picket passwd' or /session/set_password sets one")
	}
	s.tellOfStart(left)
	for _, source := range sources {
		s.fan.Add(source)
	}
	return s.run(ctx, ln)
}

// flags turns the flags into options. cleanUp removes what was made for them.
func (c *runCmd) flags() (flags []configs.Flag, cleanUp func(), err error) {
	cleanUp = func() {}
	http, err := httpFlags(c.HTTP)
	if err != nil {
		return nil, nil, err
	}
	// The first use of an option counts: what is asked for goes before the demo's.
	flags = append(c.dataFlag.flags(), http...)
	if c.UIDir != "" {
		flags = append(flags, configs.Flag{Name: "--ui-dir", Key: "httpd_home", Value: c.UIDir})
	}
	for _, definition := range c.Source {
		flags = append(flags, configs.Flag{Name: "--source", Key: "source", Value: definition})
	}
	if !c.Demo {
		return flags, cleanUp, nil
	}
	folder := c.Data
	if folder == "" {
		if folder, cleanUp, err = demoFolder(); err != nil {
			return nil, nil, err
		}
	}
	return withDefaults(flags, demoFlags(folder)), cleanUp, nil
}

// withDefaults adds those of others whose options are not set in flags.
func withDefaults(flags, others []configs.Flag) []configs.Flag {
	set := map[string]bool{}
	for _, f := range flags {
		set[f.Key] = true
	}
	for _, f := range others {
		if !set[f.Key] {
			flags = append(flags, f)
		}
	}
	return flags
}

// open opens the sources. Those that can't be opened are told and left out,
// unless none is left.
func (c *runCmd) open(config *configs.Config, s *sensor) ([]capture.Source, error) {
	if c.Demo {
		src, err := openDemo()
		if err != nil {
			return nil, err
		}
		return []capture.Source{s.sources.adopt(src)}, nil
	}
	var sources, files []capture.Source
	var failed []error
	for _, configured := range config.Sources {
		d, err := s.sources.open(configured.Definition, c.Realtime)
		switch {
		case err != nil:
			failed = append(failed, fmt.Errorf("%s: %w", configured.Origin, err))
		case d.whole():
			files = append(files, d)
		default:
			sources = append(sources, d)
		}
	}
	if len(sources)+len(files) == 0 && len(failed) > 0 {
		return nil, errors.Join(failed...)
	}
	for _, err := range failed {
		s.log.Error("source can't be opened", "error", err)
		s.alert(alertSourceError, alertcore.Critical, fmt.Sprintf("A source can't be opened: %v", err))
	}
	// Captures of the same time are read as one, in order of time: as fast as
	// they come, each would be hours ahead of the other.
	if len(files) > 1 {
		files = []capture.Source{capture.Merge(files...)}
	}
	return append(sources, files...), nil
}

// writableFolders are those that a running picket writes to, as far as it may.
func writableFolders(config *configs.Config) []string {
	list := []string{config.DataFolder}
	files := []string{config.HTTPD.AuthFile, config.HTTPD.SessionDB}
	if config.History.On {
		files = append(files, config.History.File)
	}
	for _, file := range files {
		folder := filepath.Dir(file)
		if !slices.Contains(list, folder) && unix.Access(folder, unix.W_OK) == nil {
			list = append(list, folder)
		}
	}
	return list
}

func listen(config *configs.Config) (net.Listener, error) {
	ln, err := net.Listen("tcp", config.HTTPD.Address())
	if err != nil {
		return nil, fmt.Errorf("can't serve the API: %w; if another picket, or Kismet, has the address, choose another with --http ADDR:PORT", err)
	}
	return ln, nil
}

func names(sources []capture.Source) string {
	if len(sources) == 0 {
		return "none"
	}
	var list []string
	for _, s := range sources {
		list = append(list, s.Info().Name)
	}
	return strings.Join(list, ", ")
}

package main

import (
	"context"
	"fmt"
	"net"
	"strings"

	"picket/capture"
	"picket/configs"
)

type runCmd struct {
	configFlags
	dataFlag
	Source   []string `sep:"none" placeholder:"DEF" xor:"source" help:"Read frames from DEF, in place of the configured sources: a capture file, or - for standard input, then options, as in attic.pcapng:name=attic,realtime=true. May be repeated."`
	Demo     bool     `xor:"source" help:"Replay a built-in capture of attacks, over and over, with the API on 127.0.0.1:2502. Nothing is kept unless --data is given."`
	HTTP     string   `name:"http" placeholder:"ADDR:PORT" help:"Serve the API here (httpd_bind_address and httpd_port in the configuration)."`
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
	if err := makeDataFolder(config); err != nil {
		return err
	}
	s, err := newSensor(config, newLog(w))
	if err != nil {
		return err
	}
	sources, err := c.open(config)
	if err != nil {
		return err
	}
	src := capture.Fan(s.sourceEnded, sources...)
	defer src.Close()
	ln, err := listen(config)
	if err != nil {
		return err
	}
	s.log.Info("picket runs", "version", versionText(), "api", s.url(ln), "sources", names(sources), "detectors", s.detectors)
	if !s.hasLogin {
		s.log.Info("no login is set, so nobody can define or raise alerts; 'picket passwd' or /session/set_password sets one")
	}
	return s.run(ctx, src, ln)
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

// open opens the sources, or none if one can't be opened.
func (c *runCmd) open(config *configs.Config) ([]capture.Source, error) {
	if c.Demo {
		src, err := openDemo()
		return []capture.Source{src}, err
	}
	var sources, files []capture.Source
	for i, s := range config.Sources {
		src, whole, err := c.openSource(s, i)
		if err != nil {
			for _, opened := range append(sources, files...) {
				opened.Close()
			}
			return nil, fmt.Errorf("%s: %w", s.Origin, err)
		}
		if whole {
			files = append(files, src)
		} else {
			sources = append(sources, src)
		}
	}
	// Captures of the same time are read as one, in order of time: as fast as
	// they come, each would be hours ahead of the other.
	if len(files) > 1 {
		files = []capture.Source{capture.Merge(files...)}
	}
	return append(sources, files...), nil
}

// openSource opens one source. It is whole if all of it is there to be read at
// once: a capture file, not at its pace.
func (c *runCmd) openSource(s configs.Source, number int) (src capture.Source, whole bool, err error) {
	definition, err := capture.ParseDefinition(s.Definition)
	if err != nil {
		return nil, false, err
	}
	definition.Realtime = definition.Realtime || c.Realtime
	src, err = definition.Open(number)
	if err != nil {
		return nil, false, err
	}
	if p, ok := src.(capture.Progresser); ok && !definition.Realtime {
		_, size := p.Progress()
		whole = size > 0
	}
	return src, whole, nil
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

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"picket/alertcore"
	"picket/capture"
	"picket/detectors"
)

type replayCmd struct {
	configFlags
	Files   []string `arg:"" name:"file" sep:"none" help:"Captures: pcap or pcapng, gzip of either, - for standard input. Several are read as one, in order of time."`
	Format  string   `enum:"text,json,ekjson" default:"text" help:"Print alerts as text, or as json or ekjson: one record a line, with the fields of the API."`
	NoLimit bool     `help:"Print every alert, whatever the limits say. Alerts that are off stay off."`
	Explain *uint64  `placeholder:"FRAME" help:"Print no alerts, but all that is seen in the frame of this number, counted from 1 over all frames, and what each detector made of it."`
}

func (replayCmd) Help() string {
	return `Alerts go to standard output as they are found; a summary follows on standard error. Limits, and the timestamps of the alerts, go by the times in the capture, so that a capture gives the same alerts always. The number of the frame that an alert came with can be given to --explain.

The exit status is 0 when every file was read whole, and 1 when one could not be read to its end; the alerts up to there are printed.`
}

func (c *replayCmd) Run(ctx context.Context, w *world) error {
	config, err := c.load(w)
	if err != nil {
		return err
	}
	var p *pipeline
	core, err := newCore(config, alertcore.Options{
		NoLimit: c.NoLimit,
		Clock:   func() time.Time { return p.clock() },
	})
	if err != nil {
		return err
	}
	p, err = newPipeline(config, core, listeners{onPanic: func(e *detectors.PanicError) {
		fmt.Fprintf(w.stderr, "picket: %v\n%s", e, e.Stack)
	}})
	if err != nil {
		return err
	}

	sources, failed := c.open()
	if len(sources) == 0 {
		return errors.Join(failed...)
	}
	src := capture.Merge(sources...)
	stop := context.AfterFunc(ctx, func() { src.Close() })
	defer stop()
	defer src.Close()

	if c.Explain != nil {
		return errors.Join(append(failed, explainFrame(w.stdout, p, src, *c.Explain))...)
	}
	out := &alertPrinter{w: bufio.NewWriter(w.stdout), format: c.Format, raised: map[string]uint64{}}
	bar := newProgress(w.stderr, src)
	p.published = func(r *alertcore.Record) { out.print(r, p.number) }
	p.batched = func() error {
		if out.w.Buffered() > 0 {
			bar.clear() // both may go to one terminal
			if err := out.w.Flush(); err != nil {
				return fmt.Errorf("print alerts: %w", err)
			}
		}
		bar.update()
		return nil
	}

	began := time.Now()
	err = p.run(src)
	bar.clear()
	if errors.Is(err, os.ErrClosed) {
		err = errors.New("interrupted")
	}
	printSummary(w.stderr, p, out.raised, time.Since(began))
	return errors.Join(append(failed, err)...)
}

// open opens what can be opened of the files.
func (c *replayCmd) open() (sources []capture.Source, failed []error) {
	for i, path := range c.Files {
		src, err := capture.OpenFile(path, capture.FileOptions{Number: i})
		if err != nil {
			failed = append(failed, err)
			continue
		}
		sources = append(sources, src)
	}
	return sources, failed
}

// explainFrame replays src up to the frame of the given number and prints what
// is seen in it.
func explainFrame(w io.Writer, p *pipeline, src capture.Source, number uint64) error {
	out := bufio.NewWriter(w)
	x := &explainer{w: out, wish: number}
	for {
		frames, err := src.Next()
		for i := range frames {
			if p.number+1 == number {
				x.found(p, &frames[i])
				return out.Flush()
			}
			p.take(&frames[i])
		}
		switch {
		case errors.Is(err, io.EOF):
			return fmt.Errorf("there is no frame %d: there are 1 to %d", number, p.number)
		case err != nil:
			return err
		}
	}
}

package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"picket/capture"
)

// progress shows how much of a source has been read. The nil progress shows
// nothing.
type progress struct {
	bar *progressbar.ProgressBar
	src capture.Progresser
}

// newProgress returns a progress bar on w if that is a terminal.
func newProgress(w io.Writer, src capture.Source) *progress {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	p, ok := src.(capture.Progresser)
	if !ok {
		return nil
	}
	_, size := p.Progress()
	if size == 0 {
		size = -1 // shows a spinner
	}
	return &progress{src: p, bar: progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription("reading"),
		progressbar.OptionFullWidth(),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)}
}

func (p *progress) update() {
	if p == nil {
		return
	}
	read, _ := p.src.Progress()
	p.bar.Set64(read)
}

// clear takes the bar off the terminal, until the next update.
func (p *progress) clear() {
	if p != nil {
		p.bar.Clear()
	}
}

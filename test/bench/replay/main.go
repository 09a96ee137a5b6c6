// Command replay times `picket replay` of a long capture beside bare pcapgo
// read loops over the same file, whole processes in turn, and prints the ratios.
//
//	go run ./test/bench/replay -picket bin/picket -frames 1000000 CAPTURE...
//
// The long capture is made by repeating the given ones (pcap, gzip allowed,
// radiotap) with times that go on. One loop calls ReadPacketData, as programs
// that use gopacket do; the other is the fastest that pcapgo has, without a copy.
// Both read through a buffer.
package main

import (
	"bufio"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

func main() {
	log.SetFlags(0)
	picket := flag.String("picket", "bin/picket", "the program to time")
	frames := flag.Int("frames", 1_000_000, "length of the capture")
	rounds := flag.Int("rounds", 7, "how often each is run")
	bare := flag.String("bare", "", "only read this capture with pcapgo (what the other processes do)")
	zeroCopy := flag.Bool("zerocopy", false, "with -bare: without a copy of each frame")
	flag.Parse()

	if *bare != "" {
		if err := readBare(*bare, *zeroCopy); err != nil {
			log.Fatal(err)
		}
		return
	}
	if err := compare(*picket, *frames, *rounds, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func compare(picket string, frames, rounds int, captures []string) error {
	dir, err := os.MkdirTemp("", "picket-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	long := filepath.Join(dir, "long.pcap")
	if err := repeat(long, frames, captures); err != nil {
		return fmt.Errorf("make a capture of %d frames: %w", frames, err)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}

	contenders := []contender{
		{name: "picket replay", command: []string{picket, "replay", long}},
		{name: "pcapgo, ReadPacketData", command: []string{self, "-bare", long}},
		{name: "pcapgo, zero copy", command: []string{self, "-zerocopy", "-bare", long}},
	}
	for round := range rounds + 1 {
		for i := range contenders {
			u, err := run(contenders[i].command)
			if err != nil {
				return err
			}
			if round > 0 { // the first one warms the page cache
				contenders[i].runs = append(contenders[i].runs, u)
			}
		}
	}

	fmt.Printf("replay of %d frames, %d rounds, medians of whole processes\n", frames, rounds)
	fmt.Printf("  %-24s %8s %8s %8s   %s\n", "", "wall s", "cpu s", "peak MiB", "picket's time as a multiple of it, wall and cpu")
	for i, c := range contenders {
		fmt.Printf("  %-24s %8.3f %8.3f %8.1f", c.name, c.median(wall), c.median(cpu), c.median(peak))
		if i > 0 {
			fmt.Printf("   %.2f %.2f", contenders[0].over(&c, wall), contenders[0].over(&c, cpu))
		}
		fmt.Println()
	}
	return nil
}

// A contender is a command that is run in turn with the others.
type contender struct {
	name    string
	command []string
	runs    []usage
}

func wall(u usage) float64 { return u.wall.Seconds() }
func cpu(u usage) float64  { return u.cpu.Seconds() }
func peak(u usage) float64 { return u.peak }

func (c *contender) median(of func(usage) float64) float64 {
	var values []float64
	for _, u := range c.runs {
		values = append(values, of(u))
	}
	return median(values)
}

// over is the median of the ratios of c to o, run by run: neighbours in time
// had the same machine.
func (c *contender) over(o *contender, of func(usage) float64) float64 {
	var ratios []float64
	for i := range c.runs {
		ratios = append(ratios, of(c.runs[i])/of(o.runs[i]))
	}
	return median(ratios)
}

type usage struct {
	wall, cpu time.Duration
	peak      float64 // MiB
}

func run(command []string) (usage, error) {
	cmd := exec.Command(command[0], command[1:]...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return usage{}, fmt.Errorf("%s: %w: %s", strings.Join(command, " "), err, stderr.String())
	}
	u := usage{wall: time.Since(began), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peak = float64(r.Maxrss) / 1024
	}
	return u, nil
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

func readBare(path string, zeroCopy bool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := pcapgo.NewReader(bufio.NewReaderSize(f, 1<<20))
	if err != nil {
		return err
	}
	next := r.ReadPacketData
	if zeroCopy {
		next = r.ZeroCopyReadPacketData
	}
	for {
		if _, _, err := next(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// repeat writes frames frames from the captures, over and over, to path.
func repeat(path string, frames int, captures []string) error {
	type packet struct {
		after time.Duration // since the one before
		data  []byte
	}
	var round []packet
	for _, name := range captures {
		var last time.Time
		err := read(name, func(ci gopacket.CaptureInfo, data []byte) {
			var after time.Duration
			if !last.IsZero() {
				after = ci.Timestamp.Sub(last)
			}
			last = ci.Timestamp
			round = append(round, packet{after, data})
		})
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
	}
	if len(round) == 0 {
		return errors.New("no frames in the captures given")
	}

	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	out := bufio.NewWriterSize(f, 1<<20)
	w := pcapgo.NewWriter(out)
	if err := w.WriteFileHeader(1<<18, layers.LinkTypeIEEE80211Radio); err != nil {
		return err
	}
	now := time.Unix(1_800_000_000, 0)
	for i := range frames {
		p := round[i%len(round)]
		now = now.Add(p.after)
		ci := gopacket.CaptureInfo{Timestamp: now, CaptureLength: len(p.data), Length: len(p.data)}
		if err := w.WritePacket(ci, p.data); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Close()
}

func read(name string, use func(gopacket.CaptureInfo, []byte)) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return err
		}
	}
	r, err := pcapgo.NewReader(in)
	if err != nil {
		return err
	}
	for {
		data, ci, err := r.ReadPacketData()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		use(ci, data)
	}
}

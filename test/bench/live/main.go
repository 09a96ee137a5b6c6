// Command live times `picket run` on a network interface beside `tcpdump -w
// /dev/null` on the same feed, whole processes in turn, and prints the ratios.
//
//	go build -o live ./test/bench/live
//	sudo ./live -picket bin/picket CAPTURE
//
// The feed is the frames of a capture (pcap, gzip allowed, radiotap), over and
// over, on a pair of interfaces in a network namespace that ends with the
// program. Two more contenders show what the figures are made of: a program that
// reads the ring of package capture and does no more than count, and tcpdump in
// immediate mode, which is handed a frame as soon as it is there.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	picket := flag.String("picket", "bin/picket", "the program to time")
	rounds := flag.Int("rounds", 3, "how often each is run at each rate")
	length := flag.Duration("time", time.Second, "how long a run is")
	bare := flag.String("bare", "", "only count frames on this interface (what one of the other processes does)")
	inside := flag.Bool("inside", false, "this is the process in the namespace")
	flag.Parse()

	var err error
	switch {
	case *bare != "":
		err = countFrames(*bare)
	case *inside:
		err = compare(*picket, *rounds, *length, flag.Arg(0))
	default:
		err = runInNamespace()
	}
	if err != nil {
		log.Fatal(err)
	}
}

// runInNamespace runs the program anew in a network namespace of its own.
func runInNamespace() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, append([]string{"-inside"}, os.Args[1:]...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	return cmd.Run()
}

// Rates at which the time of a frame is taken, in frames a second: a busy
// channel, what one transmitter gets onto a channel of 20 MHz, many radios, all
// that there is.
var rates = []int{5_000, 25_000, 100_000, flatOut}

func rateName(rate int) string {
	if rate == flatOut {
		return "as many frames as the sender gives"
	}
	return fmt.Sprint(rate, " frames a second")
}

func compare(picket string, rounds int, length time.Duration, capture string) error {
	frames, err := readCapture(capture)
	if err != nil {
		return fmt.Errorf("read %s: %w", capture, err)
	}
	if err := makeWire(); err != nil {
		return err
	}
	s, err := newSender(frames)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "picket-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ours := contender{"picket run", func() (*process, error) { return startPicket(picket, dir) }}
	theirs := contender{"tcpdump -w /dev/null", func() (*process, error) { return startTcpdump() }}
	prompt := contender{"the same, immediate mode", func() (*process, error) { return startTcpdump("--immediate-mode") }}
	bare := contender{"the ring alone", func() (*process, error) { return startBare(self) }}

	fmt.Printf("%d frames of a capture, over and over; medians of %d runs of %v\n", len(frames), rounds, length)
	for _, rate := range rates {
		if err := compareAt(s, frames, []contender{ours, theirs, prompt, bare}, rate, rounds, length); err != nil {
			return fmt.Errorf("at %s: %w", rateName(rate), err)
		}
	}
	fmt.Println("  frames a second without a drop")
	for _, c := range []contender{ours, theirs, bare} {
		rate, all, err := highestRate(s, c, length)
		if err != nil {
			return fmt.Errorf("highest rate: %w", err)
		}
		note := ""
		if all {
			note = ", all that the sender gives"
		}
		fmt.Printf("    %-24s %9d%s\n", c.name, rate, note)
	}
	if err := measureIdle(ours); err != nil {
		return err
	}
	return measureLatency(s)
}

// compareAt prints what a frame costs each contender at a rate, the first of
// which is picket and the second tcpdump.
func compareAt(s *sender, frames [][]byte, contenders []contender, rate, rounds int, length time.Duration) error {
	runs := make([][]run, len(contenders))
	var own []run
	for round := range rounds {
		for i := range contenders {
			i = (i + round) % len(contenders) // so that none is always the first
			r, err := contenders[i].run(s, rate, length)
			if err != nil {
				return err
			}
			runs[i] = append(runs[i], r)
		}
		r, err := detectorsAlone(frames, rate, length/2)
		if err != nil {
			return err
		}
		own = append(own, r)
	}
	fmt.Printf("  at %s\n", rateName(rate))
	for i, c := range contenders {
		drops := 0
		for _, r := range runs[i] {
			drops += r.drops
		}
		fmt.Printf("    %-24s %6.0f ns of CPU a frame, %d drops\n", c.name, medianOf(runs[i], perFrame), drops)
	}
	fmt.Printf("    %-24s %6.0f ns of CPU a frame\n", "the detectors alone", medianOf(own, perFrame))
	var ratios []float64
	for round := range rounds {
		ratios = append(ratios, perFrame(runs[0][round])/(perFrame(runs[1][round])+perFrame(own[round])))
	}
	fmt.Printf("    picket as a multiple of tcpdump and the detectors: %.2f\n", median(ratios))
	return nil
}

// highestRate searches for the highest rate at which c drops nothing. With all
// it is as much as the sender gives.
func highestRate(s *sender, c contender, length time.Duration) (rate int, all bool, err error) {
	r, err := c.run(s, flatOut, length)
	if err != nil || r.drops == 0 {
		return r.rate(), true, err
	}
	low, high := 0, r.rate()
	for high-low > high/16 {
		middle := (low + high) / 2
		if r, err = c.run(s, middle, length); err != nil {
			return 0, false, err
		}
		if r.drops == 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return low, false, nil
}

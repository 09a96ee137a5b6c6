package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"picket/capture"
	"picket/capture/dot11"
)

// A contender is a program that captures, started anew for every run.
type contender struct {
	name  string
	start func() (*process, error)
}

// process is one that captures.
type process struct {
	cmd  *exec.Cmd
	stop func() (drops int, err error) // ends it, and tells how many frames the kernel dropped
}

// run is what came of feeding a process.
type run struct {
	sent, drops int
	took, cpu   time.Duration
}

func (r run) rate() int { return int(float64(r.sent) / r.took.Seconds()) }

func perFrame(r run) float64 { return float64(r.cpu.Nanoseconds()) / float64(r.sent-r.drops) }

// settled is how long after the last frame a process has read it, but for
// tcpdump, which is free to wait for a second.
const settled = 200 * time.Millisecond

func (c contender) run(s *sender, rate int, length time.Duration) (r run, err error) {
	p, err := c.start()
	if err != nil {
		return r, err
	}
	before, err := cpuOf(p.cmd.Process.Pid)
	if err == nil {
		r.sent, r.took, err = s.send(rate, length)
	}
	if err == nil {
		time.Sleep(settled)
		r.cpu, err = cpuOf(p.cmd.Process.Pid)
		r.cpu -= before
	}
	var stopErr error
	r.drops, stopErr = p.stop()
	if err = errors.Join(err, stopErr); err != nil {
		return r, fmt.Errorf("%s: %w", c.name, err)
	}
	return r, nil
}

// cpuOf is the time that a process has run on processors, user and system.
func cpuOf(pid int) (cpu time.Duration, err error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(threads) == 0 {
		return 0, fmt.Errorf("no times of process %d: %w", pid, err)
	}
	for _, path := range threads {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		n, err := strconv.ParseInt(strings.Fields(string(b))[0], 10, 64)
		if err != nil {
			return 0, err
		}
		cpu += time.Duration(n)
	}
	return cpu, nil
}

func startTcpdump(options ...string) (*process, error) {
	// As much memory as picket has, and no change of user.
	args := []string{"-n", "-B", strconv.Itoa(capture.DefaultRing >> 10), "-Z", "root", "-i", receiving, "-w", "/dev/null"}
	return startCounter(exec.Command("tcpdump", append(args, options...)...))
}

func startBare(self string) (*process, error) {
	return startCounter(exec.Command(self, "-bare", receiving))
}

var dropped = regexp.MustCompile(`(\d+) packets? dropped by kernel`)

// startCounter starts a program that says on standard error that it listens
// and, when it is interrupted, how many packets the kernel dropped.
func startCounter(cmd *exec.Cmd) (*process, error) {
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(stderr)
	for line := ""; !strings.Contains(line, "listening on"); {
		if line, err = lines.ReadString('\n'); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", cmd, err), cmd.Wait())
		}
	}
	return &process{cmd, func() (int, error) {
		cmd.Process.Signal(os.Interrupt)
		text, err := io.ReadAll(lines)
		if err := errors.Join(err, cmd.Wait()); err != nil {
			return 0, fmt.Errorf("%s: %w", cmd, err)
		}
		m := dropped.FindSubmatch(text)
		if m == nil {
			return 0, fmt.Errorf("%s says no count: %s", cmd, text)
		}
		return strconv.Atoi(string(m[1]))
	}}, nil
}

// countFrames is tcpdump with a ring of ours: it captures until interrupted.
func countFrames(ifname string) error {
	l, err := capture.OpenLive(ifname, capture.LiveOptions{Link: dot11.LinkRadiotap})
	if err != nil {
		return err
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	go func() {
		<-interrupted
		l.Close()
	}()
	fmt.Fprintln(os.Stderr, "listening on", ifname)
	for {
		_, err := l.Next()
		if err == os.ErrClosed {
			fmt.Fprintln(os.Stderr, l.Stats().Drops, "packets dropped by kernel")
			return nil
		}
		if err != nil {
			return err
		}
	}
}

const picketAddr = "127.0.0.1:2502"

func startPicket(picket, dir string) (*process, error) {
	cmd := exec.Command(picket, "run", "--data", dir, "--http", picketAddr, "--source", receiving+":link=radiotap")
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		if running, _, err := picketSource(); err == nil && running {
			break
		}
		select {
		case err := <-ended:
			return nil, fmt.Errorf("%s: %w", cmd, err)
		case <-time.After(10 * time.Millisecond):
		}
	}
	return &process{cmd, func() (int, error) {
		_, drops, err := picketSource()
		cmd.Process.Signal(syscall.SIGTERM)
		return drops, errors.Join(err, <-ended)
	}}, nil
}

// picketSource asks picket for the state of its source.
func picketSource() (running bool, drops int, err error) {
	r, err := http.Get("http://" + picketAddr + "/datasource/all_sources.json")
	if err != nil {
		return false, 0, err
	}
	defer r.Body.Close()
	var sources []struct {
		Running int `json:"kismet.datasource.running"`
		Drops   int `json:"picket.datasource.kernel_drops"`
	}
	if err := json.NewDecoder(r.Body).Decode(&sources); err != nil {
		return false, 0, err
	}
	if len(sources) != 1 {
		return false, 0, fmt.Errorf("%d sources", len(sources))
	}
	return sources[0].Running == 1, sources[0].Drops, nil
}

func medianOf(runs []run, of func(run) float64) float64 {
	var values []float64
	for _, r := range runs {
		values = append(values, of(r))
	}
	return median(values)
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

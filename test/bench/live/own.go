package main

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"picket/capture"
	"picket/capture/dot11"
	"picket/detectors"
)

// detectorsAlone runs the detectors, with the parsing of frames, as often and on
// as much as a rate and the ring's timeout make it: what is not in the
// processor's caches after a pause isn't there in picket either.
func detectorsAlone(frames [][]byte, rate int, length time.Duration) (run, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	e, err := detectors.New(detectors.Config{}, func(*detectors.Finding) {})
	if err != nil {
		return run{}, err
	}
	frames = spread(frames)
	pause, batch := 4*time.Millisecond, rate/250
	if rate == flatOut {
		pause, batch = 0, 256
	}
	var r run
	var f dot11.Frame
	for began := time.Now(); r.took < length; r.took = time.Since(began) {
		time.Sleep(pause)
		before, err := threadTime()
		if err != nil {
			return run{}, err
		}
		now := time.Now()
		for range batch {
			if f.Parse(dot11.LinkRadiotap, frames[r.sent%len(frames)]) == dot11.Sound {
				e.Frame(&f, now, "bench")
			}
			r.sent++
		}
		after, err := threadTime()
		if err != nil {
			return run{}, err
		}
		r.cpu += after - before
	}
	return r, nil
}

// spread repeats frames until they take as much memory as a ring.
func spread(frames [][]byte) (all [][]byte) {
	for n := 0; n < capture.DefaultRing; {
		for _, f := range frames {
			all = append(all, bytes.Clone(f))
			n += len(f)
		}
	}
	return all
}

// threadTime is the time that this thread has run on processors.
func threadTime() (time.Duration, error) {
	var t unix.Timespec
	err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t)
	return time.Duration(t.Nano()), err
}

// measureIdle prints the share of a processor that a contender takes while no
// frames come.
func measureIdle(c contender) error {
	p, err := c.start()
	if err != nil {
		return err
	}
	time.Sleep(time.Second) // until it has settled
	const length = 20 * time.Second
	before, err := cpuOf(p.cmd.Process.Pid)
	if err == nil {
		time.Sleep(length)
		var after time.Duration
		if after, err = cpuOf(p.cmd.Process.Pid); err == nil {
			fmt.Printf("  %s without frames takes %.2f %% of a processor\n", c.name, 100*(after-before).Seconds()/length.Seconds())
		}
	}
	_, stopErr := p.stop()
	return errors.Join(err, stopErr)
}

// measureLatency prints how long a lone frame takes from the call that sends it
// to the one that returns it.
func measureLatency(s *sender) error {
	l, err := capture.OpenLive(receiving, capture.LiveOptions{Link: dot11.LinkRadiotap})
	if err != nil {
		return err
	}
	defer l.Close()
	const n = 200
	var took []float64
	for i := range n {
		time.Sleep(20*time.Millisecond + time.Duration(i)*137*time.Microsecond%(4*time.Millisecond))
		began := time.Now()
		if _, err := s.sendNext(1); err != nil {
			return err
		}
		if _, err := l.Next(); err != nil {
			return err
		}
		took = append(took, time.Since(began).Seconds()*1000)
	}
	fmt.Printf("  a lone frame is there after %.1f ms, median of %d; %.1f ms at the latest\n", median(took), n, slices.Max(took))
	return nil
}

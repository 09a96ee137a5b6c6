package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"picket/capture"
	"picket/capture/dot11"
	"picket/detectors"
)

// detectorsCost is the time that the detectors take for a frame, parsing
// included, in nanoseconds.
func detectorsCost(frames [][]byte) (float64, error) {
	e, err := detectors.New(detectors.Config{}, func(*detectors.Finding) {})
	if err != nil {
		return 0, err
	}
	const n = 1_000_000
	var f dot11.Frame
	now := time.Unix(1_800_000_000, 0)
	before, err := cpuTime()
	if err != nil {
		return 0, err
	}
	for i := range n {
		now = now.Add(time.Second / 25_000)
		if f.Parse(dot11.LinkRadiotap, frames[i%len(frames)]) == dot11.Sound {
			e.Frame(&f, now, "bench")
		}
	}
	after, err := cpuTime()
	return float64((after - before).Nanoseconds()) / n, err
}

// cpuTime is the time that this process has run on processors.
func cpuTime() (time.Duration, error) {
	var t unix.Timespec
	err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t)
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

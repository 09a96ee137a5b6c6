package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

// heardFrom is a frame of a transmitter on a frequency, 0 if it isn't known.
func heardFrom(last byte, freqMHz uint16) *dot11.Frame {
	f := &dot11.Frame{}
	if last != 0 {
		f.Transmitter = dot11.Addr{0x3c, 0x22, 0xfb, 0, 0, last}
	}
	if freqMHz != 0 {
		f.Radio.Has, f.Radio.FreqMHz = dot11.HasFrequency, freqMHz
	}
	return f
}

func TestFramesAreCountedByFrequency(t *testing.T) {
	c := new(frequencyCounts)
	want := func(list ...frequencyCount) {
		t.Helper()
		if diff := cmp.Diff(list, c.list, cmp.AllowUnexported(frequencyCount{})); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	c.count(heardFrom(1, 0), 1000)   // who knows where
	c.count(heardFrom(1, 2412), 100) // one
	c.count(heardFrom(1, 2412), 50)
	c.count(heardFrom(2, 2412), 10) // another
	c.count(heardFrom(0, 2412), 14) // an acknowledgement has no sender
	c.count(heardFrom(1, 7115), 60) // the same, elsewhere
	c.count(heardFrom(1, 58320), 1)
	want(frequencyCount{2412, 4, 174, 2}, frequencyCount{7115, 1, 60, 1}, frequencyCount{58320, 1, 1, 1})
	c.next()
	c.count(heardFrom(2, 2412), 10)
	want(frequencyCount{2412, 5, 184, 1}, frequencyCount{7115, 1, 60, 0}, frequencyCount{58320, 1, 1, 0})
}

func TestFrequenciesAndTransmittersAreBounded(t *testing.T) {
	c := new(frequencyCounts)
	for f := range uint16(1000) {
		c.count(heardFrom(1, 2000+f), 1)
	}
	if len(c.list) != maxFrequencies {
		t.Errorf("%d frequencies", len(c.list))
	}
	// Two thousand at once are counted to the last, a flood is not forgotten.
	for _, n := range []int{2000, 100_000} {
		c = new(frequencyCounts)
		for range 3 {
			for i := range n {
				f := heardFrom(1, 2412)
				f.Transmitter[3], f.Transmitter[4], f.Transmitter[5] = byte(i>>16), byte(i>>8), byte(i)
				c.count(f, 1)
			}
		}
		if got := int(c.list[0].devices); got != n && (n <= 2000 || got < 4000 || got > n) {
			t.Errorf("%d transmitters are counted as %d", n, got)
		}
	}
}

func TestCountingByFrequencyDoesNotAllocate(t *testing.T) {
	c := new(frequencyCounts)
	c.list = make([]frequencyCount, 0, maxFrequencies)
	f := heardFrom(1, 2412)
	if a := testing.AllocsPerRun(5000, func() {
		f.Transmitter[5]++
		f.Radio.FreqMHz = 2412 + uint16(f.Transmitter[5]%13)*5
		c.count(f, 300)
	}); a != 0 {
		t.Errorf("%v allocations a frame", a)
	}
}

func BenchmarkFrequencyCount(b *testing.B) {
	c := new(frequencyCounts)
	frames := make([]*dot11.Frame, 256)
	for i := range frames {
		frames[i] = heardFrom(byte(i|1), 2412+uint16(i%13)*5)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%4096 == 0 {
			c.next()
		}
		c.count(frames[i&255], 300)
	}
}

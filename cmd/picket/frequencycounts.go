package main

import (
	"encoding/binary"

	"picket/capture/dot11"
)

// frequencyCounts counts what is heard by frequency. It belongs to the goroutine
// that has the pipeline, knows no clock, and takes a few ns a frame.
type frequencyCounts struct {
	number [1 << 16]uint8 // by MHz: place in list, from 1
	list   []frequencyCount
	second transmitters
}

// maxFrequencies is how many are told apart: twice of what there is from 2.4 to
// 7.1 GHz. Frames on others, of which only a forged capture can have so many,
// are not counted by frequency.
const maxFrequencies = 200

// frequencyCount is what was heard on one frequency.
type frequencyCount struct {
	freqMHz uint16
	frames  uint64
	bytes   uint64
	devices uint32 // that transmitted, since the last call of next
}

// count takes in a sound frame of so many bytes on the air.
func (c *frequencyCounts) count(f *dot11.Frame, length int) {
	if f.Radio.Has&dot11.HasFrequency == 0 {
		return
	}
	n := c.number[f.Radio.FreqMHz]
	if n == 0 {
		if len(c.list) == maxFrequencies {
			return
		}
		c.list = append(c.list, frequencyCount{freqMHz: f.Radio.FreqMHz})
		n = uint8(len(c.list))
		c.number[f.Radio.FreqMHz] = n
	}
	at := &c.list[n-1]
	at.frames++
	at.bytes += uint64(length)
	if !f.Transmitter.IsZero() && c.second.add(f.Transmitter, n) {
		at.devices++
	}
}

// next begins to count devices anew.
func (c *frequencyCounts) next() {
	for i := range c.list {
		c.list[i].devices = 0
	}
	c.second.number++
}

// transmitters is a set of who transmitted on which frequency. It has room for
// some thousands; what finds none is not in it.
type transmitters struct {
	number  uint32 // of the set: entries of others are empty
	entries [1 << transmitterBits]struct {
		key    uint64
		number uint32
	}
}

const (
	transmitterBits = 12
	// longestSearch is how many places one can be in.
	longestSearch = 16
)

// add reports whether a is new to the set.
func (t *transmitters) add(a dot11.Addr, frequency uint8) bool {
	key := uint64(frequency)<<48 | uint64(binary.LittleEndian.Uint16(a[4:]))<<32 | uint64(binary.LittleEndian.Uint32(a[:4]))
	place := key * 0x9e3779b97f4a7c15 >> (64 - transmitterBits) // Fibonacci hashing
	for range longestSearch {
		e := &t.entries[place]
		switch {
		case e.number != t.number+1:
			e.key, e.number = key, t.number+1
			return true
		case e.key == key:
			return false
		}
		place = (place + 1) & (1<<transmitterBits - 1)
	}
	return false
}

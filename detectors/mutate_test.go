package detectors

import (
	"encoding/binary"
	"hash/crc32"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"picket/capture/dot11"
)

// A mutable frame is one in parts that can be changed by themselves.
type mutable struct {
	link  dot11.LinkType
	radio []byte // what comes before the frame
	frame []byte // without FCS
	fcs   bool   // one follows, and is to be right
	at    time.Time
}

func mutableOf(c captured) (m mutable, ok bool) {
	var f dot11.Frame
	if f.Parse(c.link, c.data) != dot11.Sound {
		return m, false
	}
	end := len(c.data)
	if f.FCSPresent {
		end -= 4
	}
	start := end - len(f.Bytes())
	return mutable{c.link, slices.Clone(c.data[:start]), slices.Clone(f.Bytes()), f.FCSPresent, c.at}, true
}

func (m *mutable) captured() captured {
	data := slices.Concat(m.radio, m.frame)
	if m.fcs {
		data = binary.LittleEndian.AppendUint32(data, crc32.ChecksumIEEE(m.frame))
	}
	return captured{m.link, data, m.at}
}

// editOctets is how many octets of the fuzzer's make one edit.
const editOctets = 4

// mutate does to frames what an attacker, or a bad receiver, may.
func mutate(frames []mutable, edits []byte) []mutable {
	frames = slices.Clone(frames)
	for i := range frames {
		frames[i].frame = slices.Clone(frames[i].frame)
	}
	for ; len(edits) >= editOctets; edits = edits[editOctets:] {
		number := int(edits[0]) % len(frames)
		m := &frames[number]
		at, value := int(edits[2]), edits[3]
		if len(m.frame) == 0 {
			continue
		}
		switch edits[1] % 10 {
		case 0: // any octet of the first 256
			m.frame[at%len(m.frame)] = value
		case 1: // any of the last
			m.frame[len(m.frame)-1-at%len(m.frame)] ^= value
		case 2:
			m.frame = m.frame[:at%len(m.frame)]
		case 3: // an element, or a part of one, at the end
			m.frame = append(m.frame, value, byte(at))
			m.frame = append(m.frame, make([]byte, at)...)
		case 4: // the length of an element
			setElementLength(m.frame, at, value)
		case 5: // the addresses
			for _, offset := range [3]int{9, 15, 21} {
				if at>>(offset/6)&1 != 0 && offset < len(m.frame) {
					m.frame[offset] = value
				}
			}
		case 6: // another kind of frame
			m.frame[0] = value &^ 3
		case 7: // time passes
			for j := number; j < len(frames); j++ {
				frames[j].at = frames[j].at.Add(time.Duration(value) * time.Duration(1+at) * 10 * time.Millisecond)
			}
		case 8: // the frame again
			again := frames[number]
			again.frame = slices.Clone(again.frame)
			frames = slices.Insert(frames, number, again)
		case 9: // the frame's body in other places
			if len(m.frame) > 24 {
				body := m.frame[24:]
				copy(body[at%len(body):], slices.Clone(body))
			}
		}
	}
	return frames
}

// setElementLength changes what element number n of the frame says its length
// is.
func setElementLength(frame []byte, n int, length byte) {
	var f dot11.Frame
	if f.Parse(dot11.LinkIEEE80211, frame) != dot11.Sound {
		return
	}
	walk := f.Elements()
	for walk.Next() {
		if n--; n < 0 && walk.Offset+1 < len(frame) {
			frame[walk.Offset+1] = length
			return
		}
	}
}

// FuzzMutatedCaptures shows mutated frames of the captures to all detectors,
// which must neither panic, nor keep more than they were built with, nor say
// anything that could steer a terminal.
func FuzzMutatedCaptures(f *testing.F) {
	const window = 40
	var all [][]mutable
	for _, name := range slices.Sorted(maps.Keys(testdataFiles(f))) {
		var frames []mutable
		for _, c := range readCapture(f, "testdata/"+name+".pcap.gz") {
			if m, ok := mutableOf(c); ok {
				frames = append(frames, m)
			}
		}
		all = append(all, frames)
	}
	for number, frames := range all {
		for i := range byte(10) { // each edit somewhere
			from := len(frames) * int(i) / 10
			f.Add(uint16(number), uint16(from), []byte{i * 3, i, 36 + i, 0x1b, i*3 + 7, i + 3, i, 200})
		}
	}
	cfg := expectedRules()
	cfg.Tables = Sizes{BSS: 16, Stations: 16, SSIDs: 16}
	cfg.Canaries = append(cfg.Canaries, SSIDRule{Name: "any", Pattern: "."})
	f.Fuzz(func(t *testing.T, number, from uint16, edits []byte) {
		frames := all[int(number)%len(all)]
		first := int(from) % len(frames)
		frames = mutate(frames[first:min(first+window, len(frames))], edits[:min(len(edits), 16*editOctets)])
		cfg := cfg
		cfg.OnPanic = func(err *PanicError) { t.Errorf("%v\n%s", err, err.Stack) }
		e, err := New(cfg, func(f *Finding) { checkFinding(t, f) })
		if err != nil {
			t.Fatal(err)
		}
		before := make([]int64, len(e.slots))
		for i, s := range e.slots {
			before[i] = stateOf(s)
		}
		var f dot11.Frame
		for i := range frames {
			c := frames[i].captured()
			if f.Parse(c.link, c.data) == dot11.Sound {
				for _, d := range e.Explain(&f, c.at, "").Decisions {
					for _, why := range d.Why {
						checkText(t, d.Detector, why)
					}
				}
			}
		}
		for i, s := range e.slots {
			if after := stateOf(s); after != before[i] {
				t.Errorf("%s takes %d octets, and took %d when it was built", s.spec.Name, after, before[i])
			}
		}
	})
}

// checkFinding fails for a finding that a reader could not do with.
func checkFinding(t *testing.T, f *Finding) {
	t.Helper()
	checkText(t, f.Name, f.Text)
	checkText(t, f.Name, f.Channel)
	if n, err := strconv.Atoi(f.Channel); err != nil || n < 0 {
		t.Errorf("%s: channel %q", f.Name, f.Channel)
	}
	if f.Frames == 0 || len(f.Evidence) == 0 || len(f.Evidence) > 2*(trailFirst+trailLast) || len(f.SSID) > 255 {
		t.Errorf("%s: %d frames, %d of evidence, SSID of %d octets", f.Name, f.Frames, len(f.Evidence), len(f.SSID))
	}
}

func checkText(t *testing.T, name, text string) {
	t.Helper()
	const longest = 2000
	if len(text) == 0 || len(text) > longest || !utf8.ValidString(text) {
		t.Errorf("%s: a text of %d octets: %.100q", name, len(text), text)
	}
	for _, r := range text {
		if !unicode.IsPrint(r) {
			t.Errorf("%s: %q in %q", name, r, text)
			return
		}
	}
}

func TestMutationsLeaveSoundFrames(t *testing.T) {
	c := fakeAP{bssid: testAP, ssid: "HomeNet", channel: 6, fcs: true}.at(dot11.Beacon, 0)
	m, ok := mutableOf(c)
	if !ok {
		t.Fatal("not sound")
	}
	if got := m.captured(); string(got.data) != string(c.data) {
		t.Error("a frame that nothing was done to is another one")
	}
	mutated := mutate([]mutable{m, m}, []byte{0, 4, 0, 200, 1, 8, 0, 0, 1, 5, 0b100, 0x77})
	if len(mutated) != 3 {
		t.Fatalf("%d frames, want 3", len(mutated))
	}
	var f dot11.Frame
	var es dot11.ElementSet
	long := mutated[0].captured()
	if defect := f.Parse(long.link, long.data); defect != dot11.Sound || !f.FCSPresent {
		t.Fatalf("defect %v, FCS %t", defect, f.FCSPresent)
	}
	if es.Fill(&f); es.FaultDeclared != 200 {
		t.Errorf("the first element declares %d octets, want 200", es.FaultDeclared)
	}
	moved := mutated[1].captured()
	if f.Parse(moved.link, moved.data); f.Transmitter[5] != 0x77 && f.BSSID[5] != 0x77 {
		t.Errorf("transmitter %s, BSSID %s", f.Transmitter, f.BSSID)
	}
}

package capture

import (
	"bytes"
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"picket/capture/dot11"
)

// take reads n frames, and copies them.
func take(t *testing.T, l *Live, n int) []heard {
	t.Helper()
	var got []heard
	for len(got) < n {
		frames, err := l.Next()
		if err != nil {
			t.Fatalf("after %d of %d frames: %v", len(got), n, err)
		}
		if len(frames) == 0 || len(frames) > maxBatch {
			t.Fatalf("batch of %d frames", len(frames))
		}
		for _, f := range frames {
			checkFrame(t, f)
			if f.Source != l.Info() {
				t.Fatalf("frame of %v", f.Source)
			}
			got = append(got, heard{f.Timestamp, f.Length, f.InterfaceIndex, f.Link, bytes.Clone(f.Data)})
		}
	}
	return got
}

func TestLiveDeliversFramesInOrder(t *testing.T) {
	forEachBuffer(t, func(t *testing.T, w *wire, o LiveOptions) {
		l := w.open(o)
		if (l.Plain() != nil) != (o.newRing != nil) {
			t.Errorf("plain because of %v", l.Plain())
		}
		var sent [][]byte
		for _, length := range []int{38, 39, 200, 1500, 11_454} { // the longest of 802.11
			sent = append(sent, numbered(150, length)...)
		}
		before := time.Now()
		w.send(sent...)
		all := take(t, l, len(sent))
		after := time.Now()
		for i, got := range all {
			want := heard{got.Time, len(sent[i]), 0, dot11.LinkRadiotap, sent[i]}
			if !got.equal(want) {
				t.Fatalf("frame %d: %+v, want %+v", i, got, want)
			}
			if got.Time.Before(before) || got.Time.After(after) || got.Time.Location() != time.UTC {
				t.Fatalf("frame %d captured at %v, sent between %v and %v", i, got.Time, before, after)
			}
		}
		if s := l.Stats(); s != (LiveStats{Frames: uint64(len(sent))}) {
			t.Errorf("counted %+v, %d were sent", s, len(sent))
		}
	})
}

// Neither a block nor a batch is full.
func TestLiveDeliversALoneFrame(t *testing.T) {
	forEachBuffer(t, func(t *testing.T, w *wire, o LiveOptions) {
		l := w.open(o)
		for range 3 {
			w.send(deauth)
			if got := take(t, l, 1); len(got) != 1 || !bytes.Equal(got[0].Data, deauth) {
				t.Errorf("got %v", got)
			}
		}
	})
}

// As libpcap does: a frame that is injected on the interface.
func TestLiveSeesWhatIsSentOnTheInterface(t *testing.T) {
	forEachBuffer(t, func(t *testing.T, w *wire, o LiveOptions) {
		l := w.open(o)
		if _, err := unix.Write(w.socketOn(nearEnd), deauth); err != nil {
			t.Fatal(err)
		}
		w.send(numbered(1, 50)...)
		if got := take(t, l, 2); !bytes.Equal(got[0].Data, deauth) {
			t.Errorf("got %x", got[0].Data)
		}
	})
}

func TestLiveTellsThatAFrameIsTooLong(t *testing.T) {
	forEachBuffer(t, func(t *testing.T, w *wire, o LiveOptions) {
		l := w.open(o)
		const length = 65_549 // what the wire takes at most
		w.send(numbered(1, length)...)
		got := take(t, l, 1)[0]
		if got.Length != length || len(got.Data) < 65_000 || len(got.Data) >= length || !bytes.HasPrefix(got.Data, deauth) {
			t.Errorf("length %d, %d captured", got.Length, len(got.Data))
		}
	})
}

func TestLiveCountsDrops(t *testing.T) {
	forEachBuffer(t, func(t *testing.T, w *wire, o LiveOptions) {
		o.Ring = 128 << 10
		l := w.open(o)
		sent := numbered(900, 1000)
		w.send(sent...)
		for l.Stats().Frames+l.Stats().Drops < uint64(len(sent)) {
			time.Sleep(time.Millisecond)
		}
		s := l.Stats()
		if s.Frames < 20 || s.Drops < 400 || (s.Freezes > 0) != (l.Plain() == nil) {
			t.Errorf("counted %+v", s)
		}
		for i, got := range take(t, l, int(s.Frames)) {
			if !bytes.Equal(got.Data, sent[i]) {
				t.Fatalf("frame %d of those kept is not the one sent", i)
			}
		}
		// There is room again.
		w.send(deauth)
		if got := take(t, l, 1); !bytes.Equal(got[0].Data, deauth) {
			t.Errorf("then got %x", got[0].Data)
		}
		l.Close()
		s.Frames++
		if got := l.Stats(); got != s {
			t.Errorf("after Close %+v, before %+v", got, s)
		}
	})
}

func TestLiveLeavesOutWhatTheFilterDoes(t *testing.T) {
	forEachBuffer(t, func(t *testing.T, w *wire, o LiveOptions) {
		var err error
		o.Filter, err = bpf.Assemble([]bpf.Instruction{ // of length 50
			bpf.LoadExtension{Num: bpf.ExtLen}, bpf.JumpIf{Cond: bpf.JumpEqual, Val: 50, SkipFalse: 1},
			bpf.RetConstant{Val: MaxFrame}, bpf.RetConstant{},
		})
		if err != nil {
			t.Fatal(err)
		}
		l := w.open(o)
		for _, f := range numbered(20, 50) {
			w.send(deauth, f)
		}
		for _, got := range take(t, l, 20) {
			if got.Length != 50 {
				t.Errorf("got a frame of %d octets", got.Length)
			}
		}
		if s := l.Stats(); s.Frames != 20 || s.Drops != 0 {
			t.Errorf("counted %+v", s)
		}
	})
}

func TestLiveAllocatesNothing(t *testing.T) {
	forEachBuffer(t, func(t *testing.T, w *wire, o LiveOptions) {
		l := w.open(o)
		sent := numbered(50, 1000)
		frames := 0
		allocs := testing.AllocsPerRun(20, func() {
			w.send(sent...)
			batch, err := l.Next()
			if err != nil {
				t.Fatal(err)
			}
			frames += len(batch)
		})
		if allocs != 0 || frames == 0 {
			t.Errorf("%v allocations a batch, %d frames", allocs, frames)
		}
	})
}

func TestLiveEndsWithItsInterface(t *testing.T) {
	forEachBuffer(t, func(t *testing.T, w *wire, o LiveOptions) {
		for name, end := range map[string]func(){"down": func() { w.setUp(nearEnd, false) }, "gone": w.cut} {
			w.setUp(nearEnd, true)
			w.settle()
			l := w.open(o)
			sent := numbered(100, 400)
			w.send(sent...)
			end()
			for i, got := range take(t, l, len(sent)) {
				if !bytes.Equal(got.Data, sent[i]) {
					t.Errorf("%s: frame %d is another", name, i)
				}
			}
			for range 2 {
				_, err := l.Next()
				if !errors.Is(err, unix.ENETDOWN) || !strings.HasPrefix(err.Error(), "receive from near: ") {
					t.Errorf("%s: %v", name, err)
				}
			}
			if s := l.Stats(); s.Frames != 100 {
				t.Errorf("%s: counted %+v", name, s)
			}
			l.Close()
			if name == "gone" {
				return // with the other end
			}
		}
	})
}

func TestLiveNoticesThatItsInterfaceGoesDownWhileItWaits(t *testing.T) {
	forEachBuffer(t, func(t *testing.T, w *wire, o LiveOptions) {
		l := w.open(o)
		w.send(deauth)
		take(t, l, 1)
		ended := make(chan error)
		go func() {
			_, err := l.Next()
			ended <- err
		}()
		w.setUp(nearEnd, false)
		if err := <-ended; !errors.Is(err, unix.ENETDOWN) {
			t.Error(err)
		}
	})
}

func TestOpenLiveRefusesWithReason(t *testing.T) {
	w := newWire(t)
	w.setUp(farEnd, false)
	for _, c := range []struct {
		ifname string
		o      LiveOptions
		is     error
		text   string
	}{
		{"absent", LiveOptions{}, unix.ENODEV, "capture on absent: no such device"},
		{"longer than a name can be", LiveOptions{}, nil, "can't be the name of an interface"},
		{farEnd, LiveOptions{Link: dot11.LinkRadiotap}, unix.ENETDOWN, "capture on far: network is down"},
		{nearEnd, LiveOptions{}, nil, "capture on near: not a monitor interface, it gives Ethernet frames"},
		{"lo", LiveOptions{}, nil, "not a monitor interface, it is of hardware type 772"},
		{nearEnd, LiveOptions{Link: dot11.LinkRadiotap, Ring: math.MaxInt}, unix.ENOMEM, "MiB of memory available: cannot allocate memory"},
		{
			nearEnd, LiveOptions{Link: dot11.LinkRadiotap, Filter: make([]bpf.RawInstruction, 1)},
			unix.EINVAL, "attach a filter of 1 instructions: invalid argument",
		},
	} {
		l, err := OpenLive(c.ifname, c.o)
		if err == nil {
			l.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.text) || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: %v, want %q", c.ifname, err, c.text)
		}
	}
}

func TestOpenLiveTellsWhatGrantsThePrivilege(t *testing.T) {
	newWire(t) // on whose thread
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	if err := unix.Capset(&header, &none[0]); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	_, err = OpenLive(nearEnd, LiveOptions{})
	if !errors.Is(err, os.ErrPermission) || !strings.HasSuffix(err.Error(), ": sudo setcap cap_net_raw,cap_net_admin+ep "+self) {
		t.Error(err)
	}
}

func TestOpenLiveMakesDoWithLessMemory(t *testing.T) {
	var asked []int
	most := 0 // that the kernel gives
	kernel := func(fd, size int, f Frame) (*ring, error) {
		asked = append(asked, size)
		if size > most {
			return nil, unix.ENOMEM
		}
		return newRing(fd, size, f)
	}
	w := newWire(t)
	for _, c := range []struct{ most, rings int }{{DefaultRing, 1}, {1 << 20, 3}, {leastRing, 5}, {leastRing - 1, 5}} {
		asked, most = nil, c.most
		l := w.open(LiveOptions{newRing: kernel})
		if len(asked) != c.rings || (l.Plain() == nil) != (c.most >= leastRing) {
			t.Errorf("with %d bytes to be had: asked for %v, plain because of %v", c.most, asked, l.Plain())
		}
		w.send(deauth)
		take(t, l, 1)
	}
}

func TestLiveIsNamedAfterItsInterface(t *testing.T) {
	i := newWire(t).open(LiveOptions{}).Info()
	if i.Name != nearEnd || i.Kind != KindRadio || i.UUID == "" {
		t.Errorf("%+v", i)
	}
}

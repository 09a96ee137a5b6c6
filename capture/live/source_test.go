package live

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"picket/capture"
	"picket/capture/dot11"
	"picket/capture/radio"
)

func channel(number int) radio.Channel {
	return radio.Channel{FreqMHz: uint16(dot11.FreqOf(number, dot11.Band2G)), Width: radio.Width20}
}

// test runs in virtual time, and closes the sources at the end.
func test(t *testing.T, run func(*bench)) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		run(b)
		b.close()
	})
}

// after lets time pass.
func after(d time.Duration) {
	time.Sleep(d) // of the synctest bubble
	synctest.Wait()
}

// wantTold checks the events since the last time, each by a part of it.
func (b *bench) wantTold(parts ...string) {
	b.Helper()
	got := b.told()
	if len(got) != len(parts) {
		b.Errorf("told %q, want %q", got, parts)
		return
	}
	for i, part := range parts {
		if !strings.Contains(got[i], part) {
			b.Errorf("told %q, want %q", got[i], part)
		}
	}
}

func TestSourceOpensItsAdapterHopsAndHandsFramesOn(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		s := b.open("wlan1:name=attic,hop_rate=10/sec")
		after(time.Second)
		b.wantTold("opened attic: Source attic captures on wlan1mon (phy0, fake)")
		a.hear(3)
		a.hear(1)
		after(2 * time.Second)
		if n := b.frames(s); n != 4 {
			t.Errorf("%d frames, want 4", n)
		}
		if n := len(a.tuned); n < 25 || n > 31 || !slices.Equal(a.tuned[:4], []string{"1", "6", "11", "1"}) {
			t.Errorf("tuned %d times in three seconds: %v", n, a.tuned)
		}
		st := s.State()
		if !st.Open || !st.Hopping || st.Rate != 10 || st.Captured != "wlan1mon" || st.Drops != 2 || st.Channel.String() != a.channel() || len(st.Channels) != 3 {
			t.Errorf("state %+v", st)
		}
		if info := s.Info(); info.UUID != "5FE308BD-0000-0000-0000-00C0CA000001" || info.Kind != "linuxwifi" {
			t.Errorf("info %+v", info)
		}
		if watched := b.air.WatchedAt(2437); watched < 500*time.Millisecond || watched > 1700*time.Millisecond {
			t.Errorf("channel 6 was watched for %v of three seconds", watched)
		}
	})
}

func TestCloseGivesTheAdapterBack(t *testing.T) {
	for name, wait := range map[string]time.Duration{"open": time.Second, "at once": 0} {
		t.Run(name, func(t *testing.T) {
			test(t, func(b *bench) {
				a := b.machine.plug("wlan1", 1)
				s := b.open("wlan1")
				after(wait)
				s.Close()
				b.ended.Wait()
				if a.opened != a.closed || !slices.Equal(b.machine.returned, b.machine.released) {
					t.Errorf("opened %d, given back %d; released from NetworkManager %v, returned %v", a.opened, a.closed, b.machine.released, b.machine.returned)
				}
				if _, err := s.Next(); err != os.ErrClosed {
					t.Errorf("Next after Close: %v", err)
				}
			})
		})
	}
}

func TestCloseGivesTheAdapterBackWhileFramesAreInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		a := b.machine.plug("wlan1", 1)
		d, _ := capture.ParseDefinition("wlan1")
		s, err := b.air.Open(d, 0)
		if err != nil {
			t.Fatal(err)
		}
		got := make(chan error)
		go func() {
			_, err := s.Next()
			got <- err
		}()
		after(time.Second)
		a.hear(1)
		if err := <-got; err != nil {
			t.Fatal(err)
		}
		s.Close() // nobody calls Next any more
		a.wantOpen(t, 1, 1)
	})
}

func TestAnAdapterThatFailsIsToldOnceAndTriedWithGrowingPauses(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		a.fails = errors.New("it is held by hostapd")
		s := b.open("wlan1:name=attic")
		after(100 * time.Second)
		b.wantTold("failed attic: Source attic has failed: it is held by hostapd; it is tried again")
		var pauses []time.Duration
		for i := range len(a.attempts) - 1 {
			pauses = append(pauses, a.attempts[i+1].Sub(a.attempts[i]))
		}
		want := []time.Duration{1, 2, 4, 8, 16, 30, 30}
		for i := range want {
			want[i] *= time.Second
		}
		if !slices.Equal(pauses, want) {
			t.Errorf("pauses %v, want %v", pauses, want)
		}
		if st := s.State(); st.Open || st.Retries != 7 || st.Retried != 7 || st.Err == nil {
			t.Errorf("state %+v", st)
		}
		a.failWith(nil)
		after(30 * time.Second)
		a.hear(1)
		b.wantTold("returned attic: Source attic has recovered: it captures on wlan1mon")
		if st := s.State(); !st.Open || st.Retries != 0 || st.Retried != 8 || st.Err != nil {
			t.Errorf("state %+v", st)
		}
	})
}

func TestASourceGoesOnWhenItsInterfaceWasDown(t *testing.T) {
	test(t, func(b *bench) {
		a, other := b.machine.plug("wlan1", 1), b.machine.plug("wlan2", 2)
		s, o := b.open("wlan1:name=attic"), b.open("wlan2:name=cellar")
		after(time.Second)
		b.told()
		a.hear(1)
		a.failWith(unix.ENETDOWN)
		a.receiver.fail(unix.ENETDOWN)
		after(500 * time.Millisecond)
		b.wantTold("failed attic: Source attic has failed: receive: network is down; it is tried again")
		a.wantOpen(t, 1, 1)
		for range 10 { // the other one never stalls
			other.hear(1)
			after(100 * time.Millisecond)
		}
		if n := b.frames(o); n != 10 {
			t.Errorf("the other source handed on %d frames, want 10", n)
		}
		a.failWith(nil)
		after(5 * time.Second)
		b.wantTold("returned attic: Source attic has recovered: it captures on wlan1mon")
		a.hear(2)
		after(time.Second)
		if n := b.frames(s); n != 3 {
			t.Errorf("%d frames, want 3", n)
		}
		if drops := s.State().Drops; drops != 4 {
			t.Errorf("%d drops of two sessions, want 4", drops)
		}
	})
}

func TestAnAdapterIsTakenUpAgainUnderWhateverName(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		s := b.open("wlan1")
		after(time.Second)
		uuid := s.Info().UUID
		b.machine.unplug("wlan1")
		after(20 * time.Second)
		b.told()
		b.machine.put("wlx00c0ca000001", a)
		s.heed(radio.Event{Kind: radio.InterfaceAdded, Name: "wlx00c0ca000001"})
		after(0) // at once, for it was seen to come
		b.wantTold("returned wlan1: Source wlan1 has recovered: it captures on wlx00c0ca000001mon")
		if got := s.Info().UUID; got != uuid {
			t.Errorf("UUID is %s, was %s", got, uuid)
		}
	})
}

func TestItsOwnAttemptsDoNotHurryASource(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		a.fails = unix.EBUSY
		s := b.open("wlan1")
		after(10 * time.Second)
		n := len(a.attempts)
		b.machine.put("wlan1mon", a)
		s.heed(radio.Event{Kind: radio.InterfaceAdded, Name: "wlan1mon"})
		after(0)
		if len(a.attempts) != n {
			t.Error("the interface that an attempt made caused another attempt")
		}
	})
}

func TestAnAdapterServesOneSource(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		first := b.open("wlan1:name=first")
		after(time.Second)
		b.machine.put("wlan1mon", a) // the same adapter
		b.open("wlan1mon:name=second")
		after(10 * time.Second)
		b.wantTold("opened first", "failed second: Source second has failed: the adapter is in use by source first already")
		a.wantOpen(t, 1, 0)
		first.Close()
		after(time.Minute)
		b.wantTold("returned second")
	})
}

func TestAChannelThatIsForbiddenFailsTheSource(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		a.disabled = []uint16{2462}
		s := b.open("wlan1:channel=11")
		after(900 * time.Millisecond)
		b.wantTold("channel 11")
		if st := s.State(); st.Open {
			t.Error("it is open")
		}
		a.wantOpen(t, 1, 1)
	})
}

func TestForbiddenChannelsOfAListAreLeftOut(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		a.disabled = []uint16{2462}
		s := b.open(`wlan1:channels="6,11,36"`)
		after(time.Second)
		b.wantTold("opened")
		st := s.State()
		if len(st.Channels) != 1 || !strings.Contains(st.Warning, "11") || !strings.Contains(st.Warning, "36") {
			t.Errorf("channels %v, warning %q", st.Channels, st.Warning)
		}
	})
}

func TestLockAndHopAtRunTime(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		s := b.open("wlan1")
		after(time.Second)
		if err := s.Lock(channel(11)); err != nil {
			t.Fatal(err)
		}
		after(0)
		a.tuned = nil
		after(10 * time.Second)
		if at := a.channel(); at != "11" || len(a.tuned) > 0 {
			t.Errorf("it is on channel %s and was tuned to %v", at, a.tuned)
		}
		if err := s.Lock(channel(3)); err == nil {
			t.Error("it was locked to a channel that it does not have")
		}
		if st := s.State(); st.Hopping || st.Channel != channel(11) {
			t.Errorf("state %+v", st)
		}
		if err := s.Hop([]radio.Channel{channel(1), channel(6)}, 100*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		after(time.Second)
		if slices.Contains(a.tuned, "11") || len(a.tuned) < 9 {
			t.Errorf("tuned to %v", a.tuned)
		}
		// What was asked for holds when the adapter is opened anew.
		a.receiver.fail(unix.ENETDOWN)
		after(5 * time.Second)
		if st := s.State(); !st.Open || len(st.Channels) != 2 {
			t.Errorf("state %+v", st)
		}
	})
}

func TestAnAdapterThatIsNotToHopStaysWhereItIsFound(t *testing.T) {
	for _, tt := range []struct {
		found radio.Channel
		want  string
	}{{channel(11), "11"}, {radio.Channel{}, "1"}} {
		test(t, func(b *bench) {
			a := b.machine.plug("wlan1", 1)
			a.at = tt.found
			s := b.open("wlan1:hop=false")
			after(time.Minute)
			if at, st := a.channel(), s.State(); at != tt.want || st.Hopping || len(st.Channels) != 1 || len(a.tuned) != 1 {
				t.Errorf("found on %q: it is on %s, was tuned to %v, state %+v", tt.found, at, a.tuned, st)
			}
		})
	}
}

func TestPauseDropsFrames(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		s := b.open("wlan1:channel=6")
		after(time.Minute)
		s.Pause()
		after(time.Second)
		a.hear(5)
		after(time.Minute)
		if n, watched := b.frames(s), b.air.WatchedAt(2437); n != 0 || watched != 0 || !s.State().Paused {
			t.Errorf("%d frames, watched %v of the minute", n, watched)
		}
		s.Resume()
		after(time.Second)
		a.hear(2)
		after(time.Second)
		if n, watched := b.frames(s), b.air.WatchedAt(2437); n != 2 || watched < time.Second {
			t.Errorf("%d frames, watched %v of the minute", n, watched)
		}
		a.wantOpen(t, 1, 0)
	})
}

func TestASourceThatIsClosedByCommandCanBeOpenedAgain(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		s := b.open("wlan1")
		after(time.Second)
		s.SetOpen(false)
		after(time.Hour)
		a.wantOpen(t, 1, 1)
		if st := s.State(); st.Open || st.Err != nil {
			t.Errorf("state %+v", st)
		}
		s.SetOpen(true)
		after(0)
		a.hear(1)
		after(0)
		a.wantOpen(t, 2, 1)
		if b.frames(s) != 1 {
			t.Error("no frames after it was opened again")
		}
		for _, e := range b.told() {
			if strings.HasPrefix(e, "failed") {
				t.Errorf("told %s", e)
			}
		}
	})
}

func TestWithoutRetryASourceIsGivenUp(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		s := b.open("wlan1:retry=false")
		after(time.Second)
		b.told()
		a.receiver.fail(unix.ENETDOWN)
		after(time.Hour)
		b.wantTold("it is given up, as retry=false says")
		a.wantOpen(t, 1, 1)
		s.SetOpen(true)
		after(0)
		a.wantOpen(t, 2, 1)
	})
}

func TestAnAdapterThatOthersRetuneIsTunedBack(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		s := b.open("wlan1:channel=6,name=attic")
		after(time.Second)
		b.told()
		for range 20 {
			a.move(channel(1))
			after(2 * time.Second)
			if at := a.channel(); at != "6" {
				t.Fatalf("it is on channel %s", at)
			}
		}
		if n := s.State().Retuned; n != 20 {
			t.Errorf("retuned %d times, want 20", n)
		}
		b.wantTold("notice attic: Source attic: another program retuned wlan1mon from channel 6 to 1; it is tuned back")
	})
}

func TestAChannelThatTheDriverRefusesIsLeftOut(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		a.refuse(channel(6), unix.EBUSY)
		s := b.open("wlan1")
		after(3 * time.Second)
		if st := s.State(); !st.Open || !strings.Contains(st.Warning, unix.EBUSY.Error()) {
			t.Errorf("state %+v", st)
		}
		a.refuse(channel(6), nil)
		after(time.Minute)
		if st := s.State(); st.Warning != "" || b.air.WatchedAt(2437) == 0 {
			t.Errorf("state %+v", st)
		}
	})
}

func TestAWidthThatTheDriverRefusesIsNarrowed(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		a.channels = append(a.channels, 10)
		wide := radio.Channel{FreqMHz: 2437, Width: radio.Width40Plus}
		a.refuse(wide, unix.EINVAL)
		b.open("wlan1:channel=6HT40+")
		after(time.Second)
		if at := a.channel(); at != "6" {
			t.Errorf("it is on %q", at)
		}
	})
}

func TestAnAdapterThatVanishesWhileItIsTunedFailsTheSource(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		b.open("wlan1")
		after(time.Second)
		b.told()
		a.failWith(unix.ENODEV)
		for _, n := range []int{1, 6, 11} {
			a.refuse(channel(n), unix.ENODEV)
		}
		after(900 * time.Millisecond)
		b.wantTold("Source wlan1 has failed: no such device")
		a.wantOpen(t, 1, 1)
	})
}

func TestTheRulesOfTheCountryMayChange(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("wlan1", 1)
		s := b.open("wlan1")
		after(time.Second)
		a.mu.Lock()
		a.disabled = []uint16{2412}
		a.mu.Unlock()
		s.heed(radio.Event{Kind: radio.RegulatoryChanged})
		after(time.Second)
		if st := s.State(); len(st.Channels) != 2 {
			t.Errorf("channels %v", st.Channels)
		}
	})
}

func TestALeadIsAttendedTo(t *testing.T) {
	test(t, func(b *bench) {
		b.machine.plug("wlan1", 1)
		b.open("wlan1:hop_rate=1/min")
		after(time.Second)
		b.air.Attend(2462, time.Minute)
		after(0) // not after the minute that it would stay where it is
		if watched := b.machine.get("wlan1").channel(); watched != "11" {
			t.Errorf("it is on channel %s", watched)
		}
	})
}

func TestInterfaceThatIsNoAdapterFailsAndRecovers(t *testing.T) {
	test(t, func(b *bench) {
		a := b.machine.plug("veth1", 1)
		s := b.open("veth1:link=radiotap")
		after(time.Second)
		b.wantTold("opened veth1: Source veth1 captures on veth1")
		a.receiver.fail(unix.ENETDOWN)
		after(5 * time.Second)
		b.wantTold("failed veth1: Source veth1 has failed", "returned veth1: Source veth1 has recovered: it captures on veth1")
		a.hear(3)
		after(time.Second)
		if n := b.frames(s); n != 3 || !s.State().Open || s.State().Retuned != 0 {
			t.Errorf("%d frames, state %+v", n, s.State())
		}
	})
}

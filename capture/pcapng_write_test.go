package capture

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"picket/capture/dot11"
)

// written is a section with the frames in it.
func written(t testing.TB, s PcapngSection, frames ...RecordedFrame) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewPcapngWriter(&b, s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range frames {
		if err := w.Write(&frames[i]); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// optionsOf returns the values of an option in the first block of a kind that holds the text.
func optionsOf(t testing.TB, b []byte, kind uint32, code uint16) []string {
	t.Helper()
	head := map[uint32]int{blockSection: 16, blockInterface: 8, blockEnhancedPacket: 20}[kind]
	for len(b) > 0 {
		total := int(le.Uint32(b[4:]))
		if le.Uint32(b) != kind {
			b = b[total:]
			continue
		}
		options := b[blockHeader+head : total-blockTrailer]
		if kind == blockEnhancedPacket {
			options = options[(le.Uint32(b[blockHeader+12:])+3)&^3:]
		}
		var values []string
		for le.Uint16(options) != optionEnd {
			n := int(le.Uint16(options[2:]))
			if le.Uint16(options) == code {
				values = append(values, string(options[4:4+n]))
			}
			options = options[4+(n+3)&^3:]
		}
		return values
	}
	t.Fatalf("no block of type %#x", kind)
	return nil
}

func TestWrittenPcapngIsReadBack(t *testing.T) {
	cut := RecordedFrame{Time: epoch.Add(time.Second), Link: dot11.LinkRadiotap, Interface: "wlan1", Length: 1500, Data: append(bytes.Clone(deauth), 1)}
	bare := RecordedFrame{Time: epoch.Add(time.Millisecond), Link: dot11.LinkIEEE80211, Interface: "wlan0", Data: deauth[8:]}
	b := written(t, PcapngSection{Application: "picket 1.2.3", Comments: []string{"what it is", "and more"}},
		RecordedFrame{Time: epoch, Link: dot11.LinkRadiotap, Interface: "wlan0", Data: deauth, Comments: []string{"frame 1 of 3", "SSID \"\xffé\x00\""}}, bare, cut,
		RecordedFrame{Time: time.Unix(-1, 0), Link: dot11.LinkRadiotap, Interface: "wlan0"},
		RecordedFrame{Time: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), Link: dot11.LinkRadiotap, Interface: "wlan0", Data: deauth},
	)
	got, err := drainBytes(t, b)
	want := []heard{
		{epoch, 34, 0, dot11.LinkRadiotap, deauth},
		{bare.Time, 26, 1, dot11.LinkIEEE80211, deauth[8:]},
		{cut.Time, 1500, 2, dot11.LinkRadiotap, cut.Data},
		{time.Unix(0, 0).UTC(), 0, 0, dot11.LinkRadiotap, []byte{}},
		{time.Unix(18446744073, 0).UTC(), 34, 0, dot11.LinkRadiotap, deauth},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, frames (-want +got):\n%s", err, diff)
	}
	for _, c := range []struct {
		kind uint32
		code uint16
		want []string
	}{
		{blockSection, optionComment, []string{"what it is", "and more"}},
		{blockSection, optionApplication, []string{"picket 1.2.3"}},
		{blockInterface, optionInterfaceName, []string{"wlan0"}},
		{blockInterface, optionTimeResolution, []string{"\x09"}},
		{blockEnhancedPacket, optionComment, []string{"frame 1 of 3", "SSID \"\uFFFDé\uFFFD\""}},
		{blockEnhancedPacket, optionFrameFlags, []string{"\x01\x00\x00\x00"}},
	} {
		if diff := cmp.Diff(c.want, optionsOf(t, b, c.kind, c.code)); diff != "" {
			t.Errorf("option %d of block %#x (-want +got):\n%s", c.code, c.kind, diff)
		}
	}
}

func TestPcapngCommentsAreBounded(t *testing.T) {
	long := strings.Repeat("é", maxOption) // two bytes each, and a limit that is odd
	data := make([]byte, MaxFrame)
	b := written(t, PcapngSection{}, RecordedFrame{Time: epoch, Link: dot11.LinkRadiotap, Data: data, Comments: slices.Repeat([]string{long}, 100)})
	if got, err := drainBytes(t, b); err != nil || len(got) != 1 || len(got[0].Data) != MaxFrame {
		t.Errorf("%d frames, error %v", len(got), err)
	}
	comments := optionsOf(t, b, blockEnhancedPacket, optionComment)
	last := len(comments) - 1
	if comments[0] != long[:maxOption-1] || comments[last] != "92 more comments are left out" {
		t.Errorf("first comment has %d bytes, last of %d is %.40q", len(comments[0]), len(comments), comments[last])
	}
}

func TestPcapngWriterRefusesWhatNoReaderTakes(t *testing.T) {
	w, err := NewPcapngWriter(new(bytes.Buffer), PcapngSection{})
	check(t, err)
	if err := w.Write(&RecordedFrame{Data: make([]byte, MaxFrame+1)}); err == nil || !strings.Contains(err.Error(), "262145 bytes") {
		t.Errorf("oversized frame: %v", err)
	}
	for i := range maxInterfaces {
		check(t, w.Write(&RecordedFrame{Interface: string(rune('a' + i))}))
	}
	if err := w.Write(&RecordedFrame{Interface: "one more"}); err == nil || !strings.Contains(err.Error(), "4096 interfaces") {
		t.Errorf("too many interfaces: %v", err)
	}
	check(t, w.Write(&RecordedFrame{Interface: "a"}))
}

// fullDisk takes so many bytes.
type fullDisk int

var errFull = errors.New("no space left")

func (d *fullDisk) Write(b []byte) (int, error) {
	if *d -= fullDisk(len(b)); *d < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestPcapngWriterTellsOfAFullDisk(t *testing.T) {
	whole := len(written(t, PcapngSection{}, RecordedFrame{Data: deauth}))
	for size := range whole {
		disk := fullDisk(size)
		w, err := NewPcapngWriter(&disk, PcapngSection{})
		if err == nil {
			err = w.Write(&RecordedFrame{Data: deauth})
		}
		if !errors.Is(err, errFull) {
			t.Errorf("disk of %d bytes: %v", size, err)
		}
	}
}

func TestTsharkReadsWrittenPcapng(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "written.pcapng")
	check(t, os.WriteFile(path, written(t, PcapngSection{Application: "picket", Comments: []string{"a section"}},
		RecordedFrame{Time: epoch, Link: dot11.LinkRadiotap, Interface: "wlan0mon", Data: deauth, Comments: []string{"frame 1 of 2", "again"}},
		RecordedFrame{Time: epoch.Add(time.Nanosecond), Link: dot11.LinkIEEE80211, Interface: "wlan1mon", Data: deauth[8:], Comments: []string{"frame 2 of 2"}},
	), 0o600))
	out, err := exec.Command(tshark, "-r", path, "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.interface_name",
		"-e", "wlan.fc.type_subtype", "-e", "wlan.fixed.reason_code", "-e", "frame.comment").Output()
	check(t, err)
	const want = "1795405927.037596123\twlan0mon\t0x000c\t0x0007\tframe 1 of 2,again\n" +
		"1795405927.037596124\twlan1mon\t0x000c\t0x0007\tframe 2 of 2\n"
	if diff := cmp.Diff(want, string(out)); diff != "" {
		t.Error(diff)
	}
}

// FuzzPcapngWriter writes any frame and reads it back.
func FuzzPcapngWriter(f *testing.F) {
	f.Add(int64(1795405927), uint32(37596123), uint16(127), "wlan0", 100, deauth, "frame 1 of 2", "picket")
	f.Add(int64(-1), uint32(1<<31), uint16(105), "\xff\x00", -1, []byte{}, "", "")
	f.Fuzz(func(t *testing.T, seconds int64, nanos uint32, link uint16, name string, length int, data []byte, comment, application string) {
		l := dot11.LinkType(link)
		if len(data) > MaxFrame || !l.Supported() {
			return
		}
		at := time.Unix(seconds, int64(nanos))
		b := written(t, PcapngSection{Application: application, Comments: []string{comment}},
			RecordedFrame{Time: at, Link: l, Interface: name, Length: length, Data: data, Comments: []string{comment}})
		got, err := drainBytes(t, b)
		if err != nil || len(got) != 1 {
			t.Fatalf("%d frames, error %v", len(got), err)
		}
		g := got[0]
		if s := at.Unix(); s >= 0 && s < 18446744073 && !g.Time.Equal(at) {
			t.Errorf("time %v became %v", at, g.Time)
		}
		if g.Link != l || !bytes.Equal(g.Data, data) || g.Length < len(data) {
			t.Errorf("link %v, length %d, data % x", g.Link, g.Length, g.Data)
		}
		kept := optionsOf(t, b, blockEnhancedPacket, optionComment)[0]
		if !utf8.ValidString(kept) || utf8.ValidString(comment) && len(comment) <= maxOption && !strings.Contains(comment, "\x00") && kept != comment {
			t.Errorf("comment %q became %q", comment, kept)
		}
	})
}

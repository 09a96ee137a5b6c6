package capture

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/gopacket/pcapgo"
)

// sharedCaptures lists the captures that lie beside the checkout, or skips the test.
func sharedCaptures(t *testing.T) []string {
	t.Helper()
	root := os.Getenv("PICKET_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	var all []string
	for _, pattern := range []string{"*.pcap", "*.cap", "*.pcapng", "*.gz"} {
		m, err := filepath.Glob(filepath.Join(root, "pcaps", "*", pattern))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m...)
	}
	if len(all) == 0 {
		t.Skipf("no captures under %s", root)
	}
	return all
}

// The captures that end in the middle of a frame, and the frames before.
var sharedTruncated = map[string]int{
	"test__pcaps__bad_rsn_parsing_overrides_ssid.pcap": 1,
	"test__pmkid-not-recognized.cap":                   20056,
}

func drainFile(t *testing.T, path string) []heard {
	t.Helper()
	s, err := OpenFile(path, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, err := drain(t, s)
	if n, cut := sharedTruncated[filepath.Base(path)]; cut {
		if len(got) != n || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), path) {
			t.Errorf("%d frames, error %v; want %d and that the file is cut short", len(got), err, n)
		}
	} else if err != nil {
		t.Error(err)
	}
	return got
}

// TestSharedCapturesMatchPcapgo reads the classic captures with pcapgo too. It is right on all of them.
func TestSharedCapturesMatchPcapgo(t *testing.T) {
	for _, path := range sharedCaptures(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			got := drainFile(t, path)
			f, err := os.Open(path)
			check(t, err)
			defer f.Close()
			r, err := pcapgo.NewReader(f)
			if err != nil {
				t.Skip("pcapgo.Reader:", err)
			}
			r.SetSnaplen(MaxFrame)
			n := 0
			for ; ; n++ {
				data, ci, err := r.ZeroCopyReadPacketData()
				if err != nil {
					break
				}
				want := heard{ci.Timestamp, ci.Length, 0, got[0].Link, data}
				if n < len(got) && !want.equal(got[n]) {
					t.Fatalf("frame %d (-pcapgo +ours):\n%s", n, cmp.Diff(want, got[n]))
				}
			}
			if n != len(got) {
				t.Errorf("%d frames, pcapgo has %d", len(got), n)
			}
		})
	}
}

// TestSharedCapturesMatchCapinfos compares count, lengths on the air and times of first and last frame with
// Wireshark's capinfos.
func TestSharedCapturesMatchCapinfos(t *testing.T) {
	paths := sharedCaptures(t)
	if _, err := exec.LookPath("capinfos"); err != nil {
		t.Skip(err)
	}
	// It complains of truncated files, on stderr and by its exit status, and goes on.
	table, _ := exec.Command("capinfos", append([]string{"-M", "-T", "-r", "-c", "-d", "-a", "-e", "-S", "-B"}, paths...)...).Output()
	rows := strings.Split(strings.TrimSpace(string(table)), "\n")
	if len(rows) != len(paths) {
		t.Fatalf("%d rows for %d captures", len(rows), len(paths))
	}
	for i, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			got := drainFile(t, path)
			length := 0
			first, last := got[0].Time, got[0].Time
			for _, f := range got {
				length += f.Length
				if f.Time.Before(first) {
					first = f.Time
				}
				if f.Time.After(last) {
					last = f.Time
				}
			}
			row := strings.Split(rows[i], "\t")
			want := fmt.Sprint(len(got), " ", length, " ", stamp(first, row[3]), " ", stamp(last, row[4]))
			if row := strings.Join(row[1:], " "); row != want {
				t.Errorf("capinfos %s, ours %s", row, want)
			}
		})
	}
}

// stamp prints t with as many decimals as like has.
func stamp(t time.Time, like string) string {
	_, decimals, _ := strings.Cut(like, ".")
	return fmt.Sprintf("%d.%09d", t.Unix(), t.Nanosecond())[:len(strconv.FormatInt(t.Unix(), 10))+1+len(decimals)]
}

// TestSharedPcapngMatchesEditcap compares every frame's time, length and bytes with what Wireshark's editcap makes of
// the file.
func TestSharedPcapngMatchesEditcap(t *testing.T) {
	for _, path := range sharedCaptures(t) {
		if filepath.Ext(path) != ".pcapng" {
			continue
		}
		if _, err := exec.LookPath("editcap"); err != nil {
			t.Skip(err)
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			classic, err := exec.Command("editcap", "-F", "nsecpcap", path, "-").Output()
			check(t, err)
			want, err := drainBytes(t, classic)
			check(t, err)
			if got := drainFile(t, path); !slices.EqualFunc(want, got, heard.equal) {
				t.Errorf("(-editcap +ours):\n%s", cmp.Diff(want, got))
			}
		})
	}
}

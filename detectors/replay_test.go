package detectors

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket/pcapgo"

	"picket/capture/dot11"
)

// A captured frame, as a capture file or a test has it.
type captured struct {
	link dot11.LinkType
	data []byte
	at   time.Time
}

// sharedCapture is the path of a capture that is kept outside of the
// repository. The test is skipped when it is not there.
func sharedCapture(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("PICKET_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	path := filepath.Join(root, "pcaps", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no capture %s", path)
	}
	return path
}

// readCapture reads a pcap file, gzipped when its name ends in .gz.
func readCapture(t testing.TB, path string) []captured {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var in io.Reader = bufio.NewReader(file)
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(in); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	r, err := pcapgo.NewReader(in)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var list []captured
	for {
		data, info, err := r.ReadPacketData()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) { // some captures were cut off
			return list
		}
		if err != nil {
			t.Fatalf("%s: frame %d: %v", path, len(list), err)
		}
		list = append(list, captured{dot11.LinkType(r.LinkType()), data, info.Timestamp})
	}
}

// readCaptureNG reads a pcapng file.
func readCaptureNG(t testing.TB, path string) []captured {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := pcapgo.NewNgReader(bufio.NewReader(file), pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var list []captured
	for {
		data, info, err := r.ReadPacketData()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatalf("%s: frame %d: %v", path, len(list), err)
		}
		list = append(list, captured{dot11.LinkType(r.LinkType()), data, info.Timestamp})
	}
}

// replay shows frames to an engine with the given detectors and returns what
// they find.
func replay(t testing.TB, cfg Config, specs []Spec, frames []captured) []*Finding {
	t.Helper()
	var found []*Finding
	cfg.OnPanic = func(err *PanicError) { t.Errorf("%v\n%s", err, err.Stack) }
	e, err := newEngine(specs, cfg, func(f *Finding) { found = append(found, f) })
	if err != nil {
		t.Fatal(err)
	}
	var f dot11.Frame
	for _, c := range frames {
		if f.Parse(c.link, c.data) == dot11.Sound {
			e.Frame(&f, c.at, "test")
		}
	}
	return found
}

// checkFirst fails unless the first finding says want, or there is none if want
// is empty.
func checkFirst(t *testing.T, found []*Finding, want string) {
	t.Helper()
	if want == "" {
		for _, f := range found {
			t.Errorf("found: %s", f.Text)
		}
		return
	}
	if len(found) == 0 {
		t.Fatal("found nothing")
	}
	if !strings.Contains(found[0].Text, want) {
		t.Errorf("found: %s\nwants %q", found[0].Text, want)
	}
}

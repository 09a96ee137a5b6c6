package capture

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func writeFile(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenFileReadsCompressedAndPlainAlike(t *testing.T) {
	plain := pcapOf(0, time.Second)
	want, err := drainBytes(t, plain)
	if err != nil || len(want) != 2 {
		t.Fatalf("%d frames, error %v", len(want), err)
	}
	halves := append(gzipped(plain[:50]), gzipped(plain[50:])...)
	for name, b := range map[string][]byte{"a.pcap": plain, "a.pcap.gz": gzipped(plain), "two-members.gz": halves, "misnamed.txt": gzipped(plain)} {
		s, err := OpenFile(writeFile(t, name, b), FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := drain(t, s)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v (-want +got):\n%s", name, err, diff)
		}
		if s.Info().Name != name || s.Info().Kind != "pcapfile" {
			t.Errorf("%s: %+v", name, s.Info())
		}
		if read, size := s.(Progresser).Progress(); read != int64(len(b)) || size != int64(len(b)) {
			t.Errorf("%s: progress at the end %d of %d, want %d", name, read, size, len(b))
		}
		if err := s.Close(); err != nil {
			t.Errorf("%s: close: %v", name, err)
		}
	}
}

func TestOpenFileRefusesWhatIsNoCapture(t *testing.T) {
	for _, tt := range []struct {
		name string
		path string
		want string
	}{
		{"missing", filepath.Join(t.TempDir(), "none.pcap"), "none.pcap: no such file or directory"},
		{"folder", t.TempDir(), "is a directory, not a capture"},
		{"empty", writeFile(t, "zero.pcap", nil), "zero.pcap: byte 0: empty, no capture"},
		{"empty, compressed", writeFile(t, "zero.pcap.gz", gzipped(nil)), "zero.pcap.gz: in the decompressed stream: byte 0: empty, no capture"},
		{"text", writeFile(t, "notes.txt", []byte("hello, world")), "notes.txt: byte 0: unknown magic number 0x68656c6c"},
		{"gzip magic alone", writeFile(t, "stub.gz", []byte{0x1f, 0x8b}), "stub.gz: in the decompressed stream: byte 0: unexpected EOF"},
		{"Ethernet", writeFile(t, "eth.pcap", pcapFile(le, pcapMagicMicros, 0, 1)), "eth.pcap: byte 20: interface 0: link type 1 (Ethernet) is not 802.11"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := OpenFile(tt.path, FileOptions{})
			if s != nil || err == nil {
				t.Fatalf("opened as %v", s)
			}
			checkError(t, err, tt.want)
			checkError(t, err, tt.path)
		})
	}
}

func TestTruncatedGzipGivesTheFramesBefore(t *testing.T) {
	b := pcapFile(le, pcapMagicMicros, 0, 127)
	random := uint32(1)
	for i := range uint32(2000) { // bytes that do not compress, so that cutting the file cuts frames
		data := make([]byte, 200)
		for j := range data {
			random = random*1664525 + 1013904223
			data[j] = byte(random >> 24)
		}
		b = record(le, b, i, 0, data)
	}
	z := gzipped(b)
	got, err := drainBytes(t, z[:len(z)/2])
	if !errors.Is(err, io.ErrUnexpectedEOF) || len(got) < 900 || len(got) > 1100 {
		t.Errorf("%d frames, error %v; want about 1000 and an unexpected EOF", len(got), err)
	}
	z[len(z)-6]++ // the checksum
	got, err = drainBytes(t, z)
	if len(got) != 2000 {
		t.Errorf("%d frames before the checksum, want all", len(got))
	}
	checkError(t, err, "in the decompressed stream: byte 432024: gzip: invalid checksum")
}

func TestUUIDIsStableForTheSameInput(t *testing.T) {
	path := writeFile(t, "a.pcap", pcapOf(0))
	uuid := func(path string) string {
		t.Helper()
		s, err := OpenFile(path, FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		return s.Info().UUID
	}
	first := uuid(path)
	if _, ok := parseUUID(first); !ok || first != strings.ToUpper(first) {
		t.Errorf("UUID %q is not of Kismet's form", first)
	}
	t.Chdir(filepath.Dir(path))
	if again := uuid("./a.pcap"); again != first {
		t.Errorf("%q by its relative path, %q by its absolute one", again, first)
	}
	if other := uuid(writeFile(t, "a.pcap", pcapOf(0))); other == first {
		t.Errorf("another file has the same UUID %q", other)
	}
}

// pipe returns the ends of a pipe as a process inherits them: one that the runtime can poll, or one in blocking mode.
func pipe(t *testing.T, pollable bool) (r, w *os.File) {
	t.Helper()
	var fd [2]int
	flags := syscall.O_CLOEXEC
	if pollable {
		flags |= syscall.O_NONBLOCK
	}
	if err := syscall.Pipe2(fd[:], flags); err != nil {
		t.Fatal(err)
	}
	r, w = os.NewFile(uintptr(fd[0]), "r"), os.NewFile(uintptr(fd[1]), "w")
	t.Cleanup(func() { r.Close(); w.Close() })
	if got := r.SetReadDeadline(time.Time{}) == nil; got != pollable {
		t.Fatalf("pipe is pollable: %v, want %v", got, pollable)
	}
	return r, w
}

func TestStandardInput(t *testing.T) {
	for name, pollable := range map[string]bool{"pollable": true, "blocking": false} {
		t.Run(name, func(t *testing.T) {
			t.Run("delivers what has come without waiting for more", func(t *testing.T) {
				for _, live := range [][]byte{pcapOf(0, 1), flushed(pcapOf(0, 1))} {
					r, w := pipe(t, pollable)
					s, err := openStdin(r, FileOptions{})
					if err != nil {
						t.Fatal(err)
					}
					if _, err := w.Write(live); err != nil {
						t.Fatal(err)
					}
					for n := 0; n < 2; { // blocks for ever if the source waits for a full batch
						frames, err := s.Next()
						if err != nil {
							t.Fatal(err)
						}
						n += len(frames)
					}
					w.Close()
					if _, err := s.Next(); live[0] != 0x1f && err != io.EOF {
						t.Errorf("after the writer closed: %v, want EOF", err)
					}
					s.Close()
				}
			})
			t.Run("closes while blocked", func(t *testing.T) {
				r, w := pipe(t, pollable)
				s, err := openStdin(r, FileOptions{})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := w.Write(pcapOf(0)); err != nil {
					t.Fatal(err)
				}
				if _, err := s.Next(); err != nil {
					t.Fatal(err)
				}
				ended := make(chan error)
				go func() {
					_, err := s.Next()
					ended <- err
				}()
				if err := s.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
				if err := <-ended; !errors.Is(err, os.ErrClosed) {
					t.Errorf("blocked Next returned %v, want os.ErrClosed", err)
				}
				if _, err := s.Next(); !errors.Is(err, os.ErrClosed) {
					t.Errorf("Next after Close returned %v, want os.ErrClosed", err)
				}
				if _, err := r.Stat(); err != nil {
					t.Errorf("Close closed standard input: %v", err)
				}
			})
		})
	}
	t.Run("from a file", func(t *testing.T) {
		f, err := os.Open(writeFile(t, "a.pcap", gzipped(pcapOf(0, 1))))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		s, err := openStdin(f, FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := drain(t, s); err != nil || len(got) != 2 {
			t.Errorf("%d frames, error %v", len(got), err)
		}
		if s.Info().Name != "stdin" {
			t.Errorf("name %q", s.Info().Name)
		}
	})
	t.Run("names itself in errors", func(t *testing.T) {
		r, w := pipe(t, true)
		s, err := openStdin(r, FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		w.Write(pcapOf(0)[:30])
		w.Close()
		_, err = s.Next()
		checkError(t, err, "read standard input: byte 24: frame header of 16 bytes is cut short, only 6 are there")
	})
}

// flushed compresses b as a live writer does: all of it can be decompressed, but the stream is not at its end.
func flushed(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Flush()
	return out.Bytes()
}

func TestNamedPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("without a writer opens and closes", func(t *testing.T) {
		s, err := OpenFile(path, FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error)
		go func() {
			_, err := s.Next()
			ended <- err
		}()
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if err := <-ended; !errors.Is(err, os.ErrClosed) {
			t.Errorf("blocked Next returned %v, want os.ErrClosed", err)
		}
	})
	t.Run("is read to the writer's end", func(t *testing.T) {
		// The read end that the source above may yet open must not swallow these bytes.
		s, err := OpenFile(path, FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		w, err := os.OpenFile(path, os.O_RDWR, 0) // does not wait for a reader
		if err != nil {
			t.Fatal(err)
		}
		w.Write(pcapOf(0, 1))
		if frames, err := s.Next(); err != nil || len(frames) == 0 {
			t.Errorf("%d frames, error %v", len(frames), err)
		}
		s.Close()
		w.Close()
	})
}

func TestBatchesAreFull(t *testing.T) {
	s := NewReader(bytes.NewReader(pcapOf(make([]time.Duration, 1000)...)), FileOptions{})
	for _, want := range []int{256, 256, 256, 232} {
		if frames, err := s.Next(); err != nil || len(frames) != want {
			t.Errorf("batch of %d frames, error %v; want %d", len(frames), err, want)
		}
	}
}

func TestReadingDoesNotAllocate(t *testing.T) {
	var n ng
	n.section(le).iface(127, 0)
	for i := range uint64(300) {
		n.enhanced(0, i, deauth)
	}
	head := len(n.b) - 300*68
	for name, r := range map[string]io.Reader{
		"pcap":   &endless{once: pcapOf()[:24], again: pcapOf(make([]time.Duration, 300)...)[24:]},
		"pcapng": &endless{once: n.b[:head], again: n.b[head:]},
	} {
		s := NewReader(r, FileOptions{})
		next := func() {
			if _, err := s.Next(); err != nil {
				t.Fatal(err)
			}
		}
		next()
		if got := testing.AllocsPerRun(1000, next); got != 0 {
			t.Errorf("%s: %v allocations a batch", name, got)
		}
	}
}

// endless repeats bytes for ever.
type endless struct {
	once, again []byte
	at          int
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.once) > 0 {
		n := copy(p, e.once)
		e.once = e.once[n:]
		return n, nil
	}
	n := copy(p, e.again[e.at:])
	e.at = (e.at + n) % len(e.again)
	return n, nil
}

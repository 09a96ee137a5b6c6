package capture

import (
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sequence returns the frames of s as "source time", and its error if not io.EOF.
func sequence(s Source) ([]string, error) {
	var all []string
	for {
		frames, err := s.Next()
		if err == io.EOF {
			return all, nil
		} else if err != nil {
			return all, err
		}
		for _, f := range frames {
			all = append(all, fmt.Sprintf("%s %v", f.Source.Name, f.Timestamp.Sub(epoch).Seconds()))
		}
	}
}

func TestMergeIsInOrderOfTimeThenOfSources(t *testing.T) {
	for _, tt := range []struct {
		name    string
		sources []Source
		want    []string
	}{
		{"none", nil, nil},
		{"one", []Source{newFake("a", seconds(1, 2), seconds(3))}, []string{"a 1", "a 2", "a 3"}},
		{"two", []Source{newFake("a", seconds(1, 4), seconds(6)), newFake("b", seconds(2, 3), seconds(5, 7))},
			[]string{"a 1", "b 2", "b 3", "a 4", "b 5", "a 6", "b 7"}},
		{"ties", []Source{newFake("a", seconds(1, 2)), newFake("b", seconds(1), seconds(1, 2)), newFake("c", seconds(1, 2))},
			[]string{"a 1", "b 1", "b 1", "c 1", "a 2", "b 2", "c 2"}},
		{"one ends early", []Source{newFake("a", seconds(1)), newFake("b", seconds(2), seconds(3)), newFake("c", seconds(2.5))},
			[]string{"a 1", "b 2", "c 2.5", "b 3"}},
		{"a source out of order keeps its order", []Source{newFake("a", seconds(5, 1, 6)), newFake("b", seconds(2, 5.5))},
			[]string{"b 2", "a 5", "a 1", "b 5.5", "a 6"}},
		{"an empty one", []Source{newFake("a"), newFake("b", seconds(1))}, []string{"b 1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := sequence(Merge(tt.sources...))
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Errorf("error %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestMergeOfFilesKeepsFramesIntact(t *testing.T) {
	var times [2][]time.Duration
	for i := range 2000 {
		times[i%2] = append(times[i%2], time.Duration(i)*time.Millisecond)
	}
	got, err := drain(t, Merge(reader(pcapOf(times[0]...)), reader(gzipped(pcapOf(times[1]...)))))
	if err != nil || len(got) != 2000 {
		t.Fatalf("%d frames, error %v", len(got), err)
	}
	for i, f := range got {
		if want := epoch.Add(time.Duration(i) * time.Millisecond); !f.Time.Equal(want) || f.Data[len(f.Data)-1] != byte(i/2) {
			t.Fatalf("frame %d: %v ends with %d; want %v with %d", i, f.Time, f.Data[len(f.Data)-1], want, byte(i/2))
		}
	}
}

func TestMergeReportsErrorsAfterTheOtherSources(t *testing.T) {
	broken, torn := errors.New("broken"), errors.New("torn")
	a, b, c := newFake("a", seconds(1)), newFake("b", seconds(2), seconds(3)), newFake("c")
	a.err, c.err = broken, torn
	s := Merge(a, b, c)
	got, err := sequence(s)
	if diff := cmp.Diff([]string{"a 1", "b 2", "b 3"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !errors.Is(err, broken) || !errors.Is(err, torn) {
		t.Errorf("error %v, want both", err)
	}
	if _, again := s.Next(); !errors.Is(again, broken) {
		t.Errorf("Next after the error: %v", again)
	}
}

func TestMergeClosesWhileASourceBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := newFake("a", seconds(1)), newFake("b", seconds(2))
		b.wait = true
		s := Merge(a, b)
		ended := make(chan error)
		go func() {
			_, err := sequence(s)
			ended <- err
		}()
		synctest.Wait()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != os.ErrClosed {
			t.Errorf("blocked Next returned %v, want os.ErrClosed", err)
		}
		<-a.closed
		<-b.closed
	})
}

func TestJoinedSourcesSumProgressWhileSizesAreKnown(t *testing.T) {
	open := func(times ...time.Duration) Source {
		s, err := OpenFile(writeFile(t, "a.pcap", pcapOf(times...)), FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	s := Merge(open(0, 1), open(2))
	if _, err := sequence(s); err != nil {
		t.Fatal(err)
	}
	if read, size := s.(Progresser).Progress(); read != 24+50+50+24+50 || size != read {
		t.Errorf("%d of %d", read, size)
	}
	if read, size := Merge(open(0), reader(pcapOf(0))).(Progresser).Progress(); read != 74 || size != 0 {
		t.Errorf("with a source of unknown size: %d of %d, want 74 of 0", read, size)
	}
}

package capture

import (
	"github.com/google/gopacket"

	"picket/capture/dot11"
)

// MaxFrame is the most bytes that one captured frame may have. It is the snapshot length that tcpdump and dumpcap use
// when told to take everything (262,144), far above what 802.11 allows for an A-MSDU.
const MaxFrame = 256 << 10

// maxBatch is the most frames that a source returns at once: enough to make the cost of a call vanish, few enough
// that the batch stays in the processor's cache.
const maxBatch = 256

// Frame is one frame as a source delivers it.
//
// Data, and the Frame itself, are valid until the next call of Next or Close of the source. Until then the caller may
// change the fields of the frame, but not the bytes of Data.
type Frame struct {
	// Timestamp (UTC), CaptureLength = len(Data), Length of the frame on the air, and the InterfaceIndex within its
	// section of a pcapng file.
	gopacket.CaptureInfo
	Link   dot11.LinkType
	Source *Info // who heard it
	Data   []byte
}

// Info names a source.
type Info struct {
	Name       string  // "clean.pcap.gz", "stdin", or what name= says
	UUID       string  // 8-4-4-4-12 hexadecimal digits, the same for the same input
	Definition string  // as configured: "clean.pcap.gz:realtime=true"
	Kind       string  // Kismet's type of the source: "pcapfile"
	Number     int     // order in which the sources were configured
	Parts      []*Info // of a source that joins others: who they are
}

// A Source yields frames in batches.
//
// Next blocks until it has at least one frame. It returns no frames with an error, and the same error from then on:
// io.EOF when all has been read, os.ErrClosed after Close, or what went wrong. Frames read before an error are
// delivered before it.
//
// Next is for one goroutine. Close may be called from another one while Next blocks, and makes it return; calls after
// the first do nothing.
type Source interface {
	Info() *Info
	Next() ([]Frame, error)
	Close() error
}

// A Progresser tells how far a source has come: bytes read from the input (compressed, where it is) and the input's
// size, which is 0 when unknown. It may be called from any goroutine. The sources of this package implement it.
type Progresser interface {
	Progress() (read, size int64)
}

// progress sums the progress of sources. The size of the whole is unknown if that of one is.
func progress(sources []Source) (read, size int64) {
	known := true
	for _, s := range sources {
		p, ok := s.(Progresser)
		if !ok {
			known = false
			continue
		}
		r, n := p.Progress()
		read += r
		size += n
		known = known && n > 0
	}
	if !known {
		size = 0
	}
	return read, size
}

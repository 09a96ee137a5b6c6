package capture

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// DefaultRing is the size of the ring of an interface in bytes, and leastRing the smallest that is worth having.
const (
	DefaultRing = 4 << 20
	leastRing   = 256 << 10
)

// blockSize is that of the blocks that the kernel hands over one by one. While little is on the air each frame gets a
// block of its own after blockTimeout, so the number of blocks says for how long the reader may be kept from running:
// 64 times 4 ms. While much is, the reader is woken for each block, so that larger ones cost less.
const (
	blockSize    = 64 << 10
	blockTimeout = 4 * time.Millisecond
)

// lastFrames is how long a block may take to be handed over: the timeout, rounded up to the kernel's next tick, which
// comes every 10 ms at the slowest, twice.
const lastFrames = 4 * 10 * time.Millisecond

// ring is memory that the kernel shares (Documentation/networking/packet_mmap.rst, TPACKET_V3): blocks, each of which
// belongs to the kernel until that sets its status, and then to us until we clear it.
type ring struct {
	memory    []byte
	blockSize int
	frames    []Frame

	block  int // that frames are taken from next
	left   int // frames in it; 0 if it is not ours yet
	offset int // of the first of these
	done   int // blocks before it that are ours still
}

func newRing(fd, size int, f Frame) (*ring, error) {
	block := max(blockSize, os.Getpagesize())
	blocks := max(size/block, 2)
	size = blocks * block
	// The kernel would have other programs killed to make room.
	if free, ok := availableMemory(); ok && int64(size) > free {
		return nil, fmt.Errorf("ring of %s with %s of memory available: %w", mebibytes(int64(size)), mebibytes(free), unix.ENOMEM)
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V3); err != nil {
		return nil, fmt.Errorf("ring: packet version 3: %w", err)
	}
	req := unix.TpacketReq3{
		Block_size: uint32(block),
		Block_nr:   uint32(blocks),
		Frame_size: uint32(block), // of no effect in version 3, but checked
		Frame_nr:   uint32(blocks),

		Retire_blk_tov: uint32(blockTimeout.Milliseconds()),
	}
	if err := unix.SetsockoptTpacketReq3(fd, unix.SOL_PACKET, unix.PACKET_RX_RING, &req); err != nil {
		return nil, fmt.Errorf("ring of %s: %w", mebibytes(int64(size)), err)
	}
	memory, err := unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		unix.SetsockoptTpacketReq3(fd, unix.SOL_PACKET, unix.PACKET_RX_RING, &unix.TpacketReq3{}) // frees it
		return nil, fmt.Errorf("map a ring of %s: %w", mebibytes(int64(size)), err)
	}
	r := &ring{memory: memory, blockSize: block, frames: make([]Frame, maxBatch)}
	for i := range r.frames {
		r.frames[i] = f
	}
	return r, nil
}

func (r *ring) next(int) ([]Frame, error) {
	r.handBack()
	n := 0
	for n < maxBatch && r.done < r.blocks()/2 {
		h := headerOf(r.memory[r.block*r.blockSize:])
		if r.left == 0 {
			if atomic.LoadUint32(&h.Block_status)&unix.TP_STATUS_USER == 0 {
				break
			}
			r.left = int(h.Num_pkts) // 0 before a frame that fills a block
			r.offset = int(h.Offset_to_first_pkt)
		}
		for ; r.left > 0 && n < maxBatch; n++ {
			r.frame(&r.frames[n])
		}
		if r.left == 0 {
			r.block = (r.block + 1) % r.blocks()
			r.done++
		}
	}
	if n == 0 {
		r.handBack()
	}
	return r.frames[:n], nil
}

func (r *ring) blocks() int { return len(r.memory) / r.blockSize }

// handBack gives the kernel the blocks of which all frames are done with.
func (r *ring) handBack() {
	for ; r.done > 0; r.done-- {
		block := (r.block + r.blocks() - r.done) % r.blocks()
		atomic.StoreUint32(&headerOf(r.memory[block*r.blockSize:]).Block_status, unix.TP_STATUS_KERNEL)
	}
}

// frame sets f to the next frame of the block.
func (r *ring) frame(f *Frame) {
	p := r.memory[r.block*r.blockSize+r.offset:]
	h := (*unix.Tpacket3Hdr)(unsafe.Pointer(&p[:unix.SizeofTpacket3Hdr][0]))
	f.Timestamp = time.Unix(int64(h.Sec), int64(h.Nsec)).UTC()
	f.CaptureLength, f.Length = int(h.Snaplen), int(h.Len)
	end := int(h.Mac) + f.CaptureLength
	f.Data = p[h.Mac:end:end]
	r.offset += int(h.Next_offset)
	r.left--
}

func (r *ring) free() error { return unix.Munmap(r.memory) }

// headerOf returns the header of a block, which is behind its version and the offset to its private area.
func headerOf(b []byte) *unix.TpacketHdrV1 {
	const at = unsafe.Offsetof(unix.TpacketBlockDesc{}.Hdr)
	return (*unix.TpacketHdrV1)(unsafe.Pointer(&b[at : at+unsafe.Sizeof(unix.TpacketHdrV1{})][0]))
}

// availableMemory is how many bytes can be had without swapping.
func availableMemory() (n int64, ok bool) {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if text, found := strings.CutPrefix(s.Text(), "MemAvailable:"); found {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(text), " kB"), 10, 64)
			return kib << 10, err == nil
		}
	}
	return 0, false
}

func mebibytes(n int64) string { return fmt.Sprintf("%.4g MiB", float64(n)/(1<<20)) }

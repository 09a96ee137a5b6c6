// Package capture delivers 802.11 frames as they were heard: from network interfaces, capture files and pipes, at full
// speed or paced by their capture times, one source or several joined.
//
// A [Source] yields batches of [Frame] values whose Data lies in memory the source reuses, so reading costs no
// allocation per frame. [OpenLive] captures on an interface that is in monitor mode; package live makes a source of an
// adapter with it, one that tunes and survives. [OpenFile] opens pcap and pcapng files, compressed with gzip or not,
// and standard input; [NewReader] reads the same formats from any io.Reader. [Realtime], [Loop], [Merge] and [Fan] are
// sources made of sources. [ParseDefinition] reads Kismet's notation for a source.
//
// # Trust in files
//
// A capture is input from strangers. No length in a file is believed before the bytes are there: buffers grow with
// what was read, never with what a header claims, and end at a fixed bound. What cannot be read is an error that
// names the file and the byte offset (of the decompressed stream, where the file is compressed); every frame before
// that byte is delivered first.
//
// gopacket gives the metadata of a frame ([gopacket.CaptureInfo]) and writes captures. Its readers (pcapgo v1.1.19)
// are not used, for reasons that the tests of this package pin: both cut link types to eight bits (383 reads as
// radiotap) and report a file that ends between a frame's header and its data as a clean end; the pcapng reader
// computes wrong times for power-of-two and one-second resolutions, divides by zero for others, allocates what a
// block claims and checks no trailing length. Cutting frames out of one buffer also takes about 0.6 of the
// time of pcapgo's copying reads (BenchmarkFile, BenchmarkBarePcapgo).
package capture

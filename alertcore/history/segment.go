package history

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// A segment is a part of what was journalled, on its way to the database. What
// somebody waits for is on disk when the segment has been synced, which is one
// write and costs little; the database takes the segment later, whole. Until
// then its file is what a power cut leaves, and the next start reads it.
//
//	segment = magic (8 octets), epoch (8), checksum of both (4), group ...
//	group   = length of rows (4), alerts in them (4), checksum of the epoch,
//	          both numbers and the rows (4), rows
//
// Numbers are little-endian, checksums CRC-32C. Files are written over from
// their beginning, and not cut, which would be one more thing to sync. What is
// left of an earlier epoch does not have the right checksums.
type segment struct {
	path    string
	durable bool // what is in the file is safe; else there is no file
	file    *os.File

	epoch  uint64 // one more than that of the segment before
	data   []byte // as in the file
	open   int    // where in data the group begins that is being filled; 0: there is none
	synced int    // so much of data is in the file, for good

	alerts   int
	things   int           // that are not on disk
	octets   int           // that these take, about
	filledAt time.Duration // since the Store began
	flushers []chan error  // who wait for it to be in the database
	fault    error         // why it is not in the file
}

const (
	segmentMagic  = "picketjl"
	segmentHeader = len(segmentMagic) + 8 + 4
	groupHeader   = 4 + 4 + 4
)

var (
	// segmentNames end the names of the files, of which one is filled while
	// the database takes the other.
	segmentNames = [...]string{"-pending1", "-pending2"}

	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

// begin makes an empty segment of s.
func (s *segment) begin(epoch uint64) {
	*s = segment{path: s.path, durable: s.durable, file: s.file, epoch: epoch, data: s.data[:0]}
	s.data = append(s.data, segmentMagic...)
	s.data = binary.LittleEndian.AppendUint64(s.data, epoch)
	s.data = binary.LittleEndian.AppendUint32(s.data, crc32.Checksum(s.data, castagnoli))
}

// empty reports whether there is nothing in s for the database.
func (s *segment) empty() bool { return len(s.data) <= segmentHeader }

// fill moves things from b to s until s has about so many bytes, and reports
// whether that was all.
func (s *segment) fill(b *batch, bytes int) (all bool) {
	if b.len() == 0 {
		return true
	}
	if s.open == 0 {
		s.open = len(s.data)
		s.data = append(s.data, make([]byte, groupHeader)...)
	}
	var n portion
	for n.definitions < len(b.definitions) && len(s.data) < bytes {
		s.data = appendDefinition(s.data, b.definitions[n.definitions])
		n.octets += rowBytes
		n.definitions++
	}
	for n.records < len(b.records) && len(s.data) < bytes {
		s.data = appendAlert(s.data, b.records[n.records])
		n.octets += recordOctets(b.records[n.records])
		n.records++
	}
	for n.messages < len(b.messages) && len(s.data) < bytes {
		s.data = appendMessage(s.data, b.messages[n.messages])
		n.octets += messageOctets(b.messages[n.messages])
		n.messages++
	}
	alerts := s.data[s.open+4:]
	binary.LittleEndian.PutUint32(alerts, binary.LittleEndian.Uint32(alerts)+uint32(n.records))
	s.alerts += n.records
	s.things += n.len()
	s.octets += n.octets
	b.drop(n)
	return b.len() == 0
}

// seal ends the group that is being filled.
func (s *segment) seal() {
	if s.open == 0 {
		return
	}
	group := s.data[s.open:]
	if len(group) == groupHeader { // there was no room for anything
		s.data, s.open = s.data[:s.open], 0
		return
	}
	binary.LittleEndian.PutUint32(group, uint32(len(group)-groupHeader))
	binary.LittleEndian.PutUint32(group[8:], groupChecksum(s.epoch, group))
	s.open = 0
}

func groupChecksum(epoch uint64, group []byte) uint32 {
	var of [8]byte
	binary.LittleEndian.PutUint64(of[:], epoch)
	sum := crc32.Update(crc32.Checksum(of[:], castagnoli), castagnoli, group[:8])
	return crc32.Update(sum, castagnoli, group[groupHeader:])
}

// sync brings all that s has to its file, for good, and reports whether it is
// there. After a fault s has no file, until it begins anew.
func (s *segment) sync() (durable bool) {
	s.seal()
	if !s.durable || s.fault != nil {
		return false
	}
	if s.synced == len(s.data) {
		return true
	}
	if err := s.write(); err != nil {
		s.fault = errors.Join(fmt.Errorf("write what is on its way to the history: %w", err), s.close())
		return false
	}
	s.synced = len(s.data)
	return true
}

func (s *segment) write() (err error) {
	if s.file == nil {
		if s.file, err = os.OpenFile(s.path, os.O_WRONLY|os.O_CREATE, 0o600); err != nil {
			return err
		}
	}
	if _, err := s.file.WriteAt(s.data[s.synced:], int64(s.synced)); err != nil {
		return err
	}
	return unix.Fdatasync(int(s.file.Fd()))
}

func (s *segment) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}

// cutGroup returns the rows of the group that data begins with, how many alerts
// are in them, and what follows; none if there is no group that is whole.
func cutGroup(epoch uint64, data []byte) (rows []byte, alerts int, rest []byte) {
	if len(data) < groupHeader {
		return nil, 0, nil
	}
	length := uint64(binary.LittleEndian.Uint32(data))
	if length == 0 || length > uint64(len(data)-groupHeader) {
		return nil, 0, nil
	}
	group, rest := data[:groupHeader+length], data[groupHeader+length:]
	if binary.LittleEndian.Uint32(group[8:]) != groupChecksum(epoch, group) {
		return nil, 0, nil
	}
	return group[groupHeader:], int(binary.LittleEndian.Uint32(group[4:])), rest
}

// load takes up what is whole in data.
func (s *segment) load(data []byte) {
	if len(data) < segmentHeader || string(data[:len(segmentMagic)]) != segmentMagic {
		return
	}
	header, rest := data[:segmentHeader], data[segmentHeader:]
	if binary.LittleEndian.Uint32(header[segmentHeader-4:]) != crc32.Checksum(header[:segmentHeader-4], castagnoli) {
		return
	}
	s.epoch = binary.LittleEndian.Uint64(header[len(segmentMagic):])
	for {
		rows, alerts, after := cutGroup(s.epoch, rest)
		if rows == nil {
			break
		}
		s.alerts += alerts
		rest = after
	}
	s.data = data[:len(data)-len(rest)]
	s.synced = len(s.data)
}

// openSegments returns the segments of the history at path, with what a process
// left in them that was killed. They have files if they are to be durable.
func openSegments(path string, durable bool) (list []*segment, err error) {
	defer func() {
		if err != nil {
			list, err = nil, errors.Join(fmt.Errorf("open what is on its way to the history: %w", err), closeSegments(list))
		}
	}()
	for _, name := range segmentNames {
		s := &segment{path: path + name, durable: durable}
		list = append(list, s)
		data, err := os.ReadFile(s.path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return list, err
		}
		s.load(data)
		if !durable {
			continue
		}
		if s.file, err = os.OpenFile(s.path, os.O_WRONLY|os.O_CREATE, 0o600); err != nil {
			return list, err
		}
	}
	if !durable {
		return list, nil
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return list, err
	}
	return list, errors.Join(folder.Sync(), folder.Close()) // so that the names are kept, too
}

func closeSegments(list []*segment) error {
	var errs []error
	for _, s := range list {
		errs = append(errs, s.close())
	}
	return errors.Join(errs...)
}

// removeSegments removes the files, when all that they had is in the database.
func removeSegments(path string) error {
	var errs []error
	for _, name := range segmentNames {
		if err := os.Remove(path + name); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

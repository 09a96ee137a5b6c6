package dot11

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/gopacket/pcapgo"
)

// TestFieldsEqualTsharks compares every field of every frame of the captures in
// testdata with what tshark made of them (testdata/tshark.sh).
func TestFieldsEqualTsharks(t *testing.T) {
	tables, err := filepath.Glob("testdata/*.tsv")
	if err != nil || len(tables) == 0 {
		t.Fatalf("no tables in testdata: %v", err)
	}
	for _, table := range tables {
		name := strings.TrimSuffix(filepath.Base(table), ".tsv")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(table)
			if err != nil {
				t.Fatal(err)
			}
			compareWithTshark(t, "testdata/"+name+".pcap.gz", text)
		})
	}
}

// TestFieldsEqualTsharksOnSharedCaptures does so with the tshark that is
// installed, for every capture in the folder of shared ones.
func TestFieldsEqualTsharksOnSharedCaptures(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many captures")
	}
	folder := sharedCaptures(t)
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip(err)
	}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isCapture(path) {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := exec.Command("testdata/tshark.sh", path).Output()
			if len(text) == 0 {
				t.Fatalf("tshark read nothing: %v", err)
			}
			compareWithTshark(t, path, text)
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// sharedCaptures finds the folder of captures that are not in the repository,
// and skips the test where it is absent.
func sharedCaptures(t *testing.T) string {
	t.Helper()
	shared := os.Getenv("PICKET_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	folder := filepath.Join(shared, "pcaps")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("no shared captures: %v", err)
	}
	return folder
}

func isCapture(path string) bool {
	switch filepath.Ext(strings.TrimSuffix(path, ".gz")) {
	case ".pcap", ".pcapng", ".cap", ".dump":
		return true
	}
	return false
}

// A captured frame, as a capture file has it.
type captured struct {
	link   LinkType
	data   []byte
	length int // on the air
}

// openCapture returns a function that gives the next frame of a pcap or pcapng
// file, plain or gzip.
func openCapture(t *testing.T, path string) func() (captured, error) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if data, err = io.ReadAll(unpacked); err != nil {
			t.Fatal(err)
		}
	}
	if bytes.HasPrefix(data, []byte{0x0a, 0x0d, 0x0d, 0x0a}) {
		r, err := pcapgo.NewNgReader(bytes.NewReader(data), pcapgo.NgReaderOptions{WantMixedLinkType: true})
		if err != nil {
			t.Fatal(err)
		}
		return func() (captured, error) {
			data, info, err := r.ReadPacketData()
			if err != nil {
				return captured{}, err
			}
			in, err := r.Interface(info.InterfaceIndex)
			return captured{LinkType(in.LinkType), data, info.Length}, err
		}
	}
	r, err := pcapgo.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	r.SetSnaplen(max(r.Snaplen(), 262144))
	return func() (captured, error) {
		data, info, err := r.ReadPacketData()
		return captured{LinkType(r.LinkType()), data, info.Length}, err
	}
}

// compareWithTshark goes through a capture and tshark's table of it together.
func compareWithTshark(t *testing.T, path string, table []byte) {
	lines := bufio.NewScanner(bytes.NewReader(table))
	lines.Buffer(nil, 1<<20)
	lines.Scan()
	header := strings.Split(lines.Text(), "\t")
	next := openCapture(t, path)
	const maxShown = 20
	frames, wrong := 0, 0
	for lines.Scan() {
		frames++
		c, err := next()
		if err != nil {
			t.Fatalf("frame %d: %v", frames, err)
		}
		row := make(map[string]string, len(header))
		for i, value := range strings.Split(lines.Text(), "\t") {
			row[header[i]] = value
		}
		for _, d := range compareFrame(c, row) {
			if wrong++; wrong <= maxShown {
				t.Errorf("frame %d: %s", frames, d)
			}
		}
	}
	if _, err := next(); !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("tshark read %d frames, then we: %v", frames, err)
	}
	if wrong > maxShown {
		t.Errorf("%d differences in %d frames", wrong, frames)
	}
}

// A difference is a field of which we and tshark say different things.
type difference struct{ column, ours, tsharks string }

func (d difference) String() string {
	return fmt.Sprintf("%s: ours %q, tshark's %q", d.column, d.ours, d.tsharks)
}

// compareFrame returns the fields in which we and tshark differ, but for those
// where tshark is known to be wrong.
func compareFrame(c captured, row map[string]string) (found []difference) {
	var v reading
	switch defect := v.ParseTruncated(c.link, c.data, c.length); defect {
	case UnsupportedLink:
		if row["wlan.fc.type_subtype"] != "" {
			found = append(found, difference{"link type", defect.String(), row["frame.protocols"]})
		}
		return found
	case BadFCS:
		if row["wlan.fcs.status"] != "0" {
			found = append(found, difference{"wlan.fcs.status", defect.String(), row["wlan.fcs.status"]})
		}
		return found
	case BadVersion:
		if row["wlan.fc.version"] == "0" {
			found = append(found, difference{"wlan.fc.version", defect.String(), "0"})
		}
		return found
	case BadRadio, Short:
		// tshark reads on behind a radiotap header of a version that is not known.
		if c.link == LinkRadiotap && len(c.data) > 0 && c.data[0] != 0 {
			return nil
		}
		if row["wlan.fixed.capabilities"] != "" || row["wlan.seq"] != "" {
			found = append(found, difference{"defect", defect.String(), row["wlan.fc.type_subtype"]})
		}
		return found
	}
	v.fill()
	for _, field := range oracleFields {
		if !field.kinds.Has(v.Kind) {
			continue
		}
		ours, theirs := field.value(&v), field.mode.theirs(row[field.column])
		if ours == theirs || ours == "0" && theirs == "" && field.mode.zeroIsAbsent() {
			continue
		}
		if d := (difference{field.column, ours, theirs}); !tsharkIsWrong(&v, row, d) {
			found = append(found, d)
		}
	}
	return found
}

// theirs turns what tshark has in a column into what we print.
func (m oracleMode) theirs(value string) string {
	value = canonical(value)
	if m != every && m != suiteTypes {
		value, _, _ = strings.Cut(value, ",")
	}
	switch m {
	case threeDigits:
		if x, err := strconv.ParseFloat(value, 64); err == nil {
			value = strconv.FormatFloat(x, 'g', 3, 64)
		}
	case groupType, suiteTypes:
		value = ownSuites(value)
	}
	return value
}

func (m oracleMode) zeroIsAbsent() bool { return m == leadingOrZero || m == groupType }

// canonical writes each of tshark's comma separated numbers in decimal, and
// nothing for an empty SSID and for the zero address.
func canonical(value string) string {
	value = strings.ReplaceAll(value, "<MISSING>", "")
	value = strings.ReplaceAll(value, "00:00:00:00:00:00", "")
	if !strings.Contains(value, "0x") {
		return value
	}
	parts := strings.Split(value, ",")
	for i, part := range parts {
		if n, err := strconv.ParseUint(part, 0, 64); err == nil && strings.HasPrefix(part, "0x") {
			parts[i] = strconv.FormatUint(n, 10)
		}
	}
	return strings.Join(parts, ",")
}

// ownSuites turns selectors into the sorted types of those that a SuiteSet holds.
func ownSuites(selectors string) string {
	var set SuiteSet
	for _, part := range strings.Split(selectors, ",") {
		n, err := strconv.ParseUint(part, 10, 32)
		if oui := n >> 8; err == nil && (oui == 0x000fac || oui == 0x0050f2) && n&0xff < 64 {
			set |= 1 << (n & 0xff)
		}
	}
	return suites(set)
}

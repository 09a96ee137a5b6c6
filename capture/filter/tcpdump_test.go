package filter

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"

	"picket/capture/dot11"
)

const network = "9c:5c:8e:10:00:01"

// expressions are those that are compared with tcpdump. The addresses are of the captures and of made frames.
var expressions = []string{
	"type mgt", "type ctl", "type data", "not type mgt",
	"type mgt subtype beacon", "type mgt subtype probe-req", "type mgt subtype probe-resp",
	"subtype deauth", "subtype disassoc", "subtype auth", "subtype assoc-req", "subtype assoc-resp",
	"subtype rts", "subtype cts", "subtype ack", "subtype ps-poll", "subtype cf-end",
	"subtype data", "subtype qos-data", "subtype null", "subtype qos",
	"wlan host " + network, "wlan src " + network, "wlan dst " + network,
	"wlan addr1 ff:ff:ff:ff:ff:ff", "wlan addr2 " + network, "wlan addr3 " + network, "not wlan host " + network,
	"wlan host " + ap, "wlan src " + sta, "wlan src " + far, "wlan src " + dev, "wlan dst " + ap, "wlan dst " + far,
	"wlan src or dst host " + far, "wlan src and dst " + ap, "ether host " + sta, "not wlan src " + dev,
	"wlan addr1 " + ap, "wlan addr2 " + sta, "wlan addr3 " + far, "wlan addr4 " + dev, "wlan ra " + ap, "wlan ta " + sta,
	"less 60", "greater 60", "len = 36", "len != 36", "len >= 0x40", "len < 0100",
	"type mgt and not subtype beacon", "type mgt or type data and len > 100", "type mgt or (type data and len > 100)",
	"wlan addr2 " + network + " or " + sta + " and len > 60", "!(type ctl || subtype beacon) && wlan dst ff:ff:ff:ff:ff:ff",
	"wlan[0] = 0x80", "wlan[0] & 0xf0 = 0xc0", "wlan[4:4] = 0xffffffff", "wlan[1] & 0x40 != 0", "wlan[24:2] > 7",
}

func TestAcceptsWhatTcpdumpAccepts(t *testing.T) {
	if _, err := exec.LookPath("tcpdump"); err != nil {
		t.Skip(err)
	}
	captures, err := filepath.Glob("../dot11/testdata/*.pcap.gz")
	if err != nil || len(captures) == 0 {
		t.Fatalf("no captures, %v", err)
	}
	for _, link := range []dot11.LinkType{dot11.LinkRadiotap, dot11.LinkIEEE80211} {
		var frames [][]byte
		for _, capture := range captures {
			frames = append(frames, framesOf(t, capture, link)...)
		}
		for _, f := range made() {
			if link == dot11.LinkRadiotap {
				f = behindRadiotap(f)
			}
			frames = append(frames, f)
		}
		joined := filepath.Join(t.TempDir(), "joined.pcap")
		write(t, joined, frames, link)
		for _, expression := range expressions {
			out, err := exec.Command("tcpdump", "-r", joined, "-w", "-", expression).Output()
			if err != nil {
				t.Fatalf("tcpdump %s: %v", expression, err)
			}
			want, _ := parseCapture(t, bytes.NewReader(out))
			vm := machine(t, expression, link)
			var got [][]byte
			for _, f := range frames {
				n, err := vm.Run(f)
				if err != nil {
					t.Fatal(err)
				}
				if n > 0 {
					got = append(got, f)
				}
			}
			if !slices.EqualFunc(got, want, bytes.Equal) {
				t.Errorf("%s: %s: %d frames accepted, tcpdump accepts %d, or others", link, expression, len(got), len(want))
			}
			if len(want) == 0 || len(want) == len(frames) {
				t.Errorf("%s: %s proves nothing, it accepts %d of %d frames", link, expression, len(want), len(frames))
			}
		}
	}
}

// made are frames of all kinds, directions and lengths.
func made() (frames [][]byte) {
	for control := range 256 {
		for flags := range 4 {
			frames = append(frames, frame(byte(control), byte(flags), ap, sta, far, dev))
			frames = append(frames, frame(byte(control), byte(flags), ap, ap, ap, ap))
		}
	}
	for _, f := range all {
		for n := range f {
			frames = append(frames, f[:n])
		}
	}
	return frames
}

// framesOf reads the frames of a capture. Those behind radiotap are stripped of it for bare 802.11.
func framesOf(t *testing.T, path string, link dot11.LinkType) [][]byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	frames, of := parseCapture(t, z)
	if of != dot11.LinkRadiotap {
		return nil
	}
	if link == dot11.LinkIEEE80211 {
		frames = slices.DeleteFunc(frames, func(f []byte) bool { return len(f) < 4 || int(f[2])|int(f[3])<<8 >= len(f) })
		for i, f := range frames {
			frames[i] = f[int(f[2])|int(f[3])<<8:]
		}
	}
	return frames
}

func parseCapture(t *testing.T, in io.Reader) (frames [][]byte, link dot11.LinkType) {
	t.Helper()
	r, err := pcapgo.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	for {
		f, _, err := r.ReadPacketData()
		if err == io.EOF {
			return frames, dot11.LinkType(r.LinkType())
		} else if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, f)
	}
}

func write(t *testing.T, path string, frames [][]byte, link dot11.LinkType) {
	t.Helper()
	var out bytes.Buffer
	w := pcapgo.NewWriter(&out)
	if err := w.WriteFileHeader(acceptLen, layers.LinkType(link)); err != nil {
		t.Fatal(err)
	}
	for _, f := range frames {
		if err := w.WritePacket(gopacket.CaptureInfo{CaptureLength: len(f), Length: len(f)}, f); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

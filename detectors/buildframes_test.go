package detectors

import (
	"encoding/binary"
	"hash/crc32"
	"slices"
	"testing"
	"time"

	"picket/capture/dot11"
)

// Frames in this file are SYNTHETIC: they are built octet by octet from
// IEEE 802.11-2020 (clauses 9.2, 9.3 and 9.4) and radiotap.org, for what no
// tool was recorded doing. Nobody ever transmitted them.

// A synthetic frame. Its zero fields are what they are in the usual beacon of
// an access point, as far as that makes sense.
type synthetic struct {
	kind     dot11.Kind
	flags    dot11.Flags
	to, from string // addresses 1 and 2; to is broadcast when empty
	bssid    string // address 3; from when empty
	sequence uint16
	qos      []byte // QoS control, of QoS data kinds

	// Fixed fields of beacons and probe responses; the capability also of
	// association requests.
	tsf        uint64
	interval   uint16 // 100 when zero
	capability dot11.Capability
	elements   [][]byte
	body       []byte // of kinds that have neither

	signal int8   // -50 when zero
	freq   uint16 // 2437 when zero
	fcs    bool   // a correct FCS follows
	badFCS bool   // an incorrect one does
}

// capture is the frame as a radiotap capture has it.
func (s synthetic) capture(at time.Time) captured {
	const flagsFCS = 0x10
	signal, freq := s.signal, s.freq
	if signal == 0 {
		signal = -50
	}
	if freq == 0 {
		freq = 2437
	}
	radio := []byte{0, 0, 15, 0, 0x2a, 0, 0, 0, 0, 0} // version, length, present: flags, channel, signal
	if s.fcs || s.badFCS {
		radio[8] = flagsFCS
	}
	radio = binary.LittleEndian.AppendUint16(radio, freq)
	radio = append(radio, 0, 0, byte(signal))

	frame := s.frame()
	if s.fcs || s.badFCS {
		sum := crc32.ChecksumIEEE(frame)
		if s.badFCS {
			sum++
		}
		frame = binary.LittleEndian.AppendUint32(frame, sum)
	}
	return captured{dot11.LinkRadiotap, append(radio, frame...), at}
}

// frame is the frame from frame control on, without FCS.
func (s synthetic) frame() []byte {
	le := binary.LittleEndian
	typ, subtype := byte(s.kind)>>4, byte(s.kind)&15
	b := []byte{typ<<2 | subtype<<4, byte(s.flags), 0, 0}
	for _, a := range []string{orString(s.to, "ff:ff:ff:ff:ff:ff"), s.from, orString(s.bssid, s.from)} {
		b = append(b, mustAddr(a)...)
	}
	b = le.AppendUint16(b, s.sequence<<4)
	b = append(b, s.qos...)

	switch s.kind {
	case dot11.Beacon, dot11.ProbeResp:
		interval := s.interval
		if interval == 0 {
			interval = 100
		}
		b = le.AppendUint64(b, s.tsf)
		b = le.AppendUint16(b, interval)
		b = le.AppendUint16(b, uint16(s.capability))
	case dot11.AssocReq:
		b = le.AppendUint16(b, uint16(s.capability))
		b = le.AppendUint16(b, 10) // listen interval
	case dot11.ReassocReq:
		b = le.AppendUint16(b, uint16(s.capability))
		b = le.AppendUint16(b, 10)
		b = append(b, mustAddr(orString(s.bssid, s.from))...) // current AP
	}
	b = append(b, s.body...)
	return append(b, slices.Concat(s.elements...)...)
}

func orString(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// mustAddr reads an address that the test itself holds.
func mustAddr(s string) []byte {
	a, err := dot11.ParseAddr(s)
	if err != nil {
		panic(err)
	}
	return a[:]
}

// element is an information element (9.4.2.1).
func element(id byte, data ...byte) []byte {
	return append([]byte{id, byte(len(data))}, data...)
}

func ssidElement(name string) []byte { return element(dot11.ElementSSID, []byte(name)...) }

func ratesElement() []byte {
	return element(dot11.ElementRates, 0x82, 0x84, 0x8b, 0x96, 0x0c, 0x12, 0x18, 0x24)
}

func dsElement(channel byte) []byte { return element(dot11.ElementDS, channel) }

// htOperation is an HT operation element with the given primary channel.
func htOperation(channel byte) []byte {
	return element(dot11.ElementHTOperation, append([]byte{channel}, make([]byte, 21)...)...)
}

// heOperation6GHz is an HE operation element with 6 GHz information
// (802.11ax-2021, 9.4.2.249) and the given primary channel.
func heOperation6GHz(channel byte) []byte {
	parameters := []byte{0, 0, 2} // bit 17: 6 GHz information is present
	return element(dot11.ElementExtension, slices.Concat(
		[]byte{dot11.ExtHEOperation}, parameters, []byte{0, 0xff, 0xff}, // colour, MCS set
		[]byte{channel, 0, channel, 0, 6},
	)...)
}

// rsnElement is an RSN element with CCMP and one AKM suite.
func rsnElement(akm byte) []byte {
	return element(dot11.ElementRSN,
		1, 0, // version
		0x00, 0x0f, 0xac, 4, // group cipher CCMP
		1, 0, 0x00, 0x0f, 0xac, 4, // pairwise ciphers
		1, 0, 0x00, 0x0f, 0xac, akm,
		0, 0) // capabilities
}

// wpaElement is the vendor specific element of WPA with TKIP and a pre-shared key.
func wpaElement() []byte {
	return element(dot11.ElementVendor,
		0x00, 0x50, 0xf2, 1, 1, 0,
		0x00, 0x50, 0xf2, 2,
		1, 0, 0x00, 0x50, 0xf2, 2,
		1, 0, 0x00, 0x50, 0xf2, 2)
}

// oweTransition is the vendor specific element of an open BSS that names its
// OWE sister.
func oweTransition(bssid, ssid string) []byte {
	data := append([]byte{0x50, 0x6f, 0x9a, 28}, mustAddr(bssid)...)
	data = append(data, byte(len(ssid)))
	return element(dot11.ElementVendor, append(data, ssid...)...)
}

// csaElement announces a channel switch after count beacons.
func csaElement(channel, count byte) []byte {
	return element(dot11.ElementCSA, 1, channel, count)
}

// ecsaElement does so with the operating class.
func ecsaElement(channel, count byte) []byte {
	return element(dot11.ElementECSA, 1, 81, channel, count)
}

// A fakeAP is an access point whose beacons a test makes up.
type fakeAP struct {
	bssid    string
	ssid     string
	channel  byte
	security []byte // RSN or WPA element; nil is open, or WEP with privacy
	privacy  bool
	started  time.Duration // of its TSF, on the test's time line
	interval uint16        // in TU; 100 when zero
	signal   int8
	freq     uint16   // 2437 when zero
	extra    [][]byte // further elements
	fcs      bool
}

// epoch is when the time line of made-up captures begins.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// at is a frame of the access point at a moment of the time line.
func (ap fakeAP) at(kind dot11.Kind, moment time.Duration) captured {
	capability := dot11.CapESS
	if ap.privacy || ap.security != nil {
		capability |= dot11.CapPrivacy
	}
	elements := [][]byte{ssidElement(ap.ssid), ratesElement(), dsElement(ap.channel), htOperation(ap.channel)}
	if ap.security != nil {
		elements = append(elements, ap.security)
	}
	return synthetic{
		kind:       kind,
		from:       ap.bssid,
		tsf:        uint64((moment - ap.started).Microseconds()),
		interval:   ap.interval,
		freq:       ap.freq,
		capability: capability,
		elements:   append(elements, ap.extra...),
		signal:     ap.signal,
		sequence:   uint16(moment/time.Millisecond) & 0xfff,
		fcs:        ap.fcs,
	}.capture(epoch.Add(moment))
}

// beacons are those that the access point sends from one moment up to another.
func (ap fakeAP) beacons(from, to time.Duration) []captured {
	var list []captured
	for t := from; t < to; t += beaconInterval(ap.interval) {
		list = append(list, ap.at(dot11.Beacon, t))
	}
	return list
}

// air is what a receiver hears of several senders.
func air(senders ...[]captured) []captured {
	all := slices.Concat(senders...)
	slices.SortStableFunc(all, func(a, b captured) int { return a.at.Compare(b.at) })
	return all
}

func TestSyntheticFramesAreReadAsTheyWereMeant(t *testing.T) {
	elements := [][]byte{ssidElement("HomeNet"), ratesElement(), dsElement(6), rsnElement(2)}
	reversed := slices.Clone(elements)
	slices.Reverse(reversed)
	for name, s := range map[string]synthetic{
		"without FCS":    {elements: elements},
		"with FCS":       {elements: elements, fcs: true},
		"other order":    {elements: reversed},
		"probe response": {kind: dot11.ProbeResp, elements: elements},
		"association":    {kind: dot11.AssocReq, to: "9c:5c:8e:10:00:01", bssid: "9c:5c:8e:10:00:01", elements: elements},
	} {
		t.Run(name, func(t *testing.T) {
			if s.kind == 0 && s.to == "" {
				s.kind = dot11.Beacon
			}
			s.from, s.sequence, s.signal = "02:00:00:00:00:01", 77, -61
			var f dot11.Frame
			c := s.capture(epoch)
			if defect := f.Parse(c.link, c.data); defect != dot11.Sound {
				t.Fatalf("defect: %v", defect)
			}
			var es dot11.ElementSet
			es.Fill(&f)
			if f.Kind != s.kind || f.Sequence != 77 || f.Radio.SignalDBm != -61 || f.FCSPresent != s.fcs {
				t.Errorf("got %v, sequence %d, %d dBm, FCS %t", f.Kind, f.Sequence, f.Radio.SignalDBm, f.FCSPresent)
			}
			if string(es.SSID) != "HomeNet" || es.Channel() != 6 || !es.HasRSN || es.Fault != dot11.NoFault {
				t.Errorf("got SSID %q, channel %d, RSN %t, fault %v", es.SSID, es.Channel(), es.HasRSN, es.Fault)
			}
		})
	}
	t.Run("wrong FCS", func(t *testing.T) {
		var f dot11.Frame
		c := synthetic{kind: dot11.Beacon, from: "02:00:00:00:00:01", elements: elements, badFCS: true}.capture(epoch)
		if defect := f.Parse(c.link, c.data); defect != dot11.BadFCS {
			t.Errorf("defect: %v, want %v", defect, dot11.BadFCS)
		}
	})
	t.Run("QoS data", func(t *testing.T) {
		var f dot11.Frame
		c := synthetic{kind: dot11.QoSData, from: "02:00:00:00:00:01", qos: []byte{5, 0}, body: []byte("payload")}.capture(epoch)
		if defect := f.Parse(c.link, c.data); defect != dot11.Sound || f.TID != 5 || string(f.Body) != "payload" {
			t.Errorf("defect %v, TID %d, body %q", defect, f.TID, f.Body)
		}
	})
	t.Run("6 GHz", func(t *testing.T) {
		var f dot11.Frame
		c := synthetic{kind: dot11.Beacon, from: "02:00:00:00:00:01", elements: [][]byte{heOperation6GHz(37)}, freq: 6135}.capture(epoch)
		f.Parse(c.link, c.data)
		var es dot11.ElementSet
		if es.Fill(&f); es.Channel() != 37 {
			t.Errorf("channel %d, want 37", es.Channel())
		}
	})
}

package dot11

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The PPI fields of an 802.11-Common header and of one that is not known.
const (
	ppiCommonFields = "02 00 14 00" + // 802.11-Common, 20 octets
		"10 27 00 00 00 00 00 00" + // TSF timer
		"01 00 0c 00" + // FCS present, rate
		"85 09 a0 00 00 00" + // channel, FHSS
		"d6 a1" // signal, noise
	ppiOtherFields = "99 00 03 00 aa bb cc"
)

// A Prism item is identifier, status, length, value.
func prismItems(identifiers ...string) string {
	values := []string{
		"02 00 00 00", // host time
		"e8 03 00 00", // MAC time
		"0b 00 00 00", // channel
		"1e 00 00 00", // RSSI
		"00 00 00 00", // signal quality
		"d6 ff ff ff", // signal
		"a1 ff ff ff", // noise
		"16 00 00 00", // rate
		"00 00 00 00", // is a transmission
		"0a 00 00 00", // frame length
	}
	var b strings.Builder
	for i, id := range identifiers {
		b.WriteString(id + "00 00 04 00" + values[i])
	}
	return b.String()
}

const prismDevice = "77 6c 61 6e 30 00 00 00 00 00 00 00 00 00 00 00"

var (
	prismOfWlanNG = wire("44 00 00 00 90 00 00 00", prismDevice, prismItems(
		"44 00 01 00", "44 00 02 00", "44 00 03 00", "44 00 04 00", "44 00 05 00",
		"44 00 06 00", "44 00 07 00", "44 00 08 00", "44 00 09 00", "44 00 0a 00"))
	prismOfMadwifi = wire("41 00 00 00 90 00 00 00", prismDevice, prismItems(
		"41 10 00 00", "41 20 00 00", "41 30 00 00", "41 40 00 00", "41 50 00 00",
		"41 60 00 00", "41 70 00 00", "41 80 00 00", "41 90 00 00", "41 a0 00 00"))
	prismBigEndian = wire("00 00 00 44 00 00 00 30", prismDevice,
		"00 03 00 44 00 00 00 04 00 00 00 0b", // channel
		"00 06 00 44 00 01 00 04 ff ff ff d6") // signal: no value

	avsHeader = wire("80 21 10 01 00 00 00 40",
		"00 00 00 00 00 00 03 e8", "00 00 00 00 00 00 00 00", // MAC and host time
		"00 00 00 08 00 00 00 24", // PHY, channel
		"00 00 00 3c 00 00 00 00", // rate, antenna
		"00 00 00 00 00 00 00 02", // priority, signal is in dBm
		"ff ff ff d6 ff ff ff a1", // signal, noise
		"00 00 00 00 00 00 00 00") // preamble, encoding
)

func TestOlderRadioHeaders(t *testing.T) {
	prism := Radio{
		Has:  HasTSFT | HasFrequency | HasSignal | HasNoise | HasRate,
		TSFT: 1000, RateKbps: 11_000, FreqMHz: 2462, Channel: 11, Band: Band2G, SignalDBm: -42, NoiseDBm: -95,
	}
	avs := Radio{
		Has:  HasTSFT | HasFrequency | HasSignal | HasNoise | HasRate,
		TSFT: 1000, RateKbps: 6000, FreqMHz: 5180, Channel: 36, Band: Band5G, SignalDBm: -42, NoiseDBm: -95,
	}
	avs14 := avs
	avs14.FreqMHz, avs14.Channel, avs14.Band = 2484, 14, Band2G
	common := Radio{
		Has:  HasTSFT | HasFlags | HasRate | HasFrequency | HasSignal | HasNoise,
		TSFT: 10_000, Flags: RadioFCSPresent, RateKbps: 6000,
		FreqMHz: 2437, Channel: 6, Band: Band2G, SignalDBm: -42, NoiseDBm: -95,
	}
	for _, test := range []struct {
		name   string
		link   LinkType
		header []byte
		want   Radio
	}{
		{"bare", LinkIEEE80211, nil, Radio{}},
		{"PPI without fields", LinkPPI, wire("00 00 08 00 69 00 00 00"), Radio{}},
		{"PPI", LinkPPI, wire("00 00 27 00 69 00 00 00", ppiOtherFields, ppiCommonFields), common},
		{"PPI with aligned fields", LinkPPI, wire("00 01 28 00 69 00 00 00", ppiOtherFields, "00", ppiCommonFields), common},
		{
			"PPI that knows nothing", LinkPPI,
			wire("00 00 20 00 69 00 00 00 02 00 14 00", strings.Repeat("00", 18), "80 80"),
			Radio{Has: HasFlags},
		},
		{
			"PPI with a TSF timer of milliseconds", LinkPPI,
			wire("00 00 20 00 69 00 00 00 02 00 14 00 02 00 00 00 00 00 00 00 02 00", strings.Repeat("00", 8), "80 80"),
			Radio{Has: HasFlags | HasTSFT, TSFT: 2000},
		},
		{"Prism of wlan-ng", LinkPrism, prismOfWlanNG, prism},
		{"Prism of madwifi", LinkPrism, prismOfMadwifi, prism},
		{"Prism, big endian, signal without value", LinkPrism, prismBigEndian,
			Radio{Has: HasFrequency, FreqMHz: 2462, Channel: 11, Band: Band2G}},
		{"AVS", LinkAVS, avsHeader, avs},
		{"AVS on channel 14", LinkAVS, edit(avsHeader, 31, 14), avs14},
		{"AVS in a Prism capture", LinkPrism, avsHeader, avs},
	} {
		t.Run(test.name, func(t *testing.T) {
			ack := ackFrame
			if test.want.Flags&RadioFCSPresent != 0 {
				ack = appendFCS(ackFrame)
			}
			var f Frame
			if d := f.Parse(test.link, append(test.header, ack...)); d != Sound || f.Kind != Ack {
				t.Fatalf("%v, %v; want a sound ack", d, f.Kind)
			}
			if diff := cmp.Diff(test.want, f.Radio); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// edit gives a copy of b with the octets at an offset replaced.
func edit(b []byte, at int, octets ...byte) []byte {
	out := append([]byte(nil), b...)
	copy(out[at:], octets)
	return out
}

func TestOlderRadioHeadersThatLieAreRefused(t *testing.T) {
	for _, test := range []struct {
		name   string
		link   LinkType
		header []byte
		want   Defect
	}{
		{"PPI cut", LinkPPI, wire("00 00 08 00 69 00 00"), BadRadio},
		{"PPI of version 1", LinkPPI, wire("01 00 08 00 69 00 00 00"), BadRadio},
		{"PPI shorter than itself", LinkPPI, wire("00 00 07 00 69 00 00 00"), BadRadio},
		{"PPI longer than the frame", LinkPPI, wire("00 00 09 00 69 00 00 00"), BadRadio},
		{"PPI field longer than the header", LinkPPI, wire("00 00 0c 00 69 00 00 00 02 00 14 00"), BadRadio},
		{"PPI around Ethernet", LinkPPI, wire("00 00 08 00 01 00 00 00"), UnsupportedLink},
		{"Prism cut", LinkPrism, prismOfWlanNG[:20], BadRadio},
		{"Prism of another message", LinkPrism, edit(prismOfWlanNG, 0, 0x45), BadRadio},
		{"Prism shorter than itself", LinkPrism, edit(prismOfWlanNG, 4, 23), BadRadio},
		{"Prism longer than the frame", LinkPrism, edit(prismOfWlanNG, 4, 145), BadRadio},
		{"Prism of 4 GiB", LinkPrism, edit(prismOfWlanNG, 4, 0xff, 0xff, 0xff, 0xff), BadRadio},
		{"AVS cut", LinkAVS, avsHeader[:63], BadRadio},
		{"AVS of another magic", LinkAVS, edit(avsHeader, 0, 0x81), BadRadio},
		{"AVS of version 3", LinkAVS, edit(avsHeader, 3, 3), BadRadio},
		{"AVS shorter than itself", LinkAVS, edit(avsHeader, 7, 63), BadRadio},
		{"AVS longer than the frame", LinkAVS, edit(avsHeader, 7, 65), BadRadio},
		{"AVS of 4 GiB", LinkAVS, edit(avsHeader, 4, 0xff, 0xff, 0xff, 0xff), BadRadio},
		{"AVS without octets", LinkAVS, nil, BadRadio},
	} {
		t.Run(test.name, func(t *testing.T) {
			var f Frame
			if d := f.Parse(test.link, test.header); d != test.want {
				t.Errorf("%v, want %v", d, test.want)
			}
		})
	}
}

// Values in a unit of the driver's own, and channels that are none, are left out.
func TestOlderRadioHeadersLeaveOutWhatIsNoValue(t *testing.T) {
	for _, test := range []struct {
		name   string
		link   LinkType
		header []byte
		not    RadioFields
	}{
		{"Prism signal of 60", LinkPrism, edit(prismOfWlanNG, 24+5*12+8, 60, 0, 0, 0), HasSignal},
		{"Prism noise of -128", LinkPrism, edit(prismOfWlanNG, 24+6*12+8, 0x80), HasNoise},
		{"Prism rate of 256", LinkPrism, edit(prismOfWlanNG, 24+7*12+8, 0, 1), HasRate},
		{"Prism channel of 4 Gi", LinkPrism, edit(prismOfWlanNG, 24+2*12+8, 0xff, 0xff, 0xff, 0xff), HasFrequency},
		{"Prism channel 300", LinkPrism, edit(prismOfWlanNG, 24+2*12+8, 0x2c, 1), HasFrequency},
		{"AVS signal as RSSI", LinkAVS, edit(avsHeader, 47, 1), HasSignal | HasNoise},
		{"AVS channel 0", LinkAVS, edit(avsHeader, 31, 0), HasFrequency},
		{"AVS rate of 1 Gbit/s and more", LinkAVS, edit(avsHeader, 32, 1), HasRate},
	} {
		t.Run(test.name, func(t *testing.T) {
			var f Frame
			if d := f.Parse(test.link, append(test.header, ackFrame...)); d != Sound {
				t.Fatal(d)
			}
			all := HasTSFT | HasFrequency | HasSignal | HasNoise | HasRate
			if got, want := f.Radio.Has, all&^test.not; got != want {
				t.Errorf("Has = %#x, want %#x", got, want)
			}
		})
	}
}

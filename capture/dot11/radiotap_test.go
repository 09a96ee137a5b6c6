package dot11

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wire gives the octets of lines of hex, spaces between them as you like.
func wire(lines ...string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(strings.Join(lines, ""), " ", ""))
	if err != nil {
		panic(err) // in the test's own text
	}
	return b
}

// ackFrame is the shortest frame there is.
var ackFrame = wire("d4 00 00 00 02 11 22 33 44 55")

func TestRadiotapFields(t *testing.T) {
	for _, test := range []struct {
		name   string
		header []byte
		want   Radio
	}{
		{"no fields", wire("00 00 08 00 00 00 00 00"), Radio{}},
		{
			"what a Linux adapter gives of a legacy frame",
			wire("00 00 1a 00 2f 48 00 00",
				"88 77 66 55 44 33 22 11", // TSFT
				"02 0c 85 09 a0 00",       // flags, rate, channel
				"d6 00",                   // signal, antenna
				"00 00"),                  // receive flags
			Radio{
				Has:  HasTSFT | HasFlags | HasRate | HasFrequency | HasSignal | HasAntenna,
				TSFT: 0x1122334455667788, Flags: RadioShortPreamble, RateKbps: 6000,
				FreqMHz: 2437, Channel: 6, Band: Band2G, SignalDBm: -42,
			},
		},
		{
			"fields aligned from the start of the header",
			wire("00 00 10 00 6a 00 00 00",
				"10 00",       // flags, padding
				"78 14 40 01", // channel
				"ce a1"),      // signal, noise
			Radio{
				Has: HasFlags | HasFrequency | HasSignal | HasNoise, Flags: RadioFCSPresent,
				FreqMHz: 5240, Channel: 48, Band: Band5G, SignalDBm: -50, NoiseDBm: -95,
			},
		},
		{
			"rate and frequency of zero are not known",
			wire("00 00 0e 00 0c 00 00 00", "00 00 00 00 00 00"),
			Radio{},
		},
		{
			"XChannel is skipped, MCS after it read",
			wire("00 00 1b 00 08 00 0c 00",
				"3c 14 40 01",
				"40 01 01 00 3c 14 24 14", // XChannel
				"07 04 07",                // MCS
				"00 00 00 00"),            // nothing: the header may be longer than its fields
			Radio{
				Has: HasFrequency | HasMCS | HasRate, FreqMHz: 5180, Channel: 36, Band: Band5G,
				MCS: MCS{Known: 7, Flags: 4, Index: 7}, RateKbps: 72_222,
			},
		},
		{
			"XChannel alone gives the frequency",
			wire("00 00 10 00 00 00 04 00", "40 01 01 00 57 17 01 14"),
			Radio{Has: HasFrequency, FreqMHz: 5975, Channel: 5, Band: Band6G},
		},
		{
			"VHT after A-MPDU status",
			wire("00 00 20 00 02 00 30 00",
				"10 00 00 00", // flags, padding
				"00 00 00 00 00 00 00 00",
				"44 00 04 04 92 00 00 00 00 3f 2a 01"),
			Radio{
				Has: HasFlags | HasVHT | HasRate, Flags: RadioFCSPresent, RateKbps: 866_666,
				VHT: VHT{Known: 0x44, Flags: 4, Bandwidth: 4, Users: [4]uint8{0x92}, GroupID: 63, PartialAID: 298},
			},
		},
		{
			"HE after timestamp",
			wire("00 00 28 00 02 00 c0 00",
				"01 00 00 00 00 00 00 00", // flags, padding
				"01 02 03 04 05 06 07 08 00 00 00 00",
				"60 40 02 00 00 07 00 00 10 00 02 00"),
			Radio{
				Has: HasFlags | HasHE | HasRate, Flags: RadioCFP, RateKbps: 162_500,
				HE: HE{Data: [6]uint16{0x4060, 2, 0x0700, 0, 0x0010, 2}},
			},
		},
		{
			"unusual fields before the usual ones",
			wire("00 00 18 00 b2 3f 00 00",
				"00 00",             // flags, padding
				"01 02",             // FHSS
				"ce 00",             // signal, padding
				"64 00 01 00 02 00", // lock quality, two attenuations
				"14 03 28 05"),      // transmit power, antenna, signal and noise in dB
			Radio{Has: HasFlags | HasSignal | HasAntenna, SignalDBm: -50, Antenna: 3},
		},
		{
			"antennas in further words",
			wire("00 00 18 00 20 00 00 a0 20 08 00 a0 20 08 00 00",
				"d0",    // signal
				"ce 00", // signal and antenna of each
				"c9 01", "00 00 00"),
			Radio{
				Has: HasSignal, SignalDBm: -48, NumAntennas: 2,
				Antennas: [4]AntennaSignal{{0, -50}, {1, -55}},
			},
		},
		{
			"as many antennas as there is room for",
			wire("00 00 2a 00", strings.Repeat("20 08 00 a0", 5), "20 08 00 00",
				"d0 00 d1 01 d2 02 d3 03 d4 04 d5 05", "00 00"),
			Radio{
				Has: HasSignal | HasAntenna, SignalDBm: -48, NumAntennas: 4,
				Antennas: [4]AntennaSignal{{1, -47}, {2, -46}, {3, -45}, {4, -44}},
			},
		},
		{
			"vendor namespace between words of radiotap",
			wire("00 00 20 00 02 00 00 c0 ff ff ff bf 20 08 00 00",
				"00 00",             // flags, padding
				"00 11 22 01 03 00", // OUI, sub-namespace, length
				"aa bb cc",          // the vendor's, whatever its bits say
				"b0 02", "00 00 00"),
			Radio{
				Has: HasFlags | HasSignal, SignalDBm: -80, NumAntennas: 1,
				Antennas: [4]AntennaSignal{{2, -80}},
			},
		},
		{
			"vendor namespace over two words",
			wire("00 00 20 00 00 00 00 c0 ff 00 00 80 ff 00 00 a0 20 00 00 00",
				"00 11 22 01 04 00", "aa bb cc dd", "b0", "00"),
			Radio{Has: HasSignal, SignalDBm: -80},
		},
		{
			"the first of a field that is there twice",
			wire("00 00 10 00 02 00 00 a0 02 00 00 00", "10 40", "00 00"),
			Radio{Has: HasFlags, Flags: RadioFCSPresent},
		},
		{
			"numbers beyond radiotap's end the walk",
			wire("00 00 10 00 20 00 00 80 20 08 00 00", "d0 aa bb cc"),
			Radio{Has: HasSignal, SignalDBm: -48},
		},
		{
			"TLVs end the walk",
			wire("00 00 14 00 20 00 00 90 20 08 00 00", "d0 00 00 00", "21 00 ff ff"),
			Radio{Has: HasSignal, SignalDBm: -48},
		},
		{
			"a PLCP that failed its check is a damaged frame",
			wire("00 00 0a 00 00 40 00 00", "02 00"),
			Radio{Flags: RadioBadFCS},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var r Radio
			length, defect := r.parse(LinkRadiotap, append(test.header, ackFrame...))
			if defect != Sound || length != len(test.header) {
				t.Fatalf("%v, length %d; want %d", defect, length, len(test.header))
			}
			if diff := cmp.Diff(test.want, r); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestRadiotapThatContradictsItselfIsRefused(t *testing.T) {
	for _, test := range []struct {
		name  string
		frame []byte
	}{
		{"nothing", nil},
		{"cut in the fixed part", wire("00 00 08 00 00 00 00")},
		{"version 1", wire("01 00 08 00 00 00 00 00")},
		{"length below the fixed part", wire("00 00 07 00 00 00 00 00 00")},
		{"length 0", wire("00 00 00 00 00 00 00 00 00")},
		{"longer than the frame", wire("00 00 ff 00 00 00 00 00 00")},
		{"longer than the frame by one", wire("00 00 09 00 00 00 00 00")},
		{"present words without end", wire("00 00 10 00 00 00 00 80 00 00 00 80 00 00 00 80 00 00 00 00")},
		{"TSFT cut", wire("00 00 0f 00 01 00 00 00 00 00 00 00 00 00 00 00")},
		{"flags missing", wire("00 00 08 00 02 00 00 00 00")},
		{"rate missing", wire("00 00 08 00 04 00 00 00 00")},
		{"channel cut", wire("00 00 0b 00 08 00 00 00 85 09 a0 00")},
		{"signal missing", wire("00 00 08 00 20 00 00 00 d0")},
		{"noise missing", wire("00 00 08 00 40 00 00 00 d0")},
		{"antenna missing", wire("00 00 08 00 00 08 00 00 00")},
		{"receive flags cut", wire("00 00 09 00 00 40 00 00 00 00")},
		{"VHT cut", wire("00 00 13 00 00 00 20 00 00 00 00 00 00 00 00 00 00 00 00 00")},
		{"signal of an antenna missing", wire("00 00 0d 00 20 00 00 a0 20 08 00 00 d0 d0 01")},
		{"vendor namespace cut", wire("00 00 11 00 00 00 00 c0 00 00 00 00 00 11 22 01 00 00")},
		{"vendor's data beyond the header", wire("00 00 13 00 00 00 00 c0 00 00 00 00 00 11 22 01 02 00 aa bb")},
	} {
		t.Run(test.name, func(t *testing.T) {
			var f Frame
			if d := f.Parse(LinkRadiotap, test.frame); d != BadRadio {
				t.Errorf("%v, want %v", d, BadRadio)
			}
			if f.Bytes() != nil {
				t.Errorf("Bytes() = %x of a frame whose start is not known", f.Bytes())
			}
		})
	}
}

// The usual fields of the first present word are read straight on, all others
// by the table: both read the same.
func TestUsualFieldsReadAsByTheTable(t *testing.T) {
	fields := []int{rtTSFT, rtFlags, rtRate, rtChannel, rtSignal, rtNoise, rtAntenna, rtRXFlags}
	values := wire("00 00 40 00 00 00 00 00",
		"24 6c 85 09 a0 00 d6 a1 07 02 00 33 6c 09 02 16 0c 3c 14 78 14 c0 b0 01 02 03 99 98 97 96 95 94")
	for set := range 1 << len(fields) {
		var word uint32
		for i, bit := range fields {
			word |= uint32(set>>i&1) << bit
		}
		for length := rtHeaderLen; length <= len(values); length++ {
			var straight, table Radio
			end, read := straight.readUsual(values[:length], rtHeaderLen, word)
			tableEnd, more := table.readFields(values[:length], rtHeaderLen, word, 0)
			if read != word {
				t.Fatalf("present word %#x: only %#x read straight on", word, read)
			}
			if fits := end <= length; fits != more {
				t.Fatalf("present word %#x in %d octets: fits %v, by the table %v", word, length, fits, more)
			}
			if more && (end != tableEnd || straight != table) {
				t.Fatalf("present word %#x in %d octets: ends at %d, by the table at %d; -table +straight:\n%s",
					word, length, end, tableEnd, cmp.Diff(table, straight))
			}
		}
	}
}

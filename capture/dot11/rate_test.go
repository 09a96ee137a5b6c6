package dot11

import "testing"

// Rates of the tables in IEEE 802.11-2020, 19.5 and 21.5, and
// IEEE 802.11ax-2021, 27.5.
func TestRateOfModulation(t *testing.T) {
	const (
		allMCS = 0x07 // bandwidth, index, guard interval
		short  = 0x04
		wide   = 0x01
	)
	vht := func(flags, bandwidth, mcs, streams uint8) VHT {
		return VHT{Known: 0x44, Flags: flags, Bandwidth: bandwidth, Users: [4]uint8{mcs<<4 | streams}}
	}
	he := func(mcs, size, interval, streams uint16) HE {
		return HE{Data: [6]uint16{0x4060, 0x0002, mcs << 8, 0, interval<<4 | size, streams}}
	}
	dcm := he(1, 4, 2, 1)
	dcm.Data[2] |= 0x1000
	stbc := he(3, 0, 0, 2)
	stbc.Data[0] |= 0x0200
	stbc.Data[2] |= 0x8000
	for _, test := range []struct {
		name string
		of   interface{ RateKbps() uint32 }
		want uint32
	}{
		{"HT 20 MHz, MCS 0", MCS{allMCS, 0, 0}, 6_500},
		{"HT 20 MHz, MCS 7, short guard interval", MCS{allMCS, short, 7}, 72_222},
		{"HT 40 MHz, MCS 15, short guard interval", MCS{allMCS, short | wide, 15}, 300_000},
		{"HT 40 MHz, MCS 31", MCS{allMCS, wide, 31}, 540_000},
		{"HT 40 MHz, MCS 32", MCS{allMCS, wide, 32}, 6_000},
		{"HT lower 20 of 40 MHz, MCS 8", MCS{allMCS, 2, 8}, 13_000},
		{"HT unequal modulation", MCS{allMCS, wide, 33}, 0},
		{"HT without bandwidth", MCS{allMCS &^ 1, 0, 7}, 0},
		{"HT without index", MCS{allMCS &^ 2, 0, 7}, 0},
		{"HT without guard interval", MCS{allMCS &^ 4, 0, 7}, 0},
		{"VHT 20 MHz, MCS 8, 1 stream", vht(0, 0, 8, 1), 78_000},
		{"VHT 80 MHz, MCS 9, 2 streams, short guard interval", vht(short, 4, 9, 2), 866_666},
		{"VHT 160 MHz, MCS 9, 8 streams", vht(0, 11, 9, 8), 6_240_000},
		{"VHT upper 40 of 80 MHz, MCS 0", vht(0, 6, 0, 1), 13_500},
		{"VHT 20 in 160 MHz, MCS 0", vht(0, 25, 0, 1), 6_500},
		{"VHT reserved bandwidth", vht(0, 31, 0, 1), 0},
		{"VHT reserved MCS", vht(0, 4, 10, 1), 0},
		{"VHT without users", vht(0, 4, 5, 0), 0},
		{"VHT without guard interval", VHT{Known: 0x40, Bandwidth: 4, Users: [4]uint8{0x91}}, 0},
		{"VHT second user alone", VHT{Known: 0x44, Bandwidth: 4, Users: [4]uint8{0, 0x11}}, 58_500},
		{"HE 20 MHz, MCS 0, 0.8 µs", he(0, 0, 0, 1), 8_602},
		{"HE 80 MHz, MCS 11, 2 streams, 0.8 µs", he(11, 2, 0, 2), 1_200_980},
		{"HE 160 MHz, MCS 11, 8 streams, 0.8 µs", he(11, 3, 0, 8), 9_607_843},
		{"HE 40 MHz, MCS 7, 1.6 µs", he(7, 1, 1, 1), 162_500},
		{"HE RU of 26 tones, MCS 1, 3.2 µs, DCM", dcm, 750},
		{"HE 20 MHz, MCS 3, STBC", stbc, 34_411},
		{"HE reserved MCS", he(14, 0, 0, 1), 0},
		{"HE reserved guard interval", he(0, 0, 3, 1), 0},
		{"HE reserved size", he(0, 11, 0, 1), 0},
		{"HE without streams", he(0, 0, 0, 0), 0},
		{"HE without anything known", HE{Data: [6]uint16{5: 1}}, 0},
	} {
		if got := test.of.RateKbps(); got != test.want {
			t.Errorf("%s: %d kbit/s, want %d", test.name, got, test.want)
		}
	}
}

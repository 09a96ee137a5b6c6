package dot11

import "strings"

// tsharkIsWrong reports whether a difference is one where tshark says something
// else for a reason known here.
func tsharkIsWrong(v *reading, row map[string]string, d difference) bool {
	for _, rule := range tsharkRules {
		if rule.matches(d.column) && rule.applies(v, row, d) {
			return true
		}
	}
	return false
}

type tsharkRule struct {
	why     string
	columns []string // or what they start with, up to a *
	applies func(v *reading, row map[string]string, d difference) bool
}

func (r *tsharkRule) matches(column string) bool {
	for _, c := range r.columns {
		if prefix, ok := strings.CutSuffix(c, "*"); c == column || ok && strings.HasPrefix(column, prefix) {
			return true
		}
	}
	return false
}

// tsharkRules says where tshark and we differ and we are right.
var tsharkRules = []tsharkRule{
	{
		why: `tshark gives up on the rest of a frame at the first element whose
			content it can't make sense of; we go by its length to the next`,
		columns: []string{"wlan.tag.*", "wlan.ext_tag.*"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			return gaveUp(row) && strings.HasPrefix(d.ours, d.tsharks)
		},
	},
	{
		why:     `tshark lists the elements inside of an element, too`,
		columns: []string{"wlan.tag.*", "wlan.ext_tag.*"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			return v.nests() && (contains(d.tsharks, d.ours) || gaveUp(row))
		},
	},
	{
		why: `tshark looks for elements behind an action category or code that is
			reserved`,
		columns: []string{"wlan.tag.*", "wlan.ext_tag.*"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			category, code, ok := v.Action()
			reserved := category == CategoryMesh && code > 10 || category >= 0x80
			return ok && d.ours == "" && reserved
		},
	},
	{
		why:     `what tshark gave up on includes this`,
		columns: []string{"wlan.tim.*"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			return gaveUp(row) && d.tsharks == ""
		},
	},
	{
		why:     `tshark reads what there is of an element that is cut`,
		columns: []string{"wlan.ssid", "wlan.rsn.*", "wlan.wfa.*", "wlan.ht.*", "wlan.tim.*", "wlan.country_info.*"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			return v.declared != 0 && (d.ours == "" || d.ours == "0")
		},
	},
	{
		why:     `tshark lists the suites of all RSN elements, we read the first`,
		columns: []string{"wlan.rsn.*"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			return v.count(ElementRSN) > 1
		},
	},
	{
		why: `an element longer than the standard knows is read as far as it is
			known (IEEE 802.11-2020, 10.28.8); tshark wants the exact length`,
		columns: []string{"wlan.ds.*", "wlan.csa.*", "wlan.fixed.extchansw.*", "wlan.extchansw.*", "wlan.vht.op.*"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			known := map[uint8]int{ElementDS: 1, ElementCSA: 3, ElementECSA: 4, ElementVHTOperation: 5}
			for _, e := range v.elements {
				if n, ok := known[e.ID]; ok && len(e.Data) > n {
					return true
				}
			}
			return false
		},
	},
	{
		why:     `tshark prints text, in which other octets are lost`,
		columns: []string{"wlan.country_info.code", "wlan.mesh.id"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			return strings.ContainsFunc(d.ours, func(r rune) bool { return r < ' ' || r > '~' })
		},
	},
	{
		why: `of fixed fields that are cut short tshark shows those that are
			whole; we say that they are not there`,
		columns: []string{"wlan.fixed.*"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			_, _, action := v.Action()
			return d.ours == "" && (v.elementsAt() > len(v.Body) || v.Kind == Action && !action)
		},
	},
	{
		why: `the group bit of a transmitter of control frames signals a
			bandwidth (IEEE 802.11-2020, 9.2.4.3.8) and is no part of the address`,
		columns: []string{"wlan.ta", "wlan.bssid"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			theirs, err := ParseAddr(d.tsharks)
			theirs[0] &^= 1
			return err == nil && v.Kind.IsControl() && theirs == v.Transmitter
		},
	},
	{
		why:     `tshark shows the transmitter of a CF-End as BSSID only`,
		columns: []string{"wlan.ta"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			return (v.Kind == CFEnd || v.Kind == CFEndAck) && d.tsharks == "" && v.Transmitter == v.BSSID
		},
	},
	{
		why: `an A-MSDU has no source or destination in its header where its
			subframes have them (IEEE 802.11-2020, table 9-30), which tshark lists`,
		columns: []string{"wlan.sa", "wlan.da"},
		applies: func(v *reading, row map[string]string, d difference) bool { return v.AMSDU && d.ours == "" },
	},
	{
		why: `the flags of an extension frame are other fields, and what is at the
			place of its first address is not the receiver but, of an S1G beacon,
			the source`,
		columns: []string{"wlan.flags", "wlan.ra", "wlan.ta"},
		applies: func(v *reading, row map[string]string, d difference) bool { return v.Kind.IsExtension() },
	},
	{
		why:     `tshark numbers no channels of the 60 GHz band`,
		columns: []string{"wlan_radio.channel"},
		applies: func(v *reading, row map[string]string, d difference) bool { return v.Radio.Band == Band60G },
	},
	{
		why: `of a receiver with several antennas tshark shows the last signal as
			the frame's; radiotap gives that of the whole first`,
		columns: []string{"wlan_radio.signal_dbm", "wlan_radio.noise_dbm"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			return v.Link == LinkRadiotap && strings.Contains(row["radiotap.dbm_antsignal"], ",")
		},
	},
	{
		why: `the older radio headers do not say whether the FCS is there; four
			octets that are right as one are, and no element`,
		columns: []string{"wlan.fcs", "wlan.fcs.status", "wlan.tag.*"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			return v.Link != LinkRadiotap && v.FCSPresent && row["wlan.fcs"] == ""
		},
	},
	{
		why:     `the signal in a Prism header has no unit, and 0 is none`,
		columns: []string{"wlan_radio.signal_dbm", "wlan_radio.noise_dbm"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			return v.Link == LinkPrism && d.ours == "" && d.tsharks == "0"
		},
	},
	{
		why: `a Prism or AVS header gives a channel number, of which tshark makes
			no frequency`,
		columns: []string{"wlan_radio.frequency"},
		applies: func(v *reading, row map[string]string, d difference) bool {
			return (v.Link == LinkPrism || v.Link == LinkAVS) && d.tsharks == ""
		},
	},
}

// gaveUp reports whether tshark stopped in the midst of a frame.
func gaveUp(row map[string]string) bool {
	return row["_ws.malformed"] != "" || row["_ws.unreassembled"] != "" || row["_ws.short"] != ""
}

// count returns how many elements of that ID the frame has.
func (v *reading) count(id uint8) (n int) {
	for _, e := range v.elements {
		if e.ID == id {
			n++
		}
	}
	return n
}

// nests reports whether one of the elements holds elements itself.
func (v *reading) nests() bool {
	const pilotTransmission, ssidList, channelSwitchWrapper = 66, 84, 196
	for _, e := range v.elements {
		switch e.ID {
		case ElementMeasureRequest, ElementMeasureReport, ElementNeighborReport, ElementMultipleBSSID,
			pilotTransmission, ssidList, channelSwitchWrapper:
			return true
		case ElementExtension:
			if e.Ext == ExtMultiLink {
				return true
			}
		}
	}
	return false
}

// contains reports whether list has all items of part, in order.
func contains(list, part string) bool {
	items := strings.Split(part, ",")
	for item := range strings.SplitSeq(list, ",") {
		if len(items) > 0 && item == items[0] {
			items = items[1:]
		}
	}
	return part == "" || len(items) == 0
}

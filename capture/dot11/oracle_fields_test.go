package dot11

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// A reading is all that this package says of one frame.
type reading struct {
	Frame
	set      ElementSet
	elements []Element
	declared int // length of the last element, when that is cut
	key      EAPOLKey
	hasKey   bool
}

func (v *reading) fill() {
	v.set.Fill(&v.Frame)
	es := v.Elements()
	for es.Next() {
		v.elements = append(v.elements, es.Element)
	}
	// tshark shows the length that an element declares, however much there is.
	if fault, _ := es.Fault(); fault == BodyCut {
		_, v.declared, _ = es.Cut()
		v.elements = append(v.elements, es.Element)
	}
	if packet, ok := v.EAPOL(); ok {
		if n, ok := GuessMICLength(packet); ok {
			v.key, v.hasKey = ParseEAPOLKey(packet, n)
		}
	}
}

// when prints a number that the frame may not have.
func when[N ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int8 | int](has bool, n N) string {
	if !has {
		return ""
	}
	return number(n)
}

func number[N ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int8 | int](n N) string {
	if n < 0 {
		return strconv.FormatInt(int64(n), 10)
	}
	return strconv.FormatUint(uint64(n), 10)
}

func address(a Addr) string {
	if a.IsZero() {
		return ""
	}
	return strings.ToLower(a.String())
}

func hexBytes(has bool, b []byte) string {
	if !has {
		return ""
	}
	return hex.EncodeToString(b)
}

func suites(s SuiteSet) string {
	var list []string
	for t := range uint8(64) {
		if s.Has(t) {
			list = append(list, number(t))
		}
	}
	return strings.Join(list, ",")
}

// oracleMode says which of the values are compared that tshark lists in a column.
type oracleMode uint8

const (
	every         oracleMode = iota
	leading                  // the rest are those of nested elements, or of a frame inside this one
	leadingOrZero            // and we do not tell 0 from absent
	threeDigits              // of a fraction
	groupType                // a selector, as below
	suiteTypes               // selectors as one number each; of the element's own organization we show the types
)

// oracleFields has, for each column of the oracle that is compared, what we say
// in its format.
var oracleFields = []struct {
	column string
	mode   oracleMode
	kinds  Kinds // elements are management's: tshark shows those in key data, too
	value  func(v *reading) string
}{
	{"radiotap.mactime", every, AllKinds, func(v *reading) string { return when(v.radiotap(HasTSFT), v.Radio.TSFT) }},
	{"radiotap.flags", every, AllKinds, func(v *reading) string { return when(v.radiotap(HasFlags), v.Radio.Flags) }},
	{"radiotap.channel.freq", leading, AllKinds, func(v *reading) string { return when(v.radiotap(HasFrequency), v.Radio.FreqMHz) }},
	{"radiotap.dbm_antsignal", every, AllKinds, (*reading).signals},
	{"radiotap.dbm_antnoise", leading, AllKinds, func(v *reading) string { return when(v.radiotap(HasNoise), v.Radio.NoiseDBm) }},
	{"radiotap.antenna", every, AllKinds, (*reading).antennas},
	{"radiotap.mcs.index", leading, AllKinds, func(v *reading) string { return when(v.mcs(2), v.Radio.MCS.Index) }},
	{"radiotap.mcs.bw", leading, AllKinds, func(v *reading) string { return when(v.mcs(1), v.Radio.MCS.Flags&3) }},
	{"radiotap.mcs.gi", leading, AllKinds, func(v *reading) string { return when(v.mcs(4), v.Radio.MCS.Flags>>2&1) }},
	{"radiotap.vht.mcs.0", leading, AllKinds, func(v *reading) string { return when(v.radiotap(HasVHT), v.Radio.VHT.Users[0]>>4) }},
	{"radiotap.vht.nss.0", leading, AllKinds, func(v *reading) string { return when(v.radiotap(HasVHT), v.Radio.VHT.Users[0]&15) }},
	{"radiotap.vht.bw", leading, AllKinds, func(v *reading) string { return when(v.radiotap(HasVHT), v.Radio.VHT.Bandwidth) }},
	{"radiotap.he.data_3.data_mcs", leading, AllKinds, func(v *reading) string { return when(v.he(0x20), v.Radio.HE.Data[2]>>8&15) }},
	{"radiotap.he.data_6.nsts", leading, AllKinds, func(v *reading) string { return when(v.radiotap(HasHE), v.Radio.HE.Data[5]&15) }},
	{"wlan_radio.frequency", leading, AllKinds, func(v *reading) string { return when(v.Radio.Has&HasFrequency != 0, v.Radio.FreqMHz) }},
	{"wlan_radio.channel", leading, AllKinds, func(v *reading) string { return when(v.Radio.Channel != 0, v.Radio.Channel) }},
	{"wlan_radio.data_rate", threeDigits, AllKinds, (*reading).rate},
	{"wlan_radio.signal_dbm", leading, AllKinds, func(v *reading) string { return when(v.Radio.Has&HasSignal != 0, v.Radio.SignalDBm) }},
	{"wlan_radio.noise_dbm", leading, AllKinds, func(v *reading) string { return when(v.Radio.Has&HasNoise != 0, v.Radio.NoiseDBm) }},

	{"wlan.fcs", every, AllKinds, (*reading).fcs},
	{"wlan.fcs.status", every, AllKinds, func(v *reading) string { return when(v.fcs() != "", 1) }}, // right
	{"wlan.fc.type_subtype", leading, AllKinds, func(v *reading) string { return number(v.Kind) }},
	{"wlan.flags", leading, AllKinds, func(v *reading) string { return number(v.Flags) }},
	{"wlan.duration", leading, AllKinds, func(v *reading) string { return when(v.Kind != PSPoll, v.Duration) }},
	{"wlan.aid", leading, KindsOf(PSPoll), func(v *reading) string { return number(v.Duration & 0x3fff) }},
	{"wlan.seq", leading, AllKinds, func(v *reading) string { return when(v.hasSequence(), v.Sequence) }},
	{"wlan.frag", leading, AllKinds, func(v *reading) string { return when(v.hasSequence(), v.Fragment) }},
	{"wlan.ra", leading, AllKinds, func(v *reading) string { return address(v.Receiver) }},
	{"wlan.ta", leading, AllKinds, func(v *reading) string { return address(v.Transmitter) }},
	{"wlan.sa", leading, AllKinds, func(v *reading) string { return address(v.Source) }},
	{"wlan.da", leading, AllKinds, func(v *reading) string { return address(v.Destination) }},
	{"wlan.bssid", leading, AllKinds, func(v *reading) string { return address(v.BSSID) }},
	{"wlan.qos.tid", leading, AllKinds, func(v *reading) string { return when(v.HasQoS, v.TID) }},
	{"wlan.qos.amsdupresent", leading, AllKinds, func(v *reading) string { return when(v.HasQoS && v.Kind.CarriesData(), v.QoS>>7&1) }},
	{"wlan.htc", leading, AllKinds, func(v *reading) string { return when(v.HasHTControl, v.HTControl) }},

	{"wlan.fixed.timestamp", leading, KindsOf(Beacon, ProbeResp, TimingAdv), func(v *reading) string { b, ok := v.Beacon(); return when(ok, b.TSF) }},
	{"wlan.fixed.beacon", leading, KindsOf(Beacon, ProbeResp), func(v *reading) string { b, ok := v.Beacon(); return when(ok && v.Kind != TimingAdv, b.Interval) }},
	{"wlan.fixed.capabilities", leading, KindsOf(Beacon, ProbeResp, TimingAdv, AssocReq, AssocResp, ReassocReq, ReassocResp), func(v *reading) string { c, ok := v.Capability(); return when(ok, c) }},
	{"wlan.fixed.auth.alg", leading, AllKinds, func(v *reading) string { a, ok := v.Authentication(); return when(ok, a.Algorithm) }},
	{"wlan.fixed.auth_seq", leading, AllKinds, func(v *reading) string { a, ok := v.Authentication(); return when(ok, a.Sequence) }},
	{"wlan.fixed.status_code", leading, KindsOf(Auth, AssocResp, ReassocResp), (*reading).status},
	{"wlan.fixed.reason_code", leading, KindsOf(Deauth, Disassoc), func(v *reading) string { r, ok := v.Reason(); return when(ok, r) }},
	{"wlan.fixed.aid", leading, KindsOf(AssocResp, ReassocResp), func(v *reading) string { _, aid, ok := v.AssocStatus(); return when(ok, aid) }},
	{"wlan.fixed.listen_ival", leading, AllKinds, func(v *reading) string { n, ok := v.ListenInterval(); return when(ok, n) }},
	{"wlan.fixed.current_ap", leading, AllKinds, func(v *reading) string { a, _ := v.CurrentAP(); return address(a) }},
	{"wlan.fixed.category_code", leading, AllKinds, func(v *reading) string { c, _, ok := v.Action(); return when(ok, c) }},

	{"wlan.fixed.action_code", leading, AllManagement, func(v *reading) string { return v.actionCode() }},
	{"wlan.fixed.publicact", leading, AllManagement, func(v *reading) string { return v.actionCode(CategoryPublic, CategoryProtectedPublic) }},
	{"wlan.fixed.mesh_action", leading, AllManagement, func(v *reading) string { return v.actionCode(CategoryMesh) }},
	{"wlan.fixed.selfprot_action", leading, AllManagement, func(v *reading) string { return v.actionCode(CategorySelfProtected) }},

	{"wlan.tag.number", every, AllManagement, (*reading).ids},
	{"wlan.tag.length", every, AllManagement, (*reading).lengths},
	{"wlan.ext_tag.number", every, AllManagement, (*reading).extensions},
	{"wlan.ssid", leadingOrZero, AllManagement, func(v *reading) string { return hex.EncodeToString(v.set.SSID) }},
	{"wlan.ds.current_channel", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.DSChannel) }},
	{"wlan.ht.info.primarychannel", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.HTPrimary) }},
	{"wlan.ht.info.secchanoffset", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.HTSecondary) }},
	{"wlan.ext_tag.he_operation.6ghz.primary_channel", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.HE6GHzPrimary) }},
	{"wlan.vht.op.channelwidth", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.VHT.Width) }},
	{"wlan.vht.op.channelcenter0", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.VHT.Center0) }},
	{"wlan.vht.op.channelcenter1", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.VHT.Center1) }},
	{"wlan.tim.dtim_count", leadingOrZero, AllManagement, func(v *reading) string { t, _ := ParseTIM(v.set.TIM); return number(t.DTIMCount) }},
	{"wlan.tim.dtim_period", leadingOrZero, AllManagement, func(v *reading) string { t, _ := ParseTIM(v.set.TIM); return number(t.DTIMPeriod) }},
	{"wlan.country_info.code", leading, AllManagement, func(v *reading) string { return string(v.set.Country[:min(2, len(v.set.Country))]) }},
	{"wlan.mesh.id", leading, AllManagement, func(v *reading) string { return string(v.set.MeshID) }},
	{"wlan.csa.new_channel_number", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.CSA.NewChannel) }},
	{"wlan.csa.channel_switch_mode", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.CSA.Mode) }},
	{"wlan.csa.channel_switch.count", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.CSA.Count) }},
	{"wlan.fixed.extchansw.switchmode", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.ECSA.Mode) }},
	{"wlan.fixed.extchansw.new.opeclass", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.ECSA.NewClass) }},
	{"wlan.fixed.extchansw.new.channumber", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.ECSA.NewChannel) }},
	{"wlan.extchansw.switchcount", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.ECSA.Count) }},

	{"wlan.rsn.version", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.RSN.Version) }},
	{"wlan.rsn.gcs", groupType, AllManagement, func(v *reading) string { return number(v.set.RSN.Group) }},
	{"wlan.rsn.pcs.count", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.RSN.PairwiseCount) }},
	{"wlan.rsn.pcs", suiteTypes, AllManagement, func(v *reading) string { return suites(v.set.RSN.Pairwise) }},
	{"wlan.rsn.akms.count", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.RSN.AKMCount) }},
	{"wlan.rsn.akms", suiteTypes, AllManagement, func(v *reading) string { return suites(v.set.RSN.AKMs) }},
	{"wlan.rsn.capabilities", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.RSN.Capabilities) }},
	{"wlan.rsn.pmkid.count", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.RSN.PMKIDCount) }},
	{"wlan.rsn.gmcs.type", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.RSN.GroupManagement) }},
	{"wlan.wfa.ie.wpa.version", leadingOrZero, AllManagement, func(v *reading) string { return number(v.set.WPA.Version) }},
	{"wlan.wfa.ie.wpa.mcs", groupType, AllManagement, func(v *reading) string { return number(v.set.WPA.Group) }},
	{"wlan.wfa.ie.wpa.ucs", suiteTypes, AllManagement, func(v *reading) string { return suites(v.set.WPA.Pairwise) }},
	{"wlan.wfa.ie.wpa.akms", suiteTypes, AllManagement, func(v *reading) string { return suites(v.set.WPA.AKMs) }},

	{"llc.type", every, AllKinds, (*reading).etherTypes},
	{"wlan_aggregate.a_mdsu.length", every, AllKinds, (*reading).subframeLengths},
	{"eapol.version", leading, AllKinds, func(v *reading) string { p, ok := v.eapol(); return when(ok, p.Version) }},
	{"eapol.type", leading, AllKinds, func(v *reading) string { p, ok := v.eapol(); return when(ok, p.PacketType) }},
	{"eapol.len", leading, AllKinds, func(v *reading) string { p, ok := v.eapol(); return when(ok, p.Length) }},
	{"wlan_rsna_eapol.keydes.key_info", leading, AllKinds, func(v *reading) string { return when(v.hasKey, v.key.Info) }},
	{"eapol.keydes.type", leading, AllKinds, func(v *reading) string { return when(v.hasKey, v.key.Descriptor) }},
	{"eapol.keydes.key_len", leading, AllKinds, func(v *reading) string { return when(v.hasKey, v.key.KeyLength) }},
	{"eapol.keydes.replay_counter", leading, AllKinds, func(v *reading) string { return when(v.hasKey, v.key.ReplayCounter) }},
	{"wlan_rsna_eapol.keydes.nonce", leading, AllKinds, func(v *reading) string { return hexBytes(v.hasKey, v.key.Nonce[:]) }},
	{"wlan_rsna_eapol.keydes.mic", leading, AllKinds, func(v *reading) string { return hexBytes(v.hasKey, v.key.MIC) }},
	{"wlan_rsna_eapol.keydes.data_len", leading, AllKinds, func(v *reading) string { return when(v.hasKey, v.key.KeyDataLength) }},
}

func (v *reading) radiotap(fields RadioFields) bool {
	return v.Link == LinkRadiotap && v.Radio.Has&fields != 0
}

func (v *reading) hasSequence() bool { return v.Kind.IsManagement() || v.Kind.IsData() }

func (v *reading) signals() string {
	var list []string
	if v.radiotap(HasSignal) {
		list = append(list, number(v.Radio.SignalDBm))
	}
	for _, a := range v.Radio.Antennas[:v.Radio.NumAntennas] {
		list = append(list, number(a.SignalDBm))
	}
	return strings.Join(list, ",")
}

func (v *reading) antennas() string {
	var list []string
	if v.radiotap(HasAntenna) {
		list = append(list, number(v.Radio.Antenna))
	}
	for _, a := range v.Radio.Antennas[:v.Radio.NumAntennas] {
		list = append(list, number(a.Antenna))
	}
	return strings.Join(list, ",")
}

func (v *reading) rate() string {
	if v.Radio.Has&HasRate == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(v.Radio.RateKbps)/1000, 'g', 3, 64)
}

func (v *reading) fcs() string {
	if !v.FCSPresent || v.Truncated {
		return ""
	}
	end := v.Captured()[len(v.Captured())-fcsLen:]
	return number(uint32(end[0]) | uint32(end[1])<<8 | uint32(end[2])<<16 | uint32(end[3])<<24)
}

func (v *reading) status() string {
	if status, _, ok := v.AssocStatus(); ok {
		return number(status)
	}
	a, ok := v.Authentication()
	return when(ok, a.Status)
}

func (v *reading) ids() string {
	var list []string
	for _, e := range v.elements {
		list = append(list, number(e.ID))
	}
	return strings.Join(list, ",")
}

func (v *reading) lengths() string {
	var list []string
	for i, e := range v.elements {
		n := len(e.Data)
		if last := i == len(v.elements)-1; last && v.declared != 0 {
			n = v.declared
		}
		if e.ID != ElementExtension { // those have a column of their own
			list = append(list, number(n))
		}
	}
	return strings.Join(list, ",")
}

func (v *reading) extensions() string {
	var list []string
	for _, e := range v.elements {
		if e.ID == ElementExtension {
			list = append(list, number(e.Ext))
		}
	}
	return strings.Join(list, ",")
}

func (v *reading) etherTypes() string {
	if llc, ok := v.LLC(); ok {
		return number(llc.EtherType)
	}
	var list []string
	subframes := v.Subframes()
	for subframes.Next() {
		if llc, ok := subframes.LLC(); ok {
			list = append(list, number(llc.EtherType))
		}
	}
	return strings.Join(list, ",")
}

func (v *reading) subframeLengths() string {
	var list []string
	subframes := v.Subframes()
	for subframes.Next() {
		list = append(list, number(len(subframes.Payload)))
	}
	return strings.Join(list, ",")
}

func (v *reading) eapol() (EAPOL, bool) {
	packet, _ := v.EAPOL()
	return ParseEAPOL(packet)
}

// mcs and he report whether the receiver knew that part of the field.
func (v *reading) mcs(known uint8) bool { return v.radiotap(HasMCS) && v.Radio.MCS.Known&known != 0 }
func (v *reading) he(known uint16) bool { return v.radiotap(HasHE) && v.Radio.HE.Data[0]&known != 0 }

// actionCode is the code of an action frame of these categories; of those that
// tshark has no column of their own for if none is given.
func (v *reading) actionCode(categories ...uint8) string {
	category, code, ok := v.Action()
	if len(categories) == 0 {
		ok = ok && slices.Contains([]uint8{CategorySpectrum, CategoryQoS, CategoryBlockAck, CategoryRadioMeasure, CategoryFT, CategorySAQuery, CategoryWNM}, category)
	} else {
		ok = ok && slices.Contains(categories, category)
	}
	return when(ok, code)
}

package dot11

import "testing"

func TestNamesAreTheStandardsWords(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Beacon.String(), "beacon"},
		{Deauth.String(), "deauthentication"},
		{ReassocReq.String(), "reassociation request"},
		{Kind(7).String(), "reserved management 7"},
		{PSPoll.String(), "PS-Poll"},
		{Kind(16).String(), "reserved control 0"},
		{QoSNull.String(), "QoS null"},
		{Kind(45).String(), "reserved data 13"},
		{S1GBeacon.String(), "S1G beacon"},
		{Kind(63).String(), "reserved extension 15"},
		{Kind(64).String(), "kind 64"},
		{LinkRadiotap.String(), "radiotap"},
		{LinkType(1).String(), "link type 1"},
		{Sound.String(), "sound"},
		{BadFCS.String(), "bad FCS"},
		{NumDefects.String(), "defect 6"},
		{Band6G.String(), "6 GHz"},
		{Band(9).String(), "band 9"},
		{(FromDS | Retry).String(), "from DS, retry"},
		{Flags(0).String(), "none"},
		{(CapESS | CapPrivacy).String(), "ESS, privacy"},
		{(&Element{ID: ElementRSN}).Name(), "RSN"},
		{(&Element{ID: 2}).Name(), "element 2"},
		{(&Element{ID: ElementExtension, Ext: ExtMultiLink}).Name(), "multi-link"},
		{(&Element{ID: ElementExtension, Ext: 250}).Name(), "element 255, extension 250"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

// Each kind is in the set of its type, and in no other.
func TestKindsByType(t *testing.T) {
	for k := Kind(0); k < 64; k++ {
		for _, test := range []struct {
			set  Kinds
			is   bool
			name string
		}{
			{AllManagement, k.IsManagement(), "management"},
			{AllControl, k.IsControl(), "control"},
			{AllData, k.IsData(), "data"},
			{AllKinds &^ (AllManagement | AllControl | AllData), k.IsExtension(), "extension"},
		} {
			if want := typeNames[k>>4] == test.name; test.is != want || test.set.Has(k) != want {
				t.Errorf("%v (%d): is %s %v, in the set %v", k, k, test.name, test.is, test.set.Has(k))
			}
		}
	}
}

func TestKindsHoldsWhatItWasMadeOf(t *testing.T) {
	s := KindsOf(Beacon, Ack, QoSNull, S1GBeacon)
	for k := Kind(0); k < 64; k++ {
		want := k == Beacon || k == Ack || k == QoSNull || k == S1GBeacon
		if s.Has(k) != want {
			t.Errorf("Has(%v) = %v", k, s.Has(k))
		}
	}
	if AllKinds.Has(64) {
		t.Error("a kind beyond the last is in the set")
	}
}

func TestOnlyLinkTypesWithAReaderAreSupported(t *testing.T) {
	for l := LinkType(0); l < 300; l++ {
		var f Frame
		read := f.Parse(l, make([]byte, 64)) != UnsupportedLink
		if l == LinkPPI { // what is inside the PPI header is not
			read = true
		}
		if l.Supported() != read {
			t.Errorf("%v: supported %v, read %v", l, l.Supported(), read)
		}
	}
}

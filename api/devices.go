package api

import (
	"encoding/binary"
	"encoding/hex"
	"strings"

	"picket/alertcore"
)

// Inventory is what is known of who is on the air, at one moment. Requests
// share it: nobody changes it.
type Inventory struct {
	Devices []Device // no address twice
	SSIDs   []SSID
}

// DeviceType is Kismet's word for what a device is.
type DeviceType string

// The types of devices.
const (
	AccessPoint  DeviceType = "Wi-Fi AP"
	AdHocNetwork DeviceType = "Wi-Fi Ad-Hoc"
	Client       DeviceType = "Wi-Fi Client"
	OtherDevice  DeviceType = "Wi-Fi Device" // sends as a network, but was not heard to advertise one
)

// Device is an access point or a station. What is not known is zero. Times are
// seconds since the epoch, by the clock of the frames.
type Device struct {
	Address      DeviceAddress
	Type         DeviceType
	First, Last  int64
	Channel      string // that it advertises, else of the frequency
	FrequencyKHz float64
	Frames       uint64 // that it sent
	HasSignal    bool
	LastDBm      int8
	MinDBm       int8
	MaxDBm       int8

	// Of those that advertise a network:
	SSID       string // printable; the last that was told
	SSIDHex    string // its octets
	HidesSSID  bool   // its beacons don't tell it
	Encryption string // "Open", "WPA2-PSK"
	LastBeacon int64
	Beacons    uint64
	Interval   uint16 // of beacons, in units of 1024 µs
	Clients    int    // stations that talked to it last

	// Of stations:
	BSSID DeviceAddress // of the network that it talked to last
}

// SSID is a network name. Times are as in Device.
type SSID struct {
	Text             string // printable
	Octets           []byte
	First, Last      int64
	LastAdvertised   int64
	LastProbed       int64
	Advertisers      int // networks that told it last
	LastAdvertisedBy DeviceAddress
	Encryption       string // of that network; "" if it is not known any more
}

// DeviceAddress is a 48-bit address.
type DeviceAddress [6]byte

func (a DeviceAddress) String() string { return alertcore.MACOf(a[:]).String() }

// bits are those of addressBits.
func (a DeviceAddress) bits() uint64 {
	var b [8]byte
	copy(b[:], a[:])
	return binary.BigEndian.Uint64(b[:])
}

// deviceKeyPrefix stands for 802.11 in the keys of devices.
const deviceKeyPrefix = "4202770D00000000_"

// key identifies d in paths. It has the form of Kismet's.
func (d *Device) key() string {
	return deviceKeyPrefix + strings.ToUpper(hex.EncodeToString(d.Address[:]))
}

// addressOfKey is the address that a key was made of.
func addressOfKey(key string) (a DeviceAddress, ok bool) {
	digits, ok := strings.CutPrefix(key, deviceKeyPrefix)
	if !ok || hex.DecodedLen(len(digits)) != len(a) {
		return a, false
	}
	_, err := hex.Decode(a[:], []byte(digits))
	return a, err == nil
}

// name is what people know a device by.
func (d *Device) name() string {
	if d.SSID != "" {
		return d.SSID
	}
	return d.Address.String()
}

// hash identifies a name in paths. JavaScript reads 53 bits of a number.
func (n *SSID) hash() uint64 {
	h := uint64(14695981039346656037) // FNV-1a
	for _, c := range n.Octets {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return (h ^ h>>53) & (1<<53 - 1)
}

// A deviceView is a part of the devices that has a name.
type deviceView struct {
	id, description string
	has             func(*Device) bool
}

func everyDevice(*Device) bool { return true }

// deviceViews are the views by Kismet's names.
var deviceViews = []deviceView{
	{"all", "All devices", everyDevice},
	{"phydot11_accesspoints", "Wi-Fi Access Points", func(d *Device) bool { return d.Type == AccessPoint }},
	{"phy-IEEE802.11", "IEEE802.11", everyDevice},
}

// in returns the devices of a view that were heard at a time or later.
func (v *Inventory) in(view deviceView, since int64) []*Device {
	list := make([]*Device, 0, len(v.Devices))
	for i := range v.Devices {
		if d := &v.Devices[i]; d.Last >= since && view.has(d) {
			list = append(list, d)
		}
	}
	return list
}

// at returns the device with an address, nil if there is none.
func (v *Inventory) at(a DeviceAddress) *Device {
	for i := range v.Devices {
		if v.Devices[i].Address == a {
			return &v.Devices[i]
		}
	}
	return nil
}

package detectors

import (
	"strconv"

	"picket/capture/dot11"
)

// A keyMessage is one message of a 4-way or group key handshake that was sent
// in the clear (IEEE 802.11-2020, 12.7.6 and 12.7.7), or of those of WPA.
type keyMessage struct {
	dot11.EAPOLKey
	number         handshakeNumber
	bssid, station dot11.Addr
	fromAP         bool
}

// A handshakeNumber says which message of the handshakes one is.
type handshakeNumber uint8

const (
	keyOther handshakeNumber = iota
	keyM1
	keyM2
	keyM3
	keyM4
	keyGroup1
	keyGroup2
)

// String names the message.
func (n handshakeNumber) String() string {
	switch {
	case keyM1 <= n && n <= keyM4:
		return "message " + strconv.Itoa(int(n)) + " of the 4-way handshake"
	case n == keyGroup1:
		return "message 1 of the group key handshake"
	case n == keyGroup2:
		return "message 2 of the group key handshake"
	}
	return "a key message"
}

// keyMessage reads the current frame as an EAPOL-Key frame; nil when it is
// none, or cut before its key data. It is read once for all detectors.
func (c *Context) keyMessage() *keyMessage {
	if !c.keyRead {
		c.keyRead = true
		c.isKey = c.readKeyMessage()
	}
	if !c.isKey {
		return nil
	}
	return &c.key
}

func (c *Context) readKeyMessage() (ok bool) {
	if c.Protocol != ProtocolEAPOL {
		return false
	}
	micLen, ok := dot11.GuessMICLength(c.Payload)
	if !ok {
		micLen = 16 // it claims more than there is
	}
	m := &c.key
	if m.EAPOLKey, ok = dot11.ParseEAPOLKey(c.Payload, micLen); !ok {
		return false
	}
	m.number = numberOf(&m.EAPOLKey)
	m.bssid, m.station, m.fromAP = c.sides(m.Info&dot11.KeyInfoAck != 0)
	return true
}

// sealTag is what takes the place of the MIC, within the key data, with an AKM
// that encrypts with authentication.
const sealTag = 16

// numberOf follows what each message has in its key information field. The
// fourth is told from the second by having nothing to say.
func numberOf(k *dot11.EAPOLKey) handshakeNumber {
	const request = dot11.KeyInfoRequest | dot11.KeyInfoError | dot11.KeyInfoSMK
	ack := k.Info&dot11.KeyInfoAck != 0
	sealed := k.Info&(dot11.KeyInfoMIC|dot11.KeyInfoEncrypted) != 0
	nothing := uint16(0)
	if k.Info&dot11.KeyInfoMIC == 0 {
		nothing = sealTag
	}
	switch {
	case k.Info&request != 0:
		return keyOther
	case k.Info&dot11.KeyInfoPairwise == 0 && !sealed:
		return keyOther
	case k.Info&dot11.KeyInfoPairwise == 0 && ack:
		return keyGroup1
	case k.Info&dot11.KeyInfoPairwise == 0:
		return keyGroup2
	case ack && sealed:
		return keyM3
	case ack:
		return keyM1
	case sealed && k.KeyDataLength <= nothing:
		return keyM4
	case sealed:
		return keyM2
	}
	return keyOther
}

// sides returns the access point and the station of a data frame. The DS bits
// tell who sent it; where they don't, as between stations that use four
// addresses, it is what the frame itself says.
func (c *Context) sides(saysFromAP bool) (bssid, station dot11.Addr, fromAP bool) {
	f := c.Frame
	switch f.Flags & (dot11.ToDS | dot11.FromDS) {
	case dot11.FromDS:
		return f.Transmitter, f.Receiver, true
	case dot11.ToDS:
		return f.Receiver, f.Transmitter, false
	}
	if saysFromAP {
		return f.Transmitter, f.Receiver, true
	}
	return f.Receiver, f.Transmitter, false
}

package detectors

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5" // WPA's MIC
	"crypto/sha1"

	"picket/capture/dot11"
)

// A zeroKey tells key frames whose MIC was made with a key of zeros, the one
// that a station has which was led to skip a part of the handshake. It works in
// memory of its own.
type zeroKey struct {
	// hmac holds the padded key and the frame, outer the same with the inner
	// hash (RFC 2104).
	hmac  [hmacBlock + zeroKeyFrame]byte
	outer [hmacBlock + sha1.Size]byte
	block cipher.Block
	cmac  [aes.BlockSize]byte
	last  [aes.BlockSize]byte // block of it
}

const (
	hmacBlock = 64
	// zeroKeyFrame is how long a key frame can be to be looked at.
	zeroKeyFrame = 1024
	micLength    = 16 // of key descriptor versions 1 to 3, and of SAE
)

func newZeroKey() (*zeroKey, error) {
	block, err := aes.NewCipher(make([]byte, aes.BlockSize))
	if err != nil {
		return nil, err
	}
	z := &zeroKey{block: block}
	for i := range hmacBlock {
		z.hmac[i], z.outer[i] = 0x36, 0x5c
	}
	return z, nil
}

// signed reports whether the MIC of the key frame m, which is in packet, is that
// of the zero key.
func (z *zeroKey) signed(packet []byte, m *dot11.EAPOLKey) bool {
	const header, micAt = 4, 4 + 77
	end := header + int(m.Length)
	if m.Info&dot11.KeyInfoMIC == 0 || m.Truncated || len(m.MIC) != micLength || end > len(packet) || end > zeroKeyFrame {
		return false
	}
	frame := z.hmac[hmacBlock : hmacBlock+end]
	copy(frame, packet)
	clear(frame[micAt : micAt+micLength])
	switch m.Info & dot11.KeyInfoVersion {
	case 1:
		inner := md5.Sum(z.hmac[:hmacBlock+end])
		n := copy(z.outer[hmacBlock:], inner[:])
		sum := md5.Sum(z.outer[:hmacBlock+n])
		return bytes.Equal(sum[:], m.MIC)
	case 2:
		inner := sha1.Sum(z.hmac[:hmacBlock+end])
		n := copy(z.outer[hmacBlock:], inner[:])
		sum := sha1.Sum(z.outer[:hmacBlock+n])
		return bytes.Equal(sum[:micLength], m.MIC)
	}
	return bytes.Equal(z.aesCMAC(frame), m.MIC)
}

// aesCMAC is AES-128-CMAC (RFC 4493) of at least one octet.
func (z *zeroKey) aesCMAC(b []byte) []byte {
	const size = aes.BlockSize
	clear(z.cmac[:])
	for ; len(b) > size; b = b[size:] {
		z.chain(b[:size])
	}
	subkey := z.last[:]
	clear(subkey)
	z.block.Encrypt(subkey, subkey)
	double128(subkey)
	if len(b) < size {
		double128(subkey)
		subkey[len(b)] ^= 0x80
	}
	for i := range b {
		subkey[i] ^= b[i]
	}
	z.chain(z.last[:])
	return z.cmac[:]
}

// chain takes one block into the CBC chain.
func (z *zeroKey) chain(b []byte) {
	for i := range z.cmac {
		z.cmac[i] ^= b[i]
	}
	z.block.Encrypt(z.cmac[:], z.cmac[:])
}

// double128 doubles b in the field of AES-CMAC.
func double128(b []byte) {
	carry := b[0] >> 7
	for i := range len(b) - 1 {
		b[i] = b[i]<<1 | b[i+1]>>7
	}
	b[len(b)-1] = b[len(b)-1]<<1 ^ carry*0x87
}

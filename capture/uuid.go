package capture

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
)

// uuidNamespace is the namespace of the UUIDs of sources, drawn at random once (RFC 9562, section 6.5).
var uuidNamespace = [16]byte{0x6f, 0x0d, 0x5c, 0x1b, 0x3c, 0x8e, 0x4e, 0x57, 0x9a, 0x41, 0xd2, 0x7b, 0x50, 0xe6, 0x18, 0xaf}

// sourceUUID makes a UUID of version 5 from what identifies a source, in upper case as Kismet prints them.
func sourceUUID(kind, identity string) string {
	h := sha1.New()
	h.Write(uuidNamespace[:])
	fmt.Fprintf(h, "%s:%s", kind, identity)
	u := h.Sum(nil)[:16]
	u[6] = u[6]&0x0f | 0x50
	u[8] = u[8]&0x3f | 0x80
	return strings.ToUpper(fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:]))
}

// fileUUID is that of the capture at path, the same from whatever folder it is named.
func fileUUID(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return sourceUUID(KindFile, path)
}

// RadioUUID is that of the adapter with a permanent address, as Kismet makes it: a number that stands for its helper
// for such adapters, zeros, the address. So an adapter is the same to both.
func RadioUUID(addr [6]byte) string { return fmt.Sprintf("5FE308BD-0000-0000-0000-%012X", addr[:]) }

// UnseenRadioUUID is that of an adapter of which only the name of its interface is known.
func UnseenRadioUUID(iface string) string { return sourceUUID(KindRadio, iface) }

// parseUUID checks a UUID of the form 8-4-4-4-12 and returns it in upper case.
func parseUUID(s string) (string, bool) {
	groups := strings.Split(s, "-")
	if len(groups) != 5 {
		return "", false
	}
	for i, n := range []int{8, 4, 4, 4, 12} {
		if len(groups[i]) != n {
			return "", false
		}
		if _, err := hex.DecodeString(groups[i]); err != nil {
			return "", false
		}
	}
	return strings.ToUpper(s), true
}

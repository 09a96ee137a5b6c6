package api

import (
	"encoding/binary"
	"strings"
)

// Opcodes of frames that a server sends (RFC 6455, 5.2).
const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
)

// Codes by which a connection is closed (RFC 6455, 7.4.1).
const (
	closeGoingAway   = 1001
	closeUnsupported = 1003
	closeNoCode      = 1005 // a close frame without a code
	closeNotUTF8     = 1007
	closePolicy      = 1008
	closeTryLater    = 1013
)

// appendFrame appends an unmasked frame that is a whole message. Frames are
// made here, and not by the library that reads those of clients, as they are
// sent to many clients, and several in one call.
func appendFrame(b []byte, opcode byte, payload []byte) []byte {
	const final = 0x80
	b = append(b, final|opcode)
	switch n := len(payload); {
	case n < 126:
		b = append(b, byte(n))
	case n <= 0xffff:
		b = append(b, 126)
		b = binary.BigEndian.AppendUint16(b, uint16(n))
	default:
		b = append(b, 127)
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return append(b, payload...)
}

// appendClose appends a close frame. A long reason is cut.
func appendClose(b []byte, code int, reason string) []byte {
	if code == closeNoCode {
		return appendFrame(b, opClose, nil)
	}
	const most = 123 // with the code in a control frame
	if len(reason) > most {
		reason = strings.ToValidUTF8(reason[:most], "")
	}
	return appendFrame(b, opClose, append(binary.BigEndian.AppendUint16(nil, uint16(code)), reason...))
}

package filter

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/bpf"
)

// The types of frames as the first octet has them.
const (
	mgt  = 0x00
	ctl  = 0x04
	data = 0x08
)

var types = map[string]uint32{
	"mgt": mgt, "management": mgt,
	"ctl": ctl, "control": ctl,
	"data": data,
}

// subtypes are tcpdump's words and, for what it has none, the standard's. The value is the first octet of such a frame.
var subtypes = map[string]uint32{
	"assoc-req": mgt, "assocreq": mgt,
	"assoc-resp": mgt | 0x10, "assocresp": mgt | 0x10,
	"reassoc-req": mgt | 0x20, "reassocreq": mgt | 0x20,
	"reassoc-resp": mgt | 0x30, "reassocresp": mgt | 0x30,
	"probe-req": mgt | 0x40, "probereq": mgt | 0x40,
	"probe-resp": mgt | 0x50, "proberesp": mgt | 0x50,
	"timing-adv": mgt | 0x60,
	"beacon":     mgt | 0x80,
	"atim":       mgt | 0x90,
	"disassoc":   mgt | 0xa0, "disassociation": mgt | 0xa0,
	"auth": mgt | 0xb0, "authentication": mgt | 0xb0,
	"deauth": mgt | 0xc0, "deauthentication": mgt | 0xc0,
	"action":        mgt | 0xd0,
	"action-no-ack": mgt | 0xe0,

	"trigger":       ctl | 0x20,
	"ndpa":          ctl | 0x50,
	"wrapper":       ctl | 0x70,
	"block-ack-req": ctl | 0x80,
	"block-ack":     ctl | 0x90,
	"ps-poll":       ctl | 0xa0,
	"rts":           ctl | 0xb0,
	"cts":           ctl | 0xc0,
	"ack":           ctl | 0xd0,
	"cf-end":        ctl | 0xe0,
	"cf-end-ack":    ctl | 0xf0,

	"data":                 data,
	"data-cf-ack":          data | 0x10,
	"data-cf-poll":         data | 0x20,
	"data-cf-ack-poll":     data | 0x30,
	"null":                 data | 0x40,
	"cf-ack":               data | 0x50,
	"cf-poll":              data | 0x60,
	"cf-ack-poll":          data | 0x70,
	"qos-data":             data | 0x80,
	"qos-data-cf-ack":      data | 0x90,
	"qos-data-cf-poll":     data | 0xa0,
	"qos-data-cf-ack-poll": data | 0xb0,
	"qos":                  data | 0xc0, "qos-null": data | 0xc0,
	"qos-cf-poll":     data | 0xe0,
	"qos-cf-ack-poll": data | 0xf0,
}

var relations = map[string]bpf.JumpTest{
	"<": bpf.JumpLessThan, "<=": bpf.JumpLessOrEqual,
	">": bpf.JumpGreaterThan, ">=": bpf.JumpGreaterOrEqual,
	"=": bpf.JumpEqual, "==": bpf.JumpEqual, "!=": bpf.JumpNotEqual,
}

// wordsOf lists the words of a table.
func wordsOf[V any](table map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(table)), ", ")
}

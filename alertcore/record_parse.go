package alertcore

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"picket/alertcore/tracked"
)

// errNoRecord is the cause when a record lacks a member or has one of a wrong
// kind.
var errNoRecord = errors.New("not a record of an alert")

// ParseRecord makes a record of its JSON, as JSON returned it: the record of
// the past that Resume takes up. encoded is kept, and must not be changed. The
// frames of its evidence are not in it.
func ParseRecord(encoded []byte) (*Record, error) {
	members, err := tracked.ParseFlat(encoded)
	if err != nil {
		return nil, fmt.Errorf("parse the record of an alert: %w", err)
	}
	p := recordParser{members: members}
	def := &Definition{
		Header:   p.text("kismet.alert.header"),
		Class:    p.text("kismet.alert.class"),
		Severity: Severity(p.number("kismet.alert.severity", math.MaxUint8)),
		PhyID:    int64(int32(uint32(p.number("kismet.alert.phy_id", math.MaxUint32)))),
	}
	a := &Alert{
		Name:         def.Header,
		Text:         p.text("kismet.alert.text"),
		BSSID:        p.mac("kismet.alert.transmitter_mac"),
		Source:       p.mac("kismet.alert.source_mac"),
		Dest:         p.mac("kismet.alert.dest_mac"),
		Other:        p.mac("kismet.alert.other_mac"),
		Channel:      p.text("kismet.alert.channel"),
		FrequencyKHz: p.double("kismet.alert.frequency"),
		FrameTime:    p.moment("picket.alert.frame_time"),
		Datasource:   p.text("picket.alert.datasource"),
		SignalDBm:    int(p.double("picket.alert.signal_dbm")),
		Frames:       p.number("picket.alert.frames", math.MaxUint64),
		Verdict:      p.text("picket.alert.verdict"),
		SSID:         p.octets("picket.alert.ssid_hex"),
	}
	a.HasSignal = a.SignalDBm != 0
	r := &Record{
		def: def, alert: a, json: encoded, restored: true,
		suppressed: p.number("picket.alert.suppressed", math.MaxUint64),
		hash:       uint32(p.number("kismet.alert.hash", math.MaxUint32)),
		time:       p.micros("kismet.alert.timestamp"),
	}
	if p.err != nil {
		return nil, fmt.Errorf("parse the record of an alert: %w", p.err)
	}
	return r, nil
}

// recordParser reads members; the first error stays.
type recordParser struct {
	members map[string]tracked.Token
	err     error
}

func (p *recordParser) token(name string, isText bool) string {
	t, ok := p.members[name]
	if (!ok || t.IsText != isText) && p.err == nil {
		p.err = fmt.Errorf("member %q: %w", name, errNoRecord)
	}
	return t.Text
}

func (p *recordParser) text(name string) string { return p.token(name, true) }

func (p *recordParser) fail(name string, err error) {
	if err != nil && p.err == nil {
		p.err = fmt.Errorf("member %q: %w", name, err)
	}
}

func (p *recordParser) number(name string, most uint64) uint64 {
	n, err := strconv.ParseUint(p.token(name, false), 10, 64)
	if err == nil && n > most {
		err = errNoRecord
	}
	p.fail(name, err)
	return n
}

func (p *recordParser) double(name string) float64 {
	f, err := strconv.ParseFloat(p.token(name, false), 64)
	p.fail(name, err)
	return f
}

// micros reads decimal seconds: a double tells neighbouring microseconds apart.
func (p *recordParser) micros(name string) Micros {
	m := math.Round(p.double(name) * 1e6)
	if m < 0 || m > timeMask {
		p.fail(name, errNoRecord)
		return 0
	}
	return Micros(m)
}

func (p *recordParser) moment(name string) time.Time {
	m := p.micros(name)
	if m == 0 {
		return time.Time{}
	}
	return m.Time()
}

func (p *recordParser) mac(name string) MAC {
	m, err := ParseMAC(p.text(name))
	p.fail(name, err)
	return m
}

func (p *recordParser) octets(name string) []byte {
	text := p.text(name)
	if text == "" {
		return nil
	}
	b, err := hex.DecodeString(text)
	p.fail(name, err)
	return b
}

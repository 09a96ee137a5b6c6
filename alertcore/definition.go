package alertcore

import (
	"sync/atomic"

	"picket/alertcore/tracked"
)

// Phys that a definition can belong to, besides the numbers of real ones.
const (
	PhyAny     = -1
	PhyUnknown = -2
)

// A Definition says what an alert is called, how grave it is, and how often it
// may be raised.
type Definition struct {
	Header      string // the name, upper case
	Class       string // upper case, free: DENIAL, EXPLOIT, OTHER, PROBE, SPOOF, SYSTEM
	Severity    Severity
	Description string
	PhyID       int64
	Limit       Rate // overall
	Burst       Rate // over a unit no longer than that of Limit

	// BuiltIn alerts are limited per subject, the one that they name, else
	// the BSSID that they are about or the source, under a ceiling for the
	// name. Others are limited per name.
	BuiltIn bool
}

// DefinitionStatus is a definition with what became of it so far.
type DefinitionStatus struct {
	Definition
	BurstSent  uint64 // in the window of Burst that ends now
	TotalSent  uint64 // in the window of Limit that ends now
	TimeLast   Micros // of the newest record, 0 if there is none
	Suppressed uint64 // refused by limits since the start
}

// Object returns the record of the definition as the API shows it.
func (s *DefinitionStatus) Object() tracked.Object {
	return tracked.Object{
		{Name: "kismet.alert.definition.header", Description: "Alert type", Value: tracked.String(s.Header)},
		{Name: "kismet.alert.definition.class", Description: "Alert class", Value: tracked.String(s.Class)},
		{Name: "kismet.alert.definition.severity", Description: "Alert severity", Value: tracked.Uint(tracked.TypeUint8, uint64(s.Severity))},
		{Name: "kismet.alert.definition.description", Description: "Alert description", Value: tracked.String(s.Description)},
		{Name: "kismet.alert.definition.phyid", Description: "Alert phy type", Value: tracked.Int(tracked.TypeInt64, s.PhyID)},
		{Name: "kismet.alert.definition.limit_unit", Description: "Alert limit time unit (defined in alertracker.h)", Value: tracked.Uint(tracked.TypeUint64, uint64(s.Limit.Unit))},
		{Name: "kismet.alert.definition.limit_rate", Description: "Alert rate limit", Value: tracked.Uint(tracked.TypeUint64, uint64(s.Limit.Count))},
		{Name: "kismet.alert.definition.burst_unit", Description: "Burst limit time unit", Value: tracked.Uint(tracked.TypeUint64, uint64(s.Burst.Unit))},
		{Name: "kismet.alert.definition.limit_burst", Description: "Burst rate limit", Value: tracked.Uint(tracked.TypeUint64, uint64(s.Burst.Count))},
		{Name: "kismet.alert.definition.burst_sent", Description: "Alerts sent in burst", Value: tracked.Uint(tracked.TypeUint64, s.BurstSent)},
		{Name: "kismet.alert.definition.total_sent", Description: "Alerts sent in window of limit", Value: tracked.Uint(tracked.TypeUint64, s.TotalSent)},
		{Name: "kismet.alert.definition.time_last", Description: "Timestamp of last alert", Value: tracked.Double(s.TimeLast.Seconds())},
		{Name: "picket.alert.definition.suppressed", Description: "Alerts refused by limits since the start", Value: tracked.Uint(tracked.TypeUint64, s.Suppressed)},
	}
}

// definition is a registered Definition with its live state.
type definition struct {
	Definition
	sends      *sendLog // of the name: the limit itself, or the ceiling for built-ins
	timeLast   atomic.Int64
	raised     atomic.Uint64 // since the start
	suppressed atomic.Uint64 // since the start
	unreported atomic.Uint64 // since the newest record, for alerts limited per name
}

func newDefinition(d Definition, ceiling int) *definition {
	d.Header, d.Class = Upper(d.Header), Upper(d.Class)
	limit, burst := d.Limit, d.Burst
	if d.BuiltIn {
		limit.Count = min(limit.Count*int64(ceiling), MaxRate)
		burst.Count = min(burst.Count*int64(ceiling), MaxRate)
	}
	return &definition{Definition: d, sends: newSendLog(limit, burst)}
}

func (d *definition) status(now Micros) DefinitionStatus {
	return DefinitionStatus{
		Definition: d.Definition,
		BurstSent:  d.sends.count(d.Burst.Unit, now),
		TotalSent:  d.sends.count(d.Limit.Unit, now),
		TimeLast:   Micros(d.timeLast.Load()),
		Suppressed: d.suppressed.Load(),
	}
}

// Upper maps the ASCII letters of a name to upper case, as Kismet does; all
// other bytes stay as they are.
func Upper(name string) string {
	b := []byte(name)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// registry is the set of definitions at one moment. It is replaced, never
// changed, so readers need no lock.
type registry struct {
	list   []*definition
	byName map[string]*definition
}

// with returns r and d as a new registry, or nil if the name is taken.
func (r *registry) with(d *definition) *registry {
	if r.byName[d.Header] != nil {
		return nil
	}
	next := &registry{
		list:   append(r.list[:len(r.list):len(r.list)], d),
		byName: make(map[string]*definition, len(r.byName)+1),
	}
	for name, def := range r.byName {
		next.byName[name] = def
	}
	next.byName[d.Header] = d
	return next
}

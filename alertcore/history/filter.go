package history

import (
	"strings"

	"picket/alertcore"
)

// A Filter says which alerts are wanted. The zero value wants all, newest first.
type Filter struct {
	Since, Until alertcore.Micros // first and last; 0: no bound
	Name         string           // header, exactly; empty: all
	MAC          string           // one that the alert names, as printed by alertcore.MAC; empty: all
	Severity     alertcore.Severity
	HasSeverity  bool // alerts of at least Severity

	// Before and After are cursors: the alerts that are older, or younger,
	// than this; 0: no bound.
	Before, After alertcore.Micros

	OldestFirst bool
	Limit       int // alerts in a page; 0: DefaultLimit
}

// DefaultLimit is how many alerts a page has that does not say.
const DefaultLimit = 100

// MaxLimit is the most that a page has, so that a page fits small machines.
const MaxLimit = 1000

func (f *Filter) limit() int {
	switch {
	case f.Limit <= 0:
		return DefaultLimit
	default:
		return min(f.Limit, MaxLimit)
	}
}

// query returns the statement for f: rows of time and JSON, one more than
// asked for if there is.
func (f *Filter) query() (statement string, args []any) {
	var where []string
	and := func(condition string, values ...any) {
		where = append(where, condition)
		args = append(args, values...)
	}
	at := func(compare string, m alertcore.Micros) {
		sec, usec := split(m)
		and("(a.ts_sec, a.ts_usec) "+compare+" (?, ?)", sec, usec)
	}
	if f.Since != 0 {
		at(">=", f.Since)
	}
	if f.Until != 0 {
		at("<=", f.Until)
	}
	if f.After != 0 {
		at(">", f.After)
	}
	if f.Before != 0 {
		at("<", f.Before)
	}
	if f.Name != "" {
		and("p.header = ?", f.Name)
	}
	if f.MAC != "" {
		and("instr(p.addresses, ?) > 0", " "+f.MAC+" ")
	}
	if f.HasSeverity {
		and("p.severity >= ?", int64(f.Severity))
	}
	statement = "SELECT a.ts_sec, a.ts_usec, a.json FROM alerts a"
	if f.Name != "" || f.MAC != "" || f.HasSeverity {
		statement += " JOIN picket_alerts p ON p.time = a.ts_sec * 1000000 + a.ts_usec"
	}
	if len(where) > 0 {
		statement += " WHERE " + strings.Join(where, " AND ")
	}
	if f.OldestFirst {
		statement += " ORDER BY a.ts_sec, a.ts_usec LIMIT ?"
	} else {
		statement += " ORDER BY a.ts_sec DESC, a.ts_usec DESC LIMIT ?"
	}
	return statement, append(args, int64(f.limit()+1))
}

// split returns m as kismetdb has it: whole seconds, and the rest in µs.
func split(m alertcore.Micros) (sec, usec int64) { return int64(m) / 1e6, int64(m) % 1e6 }

func join(sec, usec int64) alertcore.Micros { return alertcore.Micros(sec*1e6 + usec) }

package detectors

// TableFill tells how full a table of the state is.
type TableFill struct {
	Name    string // what the records are of: "bss", "station", "ssid"
	Records int
	Room    int
	Evicted uint64 // records that had to make room for others, since the start
}

// Tables returns how full the tables are. Like Frame it is for the engine's
// owner.
func (e *Engine) Tables() []TableFill {
	return []TableFill{
		fillOf("bss", e.state.bss),
		fillOf("station", e.state.stations),
		fillOf("ssid", e.state.ssids),
	}
}

func fillOf[K comparable, V any](name string, t *Table[K, V]) TableFill {
	return TableFill{Name: name, Records: t.Len(), Room: t.Cap(), Evicted: t.Evicted()}
}

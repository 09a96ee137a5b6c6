package configs

import "strconv"

// An Origin is the place that set a value.
type Origin struct {
	Source string // path of a file, "built-in picket.conf", or a flag such as "--http"
	Line   int    // from 1; 0 when Source has no lines
}

// String prints o as compilers do: "picket.conf:12".
func (o Origin) String() string {
	if o.Line == 0 {
		return o.Source
	}
	return o.Source + ":" + strconv.Itoa(o.Line)
}

// A Fault is one thing wrong with a configuration.
type Fault struct {
	Origin Origin
	Line   string // the line as written, with secrets left out
	Reason string
}

// Error names the place, the line and what was expected there.
func (f *Fault) Error() string {
	return f.Origin.String() + ": " + f.Line + ": " + f.Reason
}

// A Warning tells of a line that has no effect.
type Warning struct {
	Origin Origin
	Text   string
}

// String prints the place and what is to be known of it.
func (w Warning) String() string { return w.Origin.String() + ": " + w.Text }

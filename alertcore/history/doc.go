// Package history keeps alerts, messages, definitions made at run time and
// the frames that alerts rest on in an SQLite file, so that they survive a
// restart.
//
// The file has the tables of kismetdb version 10, so that the tools for
// Kismet's logs read it; what that has no place for is in tables whose names
// begin with picket_. A Store writes it: it is the journal of an alert core,
// and one goroutine, Run, takes what was journalled and commits it in groups.
// A Reader reads it, in the same process or another, while it is written.
package history

// Package history keeps alerts, messages, definitions made at run time and
// the frames that alerts rest on in an SQLite file, so that they survive a
// restart.
//
// The file has the tables of kismetdb version 10, so that the tools for
// Kismet's logs read it; what that has no place for is in tables whose names
// begin with picket_. A Store writes it, as the journal of an alert core; a
// Reader reads it, in the same process or another, while it is written.
//
// What is journalled takes two steps. It is appended to a segment, a file of
// which one write and one sync make many alerts safe: that is what those who
// raise alerts wait for. The database takes segments whole, with as many alerts
// as came meanwhile, which costs it much less than to commit each group that
// somebody waits for.
//
//	Record, Message, Definition -> queue -> journal -> segment -> writer -> file
package history

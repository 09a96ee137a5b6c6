// Package alertcore holds what was found: the definitions of alerts, their
// limits, the records that were published and the messages beside them.
//
// Writers (detectors, and raisers over the API) and readers (pollers, event
// streams) meet in a ring without a mutex: a record becomes visible by one
// compare-and-swap that also fixes its timestamp, so
//
//   - timestamps are strictly increasing microseconds,
//   - no record is ever visible before an older one, and
//   - the cursor that a reader is handed, the newest timestamp it could see,
//     splits the records for ever: asking again for what is newer than the
//     cursor misses nothing and repeats nothing, with any number of writers
//     and readers.
//
// A record is immutable once it is published and is encoded once.
//
// The package knows neither 802.11 nor HTTP.
package alertcore

// Package dot11 reads one captured IEEE 802.11 frame: radio header, MAC header
// and body, as a view over the captured bytes.
//
//	var f dot11.Frame
//	if defect := f.Parse(dot11.LinkRadiotap, data); defect != dot11.Sound {
//		// count it, and show it to nobody
//	}
//	es := f.Elements()
//	for es.Next() {
//		// es.ID, es.Data
//	}
//
// Everything on the air may be forged. So no function panics, whatever the
// bytes; what is cut short, encrypted or not certain is reported as not there
// instead of guessed; and lengths that lie are part of the answer, for that is
// how attacks look. Reading allocates nothing: slices point into the captured
// bytes and are valid as long as those are.
package dot11

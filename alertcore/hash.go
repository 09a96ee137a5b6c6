package alertcore

import "strconv"

// appendHashInput appends what an alert's hash is taken of: header, severity,
// phy, timestamp, the four addresses and the channel, joined by blanks.
func (r *Record) appendHashInput(b []byte) []byte {
	b = append(b, r.def.Header...)
	b = append(b, ' ')
	b = strconv.AppendUint(b, uint64(r.def.Severity), 10)
	b = append(b, ' ')
	b = strconv.AppendUint(b, uint64(uint32(r.def.PhyID)), 10)
	b = append(b, ' ')
	b = strconv.AppendFloat(b, r.time.Seconds(), 'f', -1, 64)
	for _, mac := range [...]MAC{r.alert.BSSID, r.alert.Source, r.alert.Dest, r.alert.Other} {
		b = append(b, ' ')
		b = append(b, mac.String()...)
	}
	b = append(b, ' ')
	return append(b, r.alert.Channel...)
}

// rollingSum is the checksum that identifies alerts: the weak sum of rsync,
// which Kismet calls Adler-32.
func rollingSum(b []byte) uint32 {
	var s1, s2 uint32
	for _, c := range b {
		s1 += uint32(c)
		s2 += s1
	}
	return s1&0xffff + s2<<16
}

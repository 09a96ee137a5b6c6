package tracked

// Text returns the text of a string, address, key or UUID, "" for other values.
func (v Value) Text() string { return v.text }

// Number returns the number that v is. ok is false for what is none, the
// stand-in for a missing member included.
func (v Value) Number() (n float64, ok bool) {
	switch v.Type {
	case TypeUint8, TypeUint32, TypeUint64:
		return float64(v.bits), true
	case TypeInt32, TypeInt64:
		return float64(int64(v.bits)), true
	case TypeDouble:
		return v.double, true
	}
	return 0, false
}

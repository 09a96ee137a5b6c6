// Package tracked is the data model behind every answer of the API: ordered
// objects of typed members, as Kismet calls them, tracked elements.
//
// One description of a record (its members, in order, with type and meaning)
// serves every serialization of it: compact JSON here, and the line-wise,
// mangled and annotated forms that the API offers. Numbers, strings and
// separators are formatted byte for byte as Kismet 2025-09-R1 does, because
// clients compare strings and hash what they receive.
package tracked

// A Type is the word that Kismet's annotated output uses for a member's type.
type Type uint8

// The types of values, in Kismet's words.
const (
	TypeString Type = iota
	TypeUint8
	TypeInt32
	TypeUint32
	TypeInt64
	TypeUint64
	TypeDouble
	TypeMAC
	TypeDeviceKey
	TypeUUID
	TypeObject  // a map keyed by field names
	TypeStrings // a map keyed by free strings: names are never mangled, never described
	TypeVector
	TypePair        // two doubles, longitude and latitude
	TypePlaceholder // stands for a selected member that a record lacks; printed as 0
)

// String returns Kismet's word for t.
func (t Type) String() string {
	return [...]string{
		"string", "uint8_t", "int32_t", "uint32_t", "int64_t", "uint64_t", "double",
		"mac_addr", "devicekey", "uuid", "map[field, x]", "map[string, x]", "vector[x]",
		"pair[double, double]", "placeholder",
	}[t]
}

// A Value is one typed value. Only the part that its Type names is set.
type Value struct {
	Type   Type
	text   string
	bits   uint64 // unsigned integers; signed ones in two's complement
	double float64
	second float64 // of a pair
	list   []Value
	object Object
}

// A Member is one named, described value of an object.
type Member struct {
	Name        string
	Description string
	Value       Value
}

// An Object is an ordered list of members; order is part of the wire format.
type Object []Member

// String is a text value.
func String(s string) Value { return Value{Type: TypeString, text: s} }

// MAC is a printed address.
func MAC(s string) Value { return Value{Type: TypeMAC, text: s} }

// DeviceKey is the printed key of a device.
func DeviceKey(s string) Value { return Value{Type: TypeDeviceKey, text: s} }

// UUID is a printed UUID.
func UUID(s string) Value { return Value{Type: TypeUUID, text: s} }

// Uint is an unsigned integer of the given type.
func Uint(t Type, n uint64) Value { return Value{Type: t, bits: n} }

// Int is a signed integer of the given type.
func Int(t Type, n int64) Value { return Value{Type: t, bits: uint64(n)} }

// Double is a floating point value.
func Double(f float64) Value { return Value{Type: TypeDouble, double: f} }

// Pair is a point: longitude, then latitude.
func Pair(lon, lat float64) Value { return Value{Type: TypePair, double: lon, second: lat} }

// Nested is an object as a value.
func Nested(o Object) Value { return Value{Type: TypeObject, object: o} }

// Strings is a map keyed by free strings. Its names are part of the data:
// no serialization mangles or describes them.
func Strings(o Object) Value { return Value{Type: TypeStrings, object: o} }

// Vector is a list of values.
func Vector(list []Value) Value { return Value{Type: TypeVector, list: list} }

// Objects is a vector of objects, which most answers are.
func Objects(list []Object) Value {
	values := make([]Value, len(list))
	for i, o := range list {
		values[i] = Nested(o)
	}
	return Vector(values)
}

// Object returns the members of an object value, nil for other values.
func (v Value) Object() Object { return v.object }

// List returns the values of a vector, nil for other values.
func (v Value) List() []Value { return v.list }

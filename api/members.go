package api

import "picket/alertcore/tracked"

// Members of records, by the types that records have most.

func textMember(name, description, text string) tracked.Member {
	return tracked.Member{Name: name, Description: description, Value: tracked.String(text)}
}

func countMember(name, description string, n uint64) tracked.Member {
	return tracked.Member{Name: name, Description: description, Value: tracked.Uint(tracked.TypeUint64, n)}
}

func numberMember(name, description string, n int64) tracked.Member {
	return tracked.Member{Name: name, Description: description, Value: tracked.Int(tracked.TypeInt32, n)}
}

func doubleMember(name, description string, f float64) tracked.Member {
	return tracked.Member{Name: name, Description: description, Value: tracked.Double(f)}
}

func objectMember(name, description string, o tracked.Object) tracked.Member {
	return tracked.Member{Name: name, Description: description, Value: tracked.Nested(o)}
}

package alertcore

// Severity grades an alert, in the five steps that Kismet has.
type Severity uint8

// The severities. Other numbers are not valid.
const (
	Info     Severity = 0
	Low      Severity = 5
	Medium   Severity = 10
	High     Severity = 15
	Critical Severity = 20
)

// Valid reports whether s is one of the five.
func (s Severity) Valid() bool {
	return s <= Critical && s%5 == 0
}

// String returns the word that Kismet's views use for s.
func (s Severity) String() string {
	if !s.Valid() {
		return "INVALID"
	}
	return [...]string{"INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"}[s/5]
}

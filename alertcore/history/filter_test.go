package history

import (
	"fmt"
	"path/filepath"
	"testing"

	"picket/alertcore"
)

func TestFilter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.kismet")
	s := start(t, path, Options{Sync: true})
	if err := s.Define(external); err != nil {
		t.Fatal(err)
	}
	low := external
	low.Header, low.Severity = "LOWALERT", alertcore.Low
	if err := s.Define(low); err != nil {
		t.Fatal(err)
	}
	a, b := mac(t, "02:00:00:00:00:0a"), mac(t, "02:00:00:00:00:0b")
	var times []alertcore.Micros
	for i, x := range []*alertcore.Alert{
		{Name: "EXTERNAL", BSSID: a}, {Name: "LOWALERT", Source: a}, {Name: "EXTERNAL", Dest: b, Other: b}, {Name: "LOWALERT", Other: a, Subject: b}, {Name: "EXTERNAL", Text: a.String()},
	} {
		r, err := s.Raise(x)
		if err != nil {
			t.Fatalf("alert %d: %v", i, err)
		}
		times = append(times, r.Time())
	}
	s.flush(t)
	r, err := OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, test := range []struct {
		name   string
		filter Filter
		want   []int
		more   bool
	}{
		{"all", Filter{}, []int{4, 3, 2, 1, 0}, false},
		{"oldest first", Filter{OldestFirst: true}, []int{0, 1, 2, 3, 4}, false},
		{"since", Filter{Since: times[3]}, []int{4, 3}, false},
		{"until", Filter{Until: times[1]}, []int{1, 0}, false},
		{"before", Filter{Before: times[1]}, []int{0}, false},
		{"after", Filter{After: times[3]}, []int{4}, false},
		{"name", Filter{Name: "LOWALERT"}, []int{3, 1}, false},
		{"no such name", Filter{Name: "LOW"}, nil, false},
		{"address", Filter{MAC: a.String()}, []int{3, 1, 0}, false},
		{"address, also of the subject", Filter{MAC: b.String()}, []int{3, 2}, false},
		{"a part of an address", Filter{MAC: "02:00:00"}, nil, false},
		{"severity", Filter{Severity: alertcore.Medium, HasSeverity: true}, []int{4, 2, 0}, false},
		{"all severities", Filter{HasSeverity: true}, []int{4, 3, 2, 1, 0}, false},
		{"together", Filter{Name: "EXTERNAL", MAC: a.String(), Severity: alertcore.High, HasSeverity: true, Until: times[4]}, []int{0}, false},
		{"limit", Filter{Limit: 2}, []int{4, 3}, true},
		{"limit, all", Filter{Limit: 5}, []int{4, 3, 2, 1, 0}, false},
		{"limit, next", Filter{Limit: 2, Before: times[3]}, []int{2, 1}, true},
		{"limit, oldest", Filter{Limit: 2, OldestFirst: true, After: times[1]}, []int{2, 3}, true},
	} {
		p, err := r.Alerts(t.Context(), test.filter)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, x := range p.Alerts {
			for i := range times {
				if times[i] == x.Time {
					got = append(got, i)
				}
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(test.want) || (p.Next != 0) != test.more {
			t.Errorf("%s: %v, next %d; want %v, more %v", test.name, got, p.Next, test.want, test.more)
		}
		if test.more && p.Next != p.Alerts[len(p.Alerts)-1].Time {
			t.Errorf("%s: the cursor is not the last alert's time", test.name)
		}
	}
}

package api

import (
	"bytes"
	"cmp"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"picket/alertcore"
	"picket/alertcore/tracked"
)

// searchedFields are those of Kismet's web interface, some of ours, and one that
// is read from objects alone.
var searchedFields = []string{
	"kismet.alert.hash", "kismet.alert.header", "kismet.alert.class", "kismet.alert.severity", "kismet.alert.timestamp",
	"kismet.alert.transmitter_mac", "kismet.alert.source_mac", "kismet.alert.dest_mac", "kismet.alert.text",
	"kismet.alert.channel", "picket.alert.ssid_hex", "picket.alert.frames", "picket.alert.signal_dbm",
}

// plainView is what a view answers, made in the plainest way: of all objects,
// sorted as a whole.
func plainView(records []*alertcore.Record, fields []string, sort, direction, search string, page, length int) string {
	type row struct {
		record *alertcore.Record
		object tracked.Object
	}
	var selected tracked.Fields
	for _, f := range fields {
		selected.Add(f, "")
	}
	var rows []row
	for _, r := range records {
		o := r.Object()
		found := search == "" || slices.ContainsFunc(fields, func(f string) bool {
			if f == "kismet.alert.severity" {
				return plainContains(r.Definition().Severity.String(), search)
			}
			m, _ := o.Lookup([]string{f})
			switch m.Value.Type {
			case tracked.TypeString:
				return plainContains(m.Value.Text(), search)
			case tracked.TypeMAC:
				return plainAddressContains(m.Value.Text(), search)
			}
			return false
		})
		if found {
			rows = append(rows, row{r, o})
		}
	}
	turn := 1
	if direction == "asc" {
		turn = -1
	}
	if sort != "" {
		slices.SortStableFunc(rows, func(a, b row) int {
			x, _ := a.object.Lookup([]string{sort})
			y, _ := b.object.Lookup([]string{sort})
			switch x.Value.Type {
			case tracked.TypeString:
				return turn * plainCompare(x.Value.Text(), y.Value.Text())
			case tracked.TypeMAC:
				return turn * strings.Compare(eightBytesOf(x.Value.Text()), eightBytesOf(y.Value.Text()))
			}
			m, _ := x.Value.Number()
			n, _ := y.Value.Number()
			return turn * cmp.Compare(m, n)
		})
	}
	pages, start, end := 0, 0, len(rows)
	if length > 0 {
		pages = (len(rows) + length - 1) / length
		if page < pages {
			start = page * length
		}
		end = min(start+length, len(rows))
	}
	var b bytes.Buffer
	b.WriteString(`{"data": [`)
	for i, r := range rows[start:end] {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(tracked.AppendJSON(nil, tracked.Nested(selected.Select(r.object))))
	}
	fmt.Fprintf(&b, `],"last_page": %d,"last_row": %d,"total_row": %d}`, pages, len(rows), len(records))
	return b.String()
}

func plainContains(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// eightBytesOf prints the bytes that an address has to Kismet.
func eightBytesOf(address string) string {
	return (strings.ReplaceAll(address, ":", "") + strings.Repeat("0", 16))[:16]
}

// plainAddressContains looks for whole bytes among the eight of an address.
func plainAddressContains(address, term string) bool {
	digits := strings.ToUpper(strings.ReplaceAll(term, ":", ""))
	digits = digits[:len(digits)/2*2]
	if digits == "" || strings.Trim(strings.ToUpper(term), ":0123456789ABCDEF") != "" {
		return false
	}
	all := eightBytesOf(address)
	for at := 0; at+len(digits) <= len(all); at += 2 {
		if all[at:at+len(digits)] == digits {
			return true
		}
	}
	return false
}

var numberOrByte = regexp.MustCompile(`(?s)[0-9]+|.`)

// plainCompare compares number by number and byte by byte.
func plainCompare(a, b string) int {
	if a == b {
		return 0
	}
	split := func(s string) []string { return numberOrByte.FindAllString(s, -1) }
	return slices.CompareFunc(split(a), split(b), func(x, y string) int {
		switch isX, isY := isDigit(x[0]), isDigit(y[0]); {
		case isX && isY:
			m, _ := new(big.Int).SetString(x, 10)
			n, _ := new(big.Int).SetString(y, 10)
			return m.Cmp(n)
		case isX:
			return -1
		case isY:
			return 1
		}
		return strings.Compare(x, y)
	})
}

// raiseAny raises an alert that is like some others in each field.
func (f *fixture) raiseAny(random *rand.Rand) {
	address := func() alertcore.MAC {
		return alertcore.MACOf([]byte{2, 0, 0, byte(random.IntN(3)), byte(random.IntN(256)), byte(random.IntN(2))}[:3+random.IntN(4)])
	}
	_, err := f.core.Raise(&alertcore.Alert{
		Name: fmt.Sprint("ALERT", random.IntN(20)), BSSID: address(), Source: address(), Dest: address(), Channel: fmt.Sprint(random.IntN(14)) + []string{"", "HT40"}[random.IntN(2)],
		Text: textsOf[[]int{0, 2, 4, 4, 4, 5}[random.IntN(6)]].text(random), SSID: []byte(fmt.Sprint("net", random.IntN(9))), Frames: uint64(random.IntN(4)), SignalDBm: -random.IntN(4), HasSignal: true,
	})
	if err != nil {
		f.t.Error(err)
	}
}

// Whatever is asked for, while alerts come and leave the ring, the answer is that
// of the plainest view.
func TestViewsAreThoseOfTheWholeSortedList(t *testing.T) {
	f := newSmallRing(t, 120)
	random := rand.New(rand.NewPCG(11, 12))
	fields := strings.Join(searchedFields, ",")
	searches := []string{"", "alert1", "e", "home-1", "nothing", "02:00", "02:00:00:01", "dead", "low", "00:00", "ht40", "6e6574", "' ("}
	shown := 0
	for _, sort := range append([]string{""}, searchedFields...) {
		for _, direction := range []string{"asc", "desc"} {
			for _, search := range searches {
				for _, page := range []struct{ number, length int }{{0, 50}, {3, 20}, {0, 0}} {
					for range random.IntN(20) {
						f.raiseAny(random)
					}
					got := f.viewBody(fmt.Sprintf("fields=%s&page=%d&length=%d&sort=%s&sort_dir=%s&search=%s", fields, page.number, page.length, sort, direction, url.QueryEscape(search)))
					records, _ := f.core.All()
					want := plainView(records, searchedFields, sort, direction, search, page.number, page.length)
					if got != want {
						same := equalBytes(got, want)
						t.Fatalf("by %q %s, %q, page %d of %d rows, from byte %d:\n got %.2000s\nwant %.2000s", sort, direction, search, page.number, page.length, same, got[same:], want[same:])
					}
					shown += strings.Count(got, "kismet.alert.hash")
				}
			}
		}
	}
	if shown < 5000 {
		t.Errorf("%d rows", shown)
	}
}

// A page that is answered while alerts are raised is that of some moment: it has
// as many rows as it says, in order, all with what is searched for.
func TestPagesAreInOrderWhileAlertsAreRaised(t *testing.T) {
	f := newSmallRing(t, 200)
	for i := range 300 {
		f.raiseOf(i)
	}
	done := make(chan struct{})
	var raisers, readers sync.WaitGroup
	for w := range 2 {
		raisers.Go(func() {
			random := rand.New(rand.NewPCG(21, uint64(w)))
			for {
				select {
				case <-done:
					return
				default:
					f.raiseAny(random)
				}
			}
		})
	}
	text := regexp.MustCompile(`"kismet.alert.text": "([^"]*)"`)
	counts := regexp.MustCompile(`"last_page": \d+,"last_row": (\d+),"total_row": 200}`)
	for w := range 2 {
		readers.Go(func() {
			for i := range 60 {
				search := []string{"e", "home", "o", "1"}[(i+w)%4]
				body := f.viewBody("fields=kismet.alert.text&page=0&length=0&sort=kismet.alert.text&search=" + search)
				var texts []string
				for _, m := range text.FindAllStringSubmatch(body, -1) {
					texts = append(texts, m[1])
				}
				rows := counts.FindStringSubmatch(body)
				inOrder := slices.IsSortedFunc(texts, plainCompare)
				with := !slices.ContainsFunc(texts, func(s string) bool { return !plainContains(s, search) })
				if rows == nil || rows[1] != fmt.Sprint(len(texts)) || !inOrder || !with {
					t.Errorf("%q: %d texts, in order %v, all with it %v: %s", search, len(texts), inOrder, with, body)
					return
				}
				if i%5 == 0 {
					f.server.views.tick()
				}
			}
		})
	}
	readers.Wait()
	close(done)
	raisers.Wait()
}

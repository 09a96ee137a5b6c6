package configs

import (
	"strings"
	"testing"
	"time"
)

func TestBoundsOfTheHistory(t *testing.T) {
	for _, test := range []struct {
		line string
		want History // MaxAge and MaxSize; zero: a fault
	}{
		{"history_max_age=12h", History{MaxAge: 12 * time.Hour, MaxSize: 64 << 20}},
		{"history_max_age=8w", History{MaxAge: 56 * 24 * time.Hour, MaxSize: 64 << 20}},
		{"history_max_age=0", History{MaxSize: 64 << 20}},
		{"history_max_size=4096kb", History{MaxAge: 720 * time.Hour, MaxSize: 4 << 20}},
		{"history_max_size=2GB", History{MaxAge: 720 * time.Hour, MaxSize: 2 << 30}},
		{"history_max_age=0d", History{}},
		{"history_max_age=30", History{}},
		{"history_max_age=-1d", History{}},
		{"history_max_age=d", History{}},
		{"history_max_age=9999999999d", History{}},
		{"history_max_age=99999999999999999999d", History{}},
		{"history_max_size=3MB", History{}},
		{"history_max_size=64", History{}},
		{"history_max_size=9223372036854775807GB", History{}},
		{"history_sync=sometimes", History{}},
	} {
		key, value, _ := strings.Cut(test.line, "=")
		c, _, err := Load(Places{Home: "/home/pi", Flags: []Flag{{"--flag", key, value}}})
		if test.want == (History{}) {
			if err == nil {
				t.Errorf("%s is taken", test.line)
			}
			continue
		}
		if err != nil || c.History.MaxAge != test.want.MaxAge || c.History.MaxSize != test.want.MaxSize {
			t.Errorf("%s gives %+v, %v; want %+v", test.line, c, err, test.want)
		}
	}
}

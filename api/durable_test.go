package api

import (
	"context"
	"errors"
	"net/url"
	"testing"

	"picket/api/auth"
)

func TestCommandsAreAnsweredWhenTheyAreOnDisk(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"on disk", nil, ""},
		{"in memory only", errors.New("the disk is full"), "memory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			waited := 0
			f := newFixture(t, func(o *Options, _ *auth.Options) {
				o.Durable = func(ctx context.Context) error {
					if _, limited := ctx.Deadline(); !limited {
						t.Error("a disk that does not answer would be waited for without end")
					}
					waited++
					return test.err
				}
			}).withLogin()
			define := form("/alerts/definitions/define_alert.cmd", "json="+url.QueryEscape(`{"name": "EXT", "description": "d", "throttle": "1/min", "burst": "1/sec"}`), basicAdmin)
			raise := form("/alerts/raise_alerts.cmd", "json="+url.QueryEscape(`{"name": "EXT", "text": "t"}`), basicAdmin)
			for i, r := range []request{define, raise} {
				got := f.do(r)
				if got.status != 200 || got.header.Get(headerHistory) != test.want || waited != i+1 {
					t.Errorf("%s: %d, %s %q, %d waits; want 200, %q, %d", r.target, got.status, headerHistory, got.header.Get(headerHistory), waited, test.want, i+1)
				}
			}
			if got := f.do(raise); got.status == 200 || waited != 2 {
				t.Errorf("an alert that was refused: %d, %d waits", got.status, waited)
			}
		})
	}
}

package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
	"picket/api"
	"picket/configs"
)

func TestLostPacketsAreToldAtMostEveryThirtySeconds(t *testing.T) {
	const (
		begin = "Frames were lost, as they came faster than picket could look at them: "
		end   = "; what is found may be incomplete. A larger ring= or a filter= of the source, or fewer sources, may help"
	)
	l := losses{told: map[int]counts{}}
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		at            time.Duration
		attic, cellar counts
		want          string // "" for nothing
	}{
		{0, counts{100, 0}, counts{}, ""},
		{5 * time.Second, counts{990, 10}, counts{50, 0}, "10 of attic (1.0%)"},
		{10 * time.Second, counts{1100, 20}, counts{60, 1}, ""},
		{30 * time.Second, counts{1200, 20}, counts{70, 1}, ""},
		{35 * time.Second, counts{1080, 20}, counts{99, 1}, "10 of attic (10.0%), 1 of cellar (1.0%)"},
		{80 * time.Second, counts{9000, 20}, counts{9900, 1}, ""},
		{85 * time.Second, counts{9000, 20}, counts{9900, 2}, "1 of cellar (0.0%)"},
		{200 * time.Second, counts{9000, 3}, counts{9900, 0}, ""}, // closed, and counted anew
	} {
		got := l.text(start.Add(step.at), []api.Datasource{
			{Name: "attic", Number: 0, Packets: step.attic.heard, KernelDrops: step.attic.dropped},
			{Name: "cellar", Number: 1, Packets: step.cellar.heard, KernelDrops: step.cellar.dropped},
			{Name: "file.pcap", Number: 2, Packets: 7},
		})
		want := ""
		if step.want != "" {
			want = begin + step.want + end
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("after %s (-want +got):\n%s", step.at, diff)
		}
	}
}

func TestWatchOverDropsEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		s := &sensor{sources: &datasources{}}
		s.watchDrops(ctx)
	})
}

func TestRootIsToldWhatIsLeft(t *testing.T) {
	for _, test := range []struct {
		left *privileges
		want string
	}{
		{nil, "picket runs as root, with all of root's privileges"},
		{&privileges{"net_admin, net_raw", []string{"/srv/a", "/srv/b"}, true},
			"picket runs as root. Of root's capabilities it has kept: net_admin, net_raw; it reads what root may read and writes to /srv/a and /srv/b alone"},
		{&privileges{"none", []string{"/srv/a"}, false},
			"picket runs as root. Of root's capabilities it has kept: none; it reads and writes what root may, as this kernel has no landlock to forbid it"},
	} {
		want := test.want + "; better start it as a user of its own, after 'setcap cap_net_admin,cap_net_raw+ep' on the program"
		if diff := cmp.Diff(want, rootUserText(test.left)); diff != "" {
			t.Error(diff)
		}
	}
}

// startOf returns the alerts about the start of a picket with this
// configuration.
func startOf(t *testing.T, text string) []*alertcore.Record {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.conf")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c, _, err := configs.Load(configs.Places{Home: t.TempDir(), Files: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	core, err := newCore(c, alertcore.Options{Backlog: 10})
	if err != nil {
		t.Fatal(err)
	}
	(&sensor{config: c, core: core, log: slog.New(slog.DiscardHandler)}).tellOfStart(nil)
	list, _ := core.All()
	return list
}

func TestStartAsRootIsToldAndOnlyThat(t *testing.T) {
	var got []string
	for _, r := range startOf(t, "") {
		d := r.Definition()
		got = append(got, strings.Join([]string{d.Header, d.Class, d.Severity.String()}, " "))
	}
	var want []string
	if os.Geteuid() == 0 {
		want = []string{"ROOTUSER SYSTEM HIGH"}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLinesWithoutEffectAreAConfigError(t *testing.T) {
	// An option of Kismet's without use is no error, nor is a line that a
	// higher layer replaces.
	records := startOf(t, "httpd_port=1\nhttpd_port=2\nalert=LONGSSID,1/min,1/sec\nalert=LONGSSID,0/min,0/sec\nprelude_alerts=false\nserver_name=tower\n")
	first := records[0]
	d := first.Definition()
	if d.Header != "CONFIGERROR" || d.Class != "SYSTEM" || d.Severity != alertcore.High || d.PhyID != alertcore.PhyUnknown {
		t.Errorf("raised %+v", d)
	}
	text := first.Alert().Text
	for _, want := range []string{"Lines of the configuration are not in effect: ", "x.conf:2: httpd_port was set before, at ", "x.conf:4: alert LONGSSID was set before"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not say %q", text, want)
		}
	}
	if strings.Contains(text, "prelude") || strings.Contains(text, "server_name") {
		t.Errorf("%q names lines that are good", text)
	}
	many := startOf(t, strings.Repeat("server_name=tower\n", 9))[0].Alert().Text
	if strings.Count(many, "server_name") != 5 || !strings.HasSuffix(many, "; and 3 more") {
		t.Errorf("eight lines are told as %q", many)
	}
}

func TestSystemAlertsAreDefinedAsKismetDoes(t *testing.T) {
	core, err := newCore(loadConfig(t), alertcore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, d := range core.Definitions() {
		if d.Class == classSystem {
			got[d.Header] = strings.Join([]string{d.Severity.String(), d.Limit.String(), d.Burst.String(), map[int64]string{-1: "any", -2: "unknown"}[d.PhyID]}, " ")
		}
	}
	want := map[string]string{
		"KISMET":      "INFO 0/day 0/day any",
		"SOURCEERROR": "HIGH 1/sec 10/sec unknown",
		"ROOTUSER":    "HIGH 1/sec 1/sec unknown",
		"DEVICEFOUND": "HIGH 10/min 1/sec any",
		"DEVICELOST":  "HIGH 10/min 1/sec any",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

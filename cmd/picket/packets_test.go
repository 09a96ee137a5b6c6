package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/alertcore"
	"picket/capture"
	"picket/capture/dot11"
)

// deauthentication is a deauthentication behind the shortest radiotap header, with
// the given reason.
func deauthentication(reason byte) []byte {
	return append(make([]byte, 0, 34),
		0, 0, 8, 0, 0, 0, 0, 0,
		0xc0, 0, 0, 0,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		2, 0, 0, 0, 1, 0,
		2, 0, 0, 0, 1, 0,
		0x10, 0,
		reason, 0)
}

// twoAlerts rest on three frames: one of them is of both, and one has the time
// and place of another.
func twoAlerts(t *testing.T) []evidence {
	t.Helper()
	core := alertcore.New(alertcore.Options{Backlog: 2, Clock: func() time.Time { return time.UnixMicro(1795405927_037596) }})
	one, two := core.RaiseOneShot("FIRST", "DENIAL", alertcore.High, 0, "one \x1b"), core.RaiseOneShot("SECOND", "DENIAL", alertcore.Low, 0, "two")
	at := time.UnixMicro(1795405900_000001)
	frame := func(after time.Duration, source, note string, reason byte) alertcore.EvidenceFrame {
		return alertcore.EvidenceFrame{Time: at.Add(after), LinkType: uint16(dot11.LinkRadiotap), Datasource: source, Note: note, Data: deauthentication(reason)}
	}
	return []evidence{
		{one, []alertcore.EvidenceFrame{frame(time.Second, "attic", "frame 1 of 2", 1), frame(time.Second, "attic", "frame 2 of 2", 2)}},
		{two, []alertcore.EvidenceFrame{frame(0, "cellar", "", 1), frame(time.Second, "attic", "frame 2 of 3", 2), frame(time.Second, "cellar", "frame 3 of 3", 2)}},
	}
}

func TestEvidenceIsInOrderOfTimeAndEachFrameOnce(t *testing.T) {
	var b bytes.Buffer
	n, err := writeEvidence(&b, twoAlerts(t))
	if err != nil || n != 4 {
		t.Fatalf("%d frames, error %v", n, err)
	}
	src := capture.NewReader(&b, capture.FileOptions{})
	defer src.Close()
	var got []string
	for {
		frames, err := src.Next()
		if err != nil {
			break
		}
		for _, f := range frames {
			got = append(got, fmt.Sprintf("%d.%06d interface %d reason %d", f.Timestamp.Unix(), f.Timestamp.Nanosecond()/1000, f.InterfaceIndex, f.Data[32]))
		}
	}
	want := []string{
		"1795405900.000001 interface 0 reason 1",
		"1795405901.000001 interface 1 reason 1",
		"1795405901.000001 interface 1 reason 2",
		"1795405901.000001 interface 0 reason 2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTsharkShowsThePartOfEachFrame(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip(err)
	}
	alerts := twoAlerts(t)
	path := filepath.Join(t.TempDir(), "evidence.pcapng")
	var b bytes.Buffer
	if _, err := writeEvidence(&b, alerts); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tshark, "-r", path, "-T", "fields", "-e", "frame.interface_name", "-e", "wlan.fixed.reason_code", "-e", "frame.comment").Output()
	if err != nil {
		t.Fatal(err)
	}
	name := func(i int) string {
		r := alerts[i].record
		return fmt.Sprintf("%s (alert %d)", r.Definition().Header, r.Hash())
	}
	want := []string{
		"cellar\t0x0001\t" + name(1) + ": a frame of it",
		"attic\t0x0001\t" + name(0) + ": frame 1 of 2",
		"attic\t0x0002\t" + name(0) + ": frame 2 of 2," + name(1) + ": frame 2 of 3",
		"cellar\t0x0002\t" + name(1) + ": frame 3 of 3",
	}
	if diff := cmp.Diff(want, strings.Split(strings.TrimSpace(string(out)), "\n")); diff != "" {
		t.Error(diff)
	}
	if !bytes.Contains(b.Bytes(), []byte(name(0)+", raised 2026-11-23T03:52:07.037597Z, HIGH: one")) {
		t.Error("the section has no comment for the first alert")
	}
}

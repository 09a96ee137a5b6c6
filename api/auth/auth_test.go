package auth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var peer = netip.MustParseAddr("192.0.2.7")

type testStore struct {
	*Store
	Options
	now atomic.Int64 // Unix seconds
}

func open(t *testing.T, adjust func(*Options)) *testStore {
	t.Helper()
	dir := t.TempDir()
	ts := &testStore{}
	ts.now.Store(1795405931)
	ts.Options = Options{
		UserFile: filepath.Join(dir, "sub", "httpd.conf"), SessionDB: filepath.Join(dir, "sub", "session.db"),
		Clock: func() time.Time { return time.Unix(ts.now.Load(), 0) }, Log: slog.New(slog.DiscardHandler),
	}
	if adjust != nil {
		adjust(&ts.Options)
	}
	var err error
	if ts.Store, err = Open(ts.Options); err != nil {
		t.Fatal(err)
	}
	return ts
}

// reopen is what a restart does.
func (ts *testStore) reopen(t *testing.T) *Store {
	t.Helper()
	s, err := Open(ts.Options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func contents(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPasswordIsKeptHashedAndSurvivesARestart(t *testing.T) {
	s := open(t, nil)
	if s.Setup() != NotConfigured {
		t.Errorf("setup of an empty store: %v", s.Setup())
	}
	write(t, s.UserFile, "# ours\nother=kept\nhttpd_username=alone\n")
	if err := s.SetFirstPassword("admin", "correct horse"); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(contents(t, s.UserFile), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[0], "httpd_password=$argon2id$v=19$m=19456,t=2,p=1$") || lines[1] != "httpd_username=admin" || lines[2] != "other=kept" {
		t.Errorf("file: %q", lines)
	}
	if info, err := os.Stat(s.UserFile); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the file: %v, %v", info.Mode(), err)
	}
	for name, s := range map[string]*Store{"same process": s.Store, "after a restart": s.reopen(t)} {
		if s.Setup() != InUserFile {
			t.Errorf("%s: setup is %v", name, s.Setup())
		}
		if err := s.Login(peer, "admin", "correct horse"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, wrong := range [][2]string{{"admin", "wrong"}, {"Admin", "correct horse"}, {"", ""}, {"admin", ""}} {
			if err := s.Login(peer, wrong[0], wrong[1]); !errors.Is(err, ErrDenied) {
				t.Errorf("%s: login %q: %v", name, wrong, err)
			}
			s.failures.forget(peer)
		}
	}
	if err := s.SetFirstPassword("intruder", "x"); !errors.Is(err, ErrLoginExists) {
		t.Errorf("second first password: %v", err)
	}
}

func TestANewPasswordEndsTheOldOne(t *testing.T) {
	s := open(t, nil)
	set := func(s *Store, password string) {
		t.Helper()
		if err := s.SetPassword("admin", password); err != nil {
			t.Fatal(err)
		}
	}
	set(s.Store, "first")
	if err := s.Login(peer, "admin", "first"); err != nil {
		t.Fatal(err)
	}
	set(s.Store, "second")
	if err := s.Login(peer, "admin", "first"); !errors.Is(err, ErrDenied) {
		t.Errorf("old password, verified before: %v", err)
	}
	if err := s.Login(peer, "admin", "second"); err != nil {
		t.Errorf("new password: %v", err)
	}
	// Set by another process, as a command does.
	set(s.reopen(t), "third")
	s.now.Add(1)
	if err := s.Login(peer, "admin", "second"); !errors.Is(err, ErrDenied) {
		t.Errorf("password that a command replaced: %v", err)
	}
	if err := s.Login(peer, "admin", "third"); err != nil {
		t.Errorf("password that a command set: %v", err)
	}
}

func TestAVerifiedLoginIsNotHashedAgain(t *testing.T) {
	s := open(t, nil)
	if err := errors.Join(s.SetPassword("admin", "right"), s.Login(peer, "admin", "right")); err != nil {
		t.Fatal(err)
	}
	s.hasher.slot <- struct{}{} // from now on a hash would wait for ever
	defer func() { <-s.hasher.slot }()
	for range 100 {
		if err := s.Login(peer, "admin", "right"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPasswordsInClearAreRead(t *testing.T) {
	for name, adjust := range map[string]func(*Options){
		"Kismet's own file": func(o *Options) { write(t, o.UserFile, "httpd_password=pass word\nhttpd_username=admin\n") },
		"configuration":     func(o *Options) { o.Username, o.Password = "admin", "pass word" },
	} {
		s := open(t, adjust)
		if err := s.Login(peer, "admin", "pass word"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := s.Login(peer, "admin", "pass"); !errors.Is(err, ErrDenied) {
			t.Errorf("%s: wrong password: %v", name, err)
		}
	}
	s := open(t, func(o *Options) { o.Username, o.Password = "admin", "x" })
	if err := s.SetPassword("a", "b"); !errors.Is(err, ErrGlobalLogin) || s.Setup() != InConfiguration {
		t.Errorf("changing the login of the configuration: %v", err)
	}
	if _, err := Open(Options{Username: "admin"}); err == nil || !strings.Contains(err.Error(), "httpd_password") {
		t.Errorf("half a login in the configuration: %v", err)
	}
}

func TestHalfALoginIsNone(t *testing.T) {
	for _, text := range []string{"httpd_username=admin\n", "httpd_password=x\n", "httpd_username=\nhttpd_password=\n", "rubbish"} {
		s := open(t, func(o *Options) { write(t, o.UserFile, text) })
		if s.Setup() != NotConfigured {
			t.Errorf("%q is a login", text)
		}
	}
}

func TestUserNamesThatWouldBreakTheFileOrBasic(t *testing.T) {
	s := open(t, nil)
	for _, name := range []string{"a\nhttpd_password=x", "a:b", " a", "a\x00"} {
		if err := s.SetPassword(name, "x"); !errors.Is(err, ErrUserName) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestForeignHashesAreBounded(t *testing.T) {
	own := hashPassword("x")
	if ok, err := verifyPassword(own, "x"); !ok || err != nil {
		t.Fatalf("own hash: %v, %v", ok, err)
	}
	// Made with the reference implementation's command, argon2.
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := verifyPassword(reference, "password"); !ok || err != nil {
		t.Errorf("reference hash: %v, %v", ok, err)
	}
	for _, bad := range []string{
		"$argon2id$", "$argon2id$v=19$m=1,t=1,p=1$$", strings.Replace(own, "v=19", "v=16", 1), strings.Replace(own, "m=19456", "m=4194304", 1),
		strings.Replace(own, "t=2", "t=0", 1), strings.Replace(own, "p=1", "p=0", 1), strings.Replace(own, "t=2", "t=99999999", 1),
	} {
		if ok, err := verifyPassword(bad, "x"); ok || err == nil {
			t.Errorf("%s: %v, %v", bad, ok, err)
		}
	}
}

func TestKeys(t *testing.T) {
	s := open(t, nil)
	forever, err := s.Generate("ha", RoleReadonly, 0)
	if err != nil {
		t.Fatal(err)
	}
	hour, err := s.Generate("siem", "custom", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if len(forever) != 32 || strings.ToUpper(forever) != forever || forever == hour {
		t.Errorf("keys %q and %q", forever, hour)
	}
	text := contents(t, s.SessionDB)
	var entries []map[string]any
	if err := json.Unmarshal([]byte(text), &entries); err != nil || len(entries) != 2 {
		t.Fatalf("file: %v: %s", err, text)
	}
	if strings.Contains(text, forever) || !strings.HasPrefix(text, `[{"accessed":0,"created":1795405931,"expires":0,"name":"ha","role":"readonly","token":"sha256:`) {
		t.Errorf("file: %s", text)
	}
	want := []Key{
		{Name: "ha", Role: RoleReadonly, Created: time.Unix(1795405931, 0)},
		{Name: "siem", Role: "custom", Created: time.Unix(1795405931, 0), Expires: time.Unix(1795409531, 0)},
	}
	for name, s := range map[string]*Store{"same process": s.Store, "after a restart": s.reopen(t)} {
		if diff := cmp.Diff(want, s.Keys()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if id, ok := s.Token(hour); !ok || id != (Identity{"siem", "custom"}) {
			t.Errorf("%s: %v, %v", name, id, ok)
		}
		for _, wrong := range []string{"", strings.ToLower(hour), hour[1:], hour + "0"} {
			if id, ok := s.Token(wrong); ok {
				t.Errorf("%s: %q is the key of %v", name, wrong, id)
			}
		}
	}
	if _, err := s.Generate("ha", RoleAdmin, 0); !errors.Is(err, ErrKeyExists) {
		t.Errorf("duplicate: %v", err)
	}
	if _, err := s.Generate(WebLogon, RoleAdmin, 0); !errors.Is(err, ErrReserved) {
		t.Errorf("reserved: %v", err)
	}
	s.now.Add(3600)
	if _, ok := s.Token(hour); ok || len(s.Keys()) != 1 {
		t.Error("the key of an hour outlives it")
	}
	if err := s.reopen(t).Revoke("ha"); err != nil { // by a command
		t.Fatal(err)
	}
	s.now.Add(1)
	if _, ok := s.Token(forever); ok {
		t.Error("a revoked key is good")
	}
	if err := s.Revoke("ha"); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("revoke twice: %v", err)
	}
}

func TestKeysOfKismetAreRead(t *testing.T) {
	s := open(t, func(o *Options) {
		write(t, o.SessionDB, `[{"accessed":0,"created":1,"expires":0,"name":"ro","role":"readonly","token":"6C6CE2976218A253F9F4DFB51278493C"},`+
			`{"name":"no token","role":"admin"},{"token":"X"},7,{"created":1,"expires":5,"name":"old","role":"admin","token":"Y"}]`)
	})
	if id, ok := s.Token("6C6CE2976218A253F9F4DFB51278493C"); !ok || id.Name != "ro" {
		t.Errorf("key in clear: %v, %v", id, ok)
	}
	if n := len(s.Keys()); n != 1 {
		t.Errorf("%d keys", n)
	}
	for _, no := range []string{"X", "Y", ""} {
		if _, ok := s.Token(no); ok {
			t.Errorf("%q is a key", no)
		}
	}
	if _, err := s.Generate("new", RoleAdmin, 0); err != nil {
		t.Fatal(err)
	}
	if text := contents(t, s.SessionDB); strings.Contains(text, "6C6C") {
		t.Errorf("a key stays in clear: %s", text)
	}
	o := s.Options
	write(t, o.SessionDB, "{")
	if _, err := Open(o); err == nil || !strings.Contains(err.Error(), o.SessionDB) {
		t.Errorf("broken file: %v", err)
	}
}

func TestTokensOfLogins(t *testing.T) {
	s := open(t, func(o *Options) { o.JWTKey = "a shared key" })
	token := s.Issue()
	parts := strings.Split(token, ".")
	header, _ := base64.RawURLEncoding.DecodeString(parts[0])
	body, _ := base64.RawURLEncoding.DecodeString(parts[1])
	if string(header) != `{"alg":"HS256","typ":"JWS"}` || string(body) != `{"created":1795405931,"expires":1795492331,"iss":"kismet","name":"web logon","role":"admin"}` {
		t.Errorf("token is %s %s", header, body)
	}
	if id, ok := s.Token(token); !ok || id != (Identity{WebLogon, RoleAdmin}) {
		t.Errorf("own token: %v, %v", id, ok)
	}
	if _, ok := s.reopen(t).Token(token); !ok {
		t.Error("with a key from the configuration a restart ends the session")
	}
	signed := func(header, body string) string {
		text := encodeSegment([]byte(header)) + "." + encodeSegment([]byte(body))
		return text + "." + encodeSegment(s.signer.sign(text))
	}
	const good = `{"created":1,"expires":1795405932,"iss":"kismet","name":"n","role":"readonly"}`
	if id, ok := s.Token(signed(`{"alg":"HS256"}`, good)); !ok || id.Role != RoleReadonly {
		t.Errorf("token with another role: %v, %v", id, ok)
	}
	for name, token := range map[string]string{
		"other key":  open(t, nil).Issue(),
		"none":       encodeSegment([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".",
		"algorithm":  signed(`{"alg":"none"}`, good),
		"issuer":     signed(`{"alg":"HS256"}`, strings.Replace(good, "kismet", "other", 1)),
		"expired":    signed(`{"alg":"HS256"}`, strings.Replace(good, "1795405932", "1795405931", 1)),
		"no role":    signed(`{"alg":"HS256"}`, strings.Replace(good, "readonly", "", 1)),
		"no expiry":  signed(`{"alg":"HS256"}`, `{"iss":"kismet","role":"admin"}`),
		"changed":    parts[0] + "." + encodeSegment([]byte(good)) + "." + parts[2],
		"cut":        token[:len(token)-1],
		"two dots":   "..",
		"no segment": "a.b",
	} {
		if id, ok := s.Token(token); ok {
			t.Errorf("%s: taken for %v", name, id)
		}
	}
	if _, err := Open(Options{JWTKey: "short"}); err == nil || !strings.Contains(err.Error(), "httpd_jwt_key") {
		t.Errorf("short key: %v", err)
	}
}

func TestFailuresGrowTheDelayOfAnAddress(t *testing.T) {
	f := newFailures()
	now := time.Unix(1795405931, 0)
	var delays []string
	for range 10 {
		wait := f.begin(peer, now)
		if wait > 0 {
			t.Fatalf("after waiting as told, the attempt is %v too early", wait)
		}
		wait = f.begin(peer, now) // at once again
		if wait == 0 {
			delays = append(delays, "-")
			continue
		}
		delays = append(delays, wait.String())
		now = now.Add(wait)
	}
	if got := strings.Join(delays, " "); got != "- 1s 2s 4s 8s 16s 32s 1m0s 1m0s 1m0s" {
		t.Errorf("delays: %s", got)
	}
	if f.begin(netip.MustParseAddr("192.0.2.8"), now) != 0 {
		t.Error("another address has to wait too")
	}
	now = now.Add(forgiveAfter + time.Second)
	for range freeAttempts {
		if wait := f.begin(peer, now); wait != 0 {
			t.Errorf("after a long silence: %v", wait)
		}
	}
}

func TestAddressesOfOneSubscriberCountAsOne(t *testing.T) {
	for a, want := range map[string]string{
		"2001:db8:1:2:3::4": "2001:db8:1:2::/64", "192.0.2.1": "192.0.2.1/32", "::ffff:192.0.2.1": "192.0.2.1/32", "fe80::1%eth0": "fe80::/64",
	} {
		if got := peerKey(netip.MustParseAddr(a)).String(); got != want {
			t.Errorf("%s counts as %s, want %s", a, got, want)
		}
	}
}

func TestTheTableOfFailuresIsBounded(t *testing.T) {
	f := newFailures()
	now := time.Unix(1795405931, 0)
	var b [16]byte
	for i := range 10 * maxAddresses {
		b[6], b[7] = byte(i>>8), byte(i)
		f.begin(netip.AddrFrom16(b), now.Add(time.Duration(i)))
	}
	if len(f.byPeer) > maxAddresses {
		t.Errorf("%d addresses are kept", len(f.byPeer))
	}
	if _, ok := f.byPeer[peerKey(netip.AddrFrom16(b))]; !ok {
		t.Error("the newest address was forgotten")
	}
}

// One login that arrives many times at once is one attempt, whether it is
// right or wrong.
func TestTheSameLoginAtOnceIsOneAttempt(t *testing.T) {
	s := open(t, nil)
	if err := s.SetPassword("admin", "right"); err != nil {
		t.Fatal(err)
	}
	s.hasher.slot <- struct{}{} // hold the hasher until all have arrived
	const clients = 20
	var arrived, wg sync.WaitGroup
	arrived.Add(clients)
	errs := make([]error, clients)
	for i := range clients {
		wg.Go(func() {
			arrived.Done()
			errs[i] = s.Login(peer, "admin", "right")
		})
	}
	arrived.Wait()
	<-s.hasher.slot
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
}

func TestAFloodOfLoginsIsTurnedAwayUnhashed(t *testing.T) {
	s := open(t, nil)
	if err := s.SetPassword("admin", "right"); err != nil {
		t.Fatal(err)
	}
	s.hasher.slot <- struct{}{}
	var wg sync.WaitGroup
	for i := range maxHashWaiters { // these wait
		wg.Go(func() { s.hasher.run(func() (bool, error) { return i >= 0, nil }) })
	}
	for s.hasher.waiting.Load() < maxHashWaiters {
		runtime.Gosched()
	}
	for i := range 100 {
		var slow *SlowDownError
		addr := netip.MustParseAddr(fmt.Sprintf("192.0.2.%d", i+1))
		if err := s.Login(addr, "admin", "guess"); !errors.As(err, &slow) || slow.After <= 0 {
			t.Fatalf("login %d: %v", i, err)
		}
	}
	<-s.hasher.slot
	wg.Wait()
}

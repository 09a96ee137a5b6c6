// Package auth decides who may use the API: the one administrator login, the
// API keys with their roles, and the tokens that a login is answered with.
//
// The files have the names and keys of Kismet's, but hold no secret: the
// password is stored as an argon2id hash and every API key as its SHA-256. Keys
// are 128 random bits, for which a fast hash is enough. A password or a key in
// clear, as Kismet writes it, is read all the same.
package auth

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

// Roles of an identity. Any other word is a role too, and opens only what asks
// for a login of any role.
const (
	RoleAdmin    = "admin"
	RoleReadonly = "readonly"
)

// WebLogon is the name of the identity that a login with the password has. No
// API key can bear it.
const WebLogon = "web logon"

// Identity is who a request comes from.
type Identity struct {
	Name string
	Role string
}

// Errors that callers tell apart.
var (
	ErrDenied      = errors.New("wrong user name or password")
	ErrGlobalLogin = errors.New("the login is set in the configuration")
	ErrLoginExists = errors.New("a login is set already")
	ErrEmptyLogin  = errors.New("user name and password must not be empty")
	ErrUserName    = errors.New("a user name has no colon, no control characters and no blanks around it")
	ErrKeyExists   = errors.New("an API key of this name exists already")
	ErrUnknownKey  = errors.New("no API key has this name")
	ErrReserved    = errors.New("this name is reserved for logins with the password")
)

// SlowDownError refuses a login unseen, because too many before it failed.
type SlowDownError struct {
	After time.Duration // when it is worth while to try again
}

func (e *SlowDownError) Error() string {
	return fmt.Sprintf("too many failed logins, try again in %v", e.After.Round(time.Second))
}

// Setup tells where the administrator login comes from.
type Setup uint8

// The places of the login.
const (
	NotConfigured   Setup = iota
	InUserFile            // set by the user, over the API or with a command
	InConfiguration       // httpd_username and httpd_password in the configuration
)

// Options of a Store.
type Options struct {
	UserFile  string // httpd_auth_file: the login
	SessionDB string // httpd_session_db: the API keys

	// Username and Password of the configuration. Both or none; they go
	// before what is in UserFile.
	Username, Password string

	JWTKey    string           // httpd_jwt_key: signs the tokens of logins; "": random, so that a restart ends them
	JWTIssuer string           // httpd_jwt_issuer; "": kismet
	Clock     func() time.Time // nil: time.Now
	Log       *slog.Logger     // nil: slog.Default()
}

// A Store knows the login and the API keys. It looks at its files again when
// they change, so that commands that write them need no restart of the server.
// All methods may be called from any number of goroutines.
type Store struct {
	o        Options
	signer   *signer
	hasher   hasher
	failures failures
	attempts singleflight.Group // logins that are being checked

	// verified is the last login that was found right, so that a client that
	// sends its password with every request has it hashed once.
	verified    atomic.Pointer[verifiedLogin]
	rememberKey [32]byte

	state   atomic.Pointer[state]
	checked atomic.Int64 // second of the last look at the files
	mu      sync.Mutex   // held while the files are read or written
}

// state is what the files said at one moment. It is replaced, never changed.
type state struct {
	login      *login
	keys       []apiKey
	userStamp  fileStamp
	tokenStamp fileStamp
}

// Open reads the files of o. Files that do not exist are empty.
func Open(o Options) (*Store, error) {
	if (o.Username == "") != (o.Password == "") {
		return nil, errors.New("httpd_username and httpd_password: want both or none of them")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	signer, err := newSigner(o.JWTKey, o.JWTIssuer)
	if err != nil {
		return nil, err
	}
	s := &Store{o: o, signer: signer, hasher: newHasher(), failures: newFailures()}
	rand.Read(s.rememberKey[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return nil, err
	}
	s.checked.Store(o.Clock().Unix())
	return s, nil
}

// Setup returns where the login comes from.
func (s *Store) Setup() Setup {
	switch l := s.current().login; {
	case l == nil:
		return NotConfigured
	case l.global:
		return InConfiguration
	}
	return InUserFile
}

// Token returns whose token it is: that of a login, or an API key.
func (s *Store) Token(token string) (id Identity, ok bool) {
	if token == "" {
		return Identity{}, false
	}
	now := s.o.Clock()
	if id, ok := s.signer.verify(token, now); ok {
		return id, true
	}
	return findKey(s.current().keys, token, now)
}

// Issue returns a token for the administrator, good for a day.
func (s *Store) Issue() string { return s.signer.issue(s.o.Clock()) }

// current returns the state, read anew if a file changed. It looks at the files
// once a second at most.
func (s *Store) current() *state {
	now := s.o.Clock().Unix()
	if last := s.checked.Load(); last != now && s.checked.CompareAndSwap(last, now) {
		s.mu.Lock()
		defer s.mu.Unlock()
		st := s.state.Load()
		if stampOf(s.o.UserFile) != st.userStamp || stampOf(s.o.SessionDB) != st.tokenStamp {
			if err := s.load(); err != nil {
				s.o.Log.Error("login and API keys stay as they were", "error", err)
			}
		}
	}
	return s.state.Load()
}

// load reads both files. The caller holds mu.
func (s *Store) load() error {
	next := &state{userStamp: stampOf(s.o.UserFile), tokenStamp: stampOf(s.o.SessionDB)}
	if s.o.Username != "" {
		next.login = &login{user: s.o.Username, password: s.o.Password, global: true}
	} else {
		var err error
		if next.login, err = readLogin(s.o.UserFile); err != nil {
			return err
		}
		if next.login != nil && !isEncodedHash(next.login.password) {
			s.o.Log.Warn("the password in the login file is in clear; setting it anew stores it hashed", "file", s.o.UserFile)
		}
	}
	keys, err := readKeys(s.o.SessionDB, s.o.Clock())
	if err != nil {
		return err
	}
	next.keys = keys
	if old := s.state.Load(); old != nil && old.login != nil && next.login != nil && *old.login == *next.login {
		next.login = old.login // keeps the verified login
	}
	s.state.Store(next)
	return nil
}

// Login checks a user name and password that came from peer. The error is
// ErrDenied or a *SlowDownError. Empty ones are never right.
func (s *Store) Login(peer netip.Addr, user, password string) error {
	l := s.current().login
	if l == nil || user == "" || password == "" {
		return ErrDenied
	}
	attempt := s.fingerprint(user, password)
	if s.wasVerified(l, attempt) {
		return nil
	}
	// A browser opens several connections at once with the same login: that
	// is one attempt.
	_, err, _ := s.attempts.Do(peer.String()+string(attempt[:]), func() (any, error) {
		if wait := s.failures.begin(peer, s.o.Clock()); wait > 0 {
			return nil, &SlowDownError{After: wait}
		}
		right, err := s.check(l, user, password, attempt)
		if err != nil {
			return nil, err
		}
		if !right {
			return nil, ErrDenied
		}
		s.verified.Store(&verifiedLogin{login: l, attempt: attempt})
		s.failures.forget(peer)
		return nil, nil
	})
	return err
}

package auth

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode"
)

// Keys of the login file.
const (
	userKey     = "httpd_username"
	passwordKey = "httpd_password"
)

// login is the administrator's.
type login struct {
	user     string
	password string // argon2id in its encoded form, or in clear
	global   bool   // from the configuration
}

// verifiedLogin remembers what was found right for a login. It holds no
// password: attempt can't be computed without the key of the process.
type verifiedLogin struct {
	login   *login
	attempt [sha256.Size]byte
}

// fingerprint maps a user name and password to what verifiedLogin remembers.
func (s *Store) fingerprint(user, password string) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, s.rememberKey[:])
	fmt.Fprintf(h, "%d %s%s", len(user), user, password)
	h.Sum(sum[:0])
	return sum
}

func (s *Store) wasVerified(l *login, attempt [sha256.Size]byte) bool {
	v := s.verified.Load()
	return v != nil && v.login == l && hmac.Equal(v.attempt[:], attempt[:])
}

// check compares with l, at the same cost whether the name or the password is
// wrong.
func (s *Store) check(l *login, user, password string, attempt [sha256.Size]byte) (bool, error) {
	if !isEncodedHash(l.password) {
		// Fingerprints have one length, so this tells nothing about the
		// lengths either.
		right := s.fingerprint(l.user, l.password)
		return hmac.Equal(right[:], attempt[:]), nil
	}
	sameUser := subtle.ConstantTimeCompare([]byte(l.user), []byte(user)) == 1
	return s.hasher.run(func() (bool, error) {
		if s.wasVerified(l, attempt) { // by a request that held the slot before
			return true, nil
		}
		samePassword, err := verifyPassword(l.password, password)
		if err != nil {
			return false, fmt.Errorf("check password against %s: %w", s.o.UserFile, err)
		}
		return sameUser && samePassword, nil
	})
}

// SetPassword makes user and password the login and stores them.
// ErrGlobalLogin if the configuration sets it. Tokens of earlier logins stay
// good until they expire.
func (s *Store) SetPassword(user, password string) error {
	return s.setPassword(user, password, false)
}

// SetFirstPassword is SetPassword for somebody who has no login: it works while
// there is none, after that it is ErrLoginExists.
func (s *Store) SetFirstPassword(user, password string) error {
	return s.setPassword(user, password, true)
}

func (s *Store) setPassword(user, password string, first bool) error {
	if s.o.Username != "" {
		return ErrGlobalLogin
	}
	if s.o.UserFile == "" {
		return errors.New("there is no file to store the login in: set httpd_auth_file")
	}
	if user == "" || password == "" {
		return ErrEmptyLogin
	}
	if strings.TrimSpace(user) != user || strings.ContainsAny(user, ":") || strings.ContainsFunc(user, unicode.IsControl) {
		return ErrUserName
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return err
	}
	if first && s.state.Load().login != nil {
		return ErrLoginExists
	}
	if err := writeLogin(s.o.UserFile, user, hashPassword(password)); err != nil {
		return err
	}
	return s.load()
}

// readLogin reads the login file; nil if it holds no whole login.
func readLogin(path string) (*login, error) {
	settings, err := readSettings(path)
	if err != nil {
		return nil, err
	}
	user, password := settings[userKey], settings[passwordKey]
	if user == "" || password == "" {
		return nil, nil
	}
	return &login{user: user, password: password}, nil
}

// readSettings reads lines of key=value. A file that does not exist has none.
func readSettings(path string) (map[string]string, error) {
	settings := make(map[string]string)
	if path == "" {
		return settings, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return settings, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read login: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		key, value, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		settings[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
	}
	return settings, nil
}

// writeLogin sets the login in its file. Other settings in it are kept.
func writeLogin(path, user, hash string) error {
	settings, err := readSettings(path)
	if err != nil {
		return err
	}
	settings[userKey], settings[passwordKey] = user, hash
	keys := make([]string, 0, len(settings))
	for key := range settings {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var text bytes.Buffer
	for _, key := range keys {
		fmt.Fprintf(&text, "%s=%s\n", key, settings[key])
	}
	if err := writeFile(path, text.Bytes()); err != nil {
		return fmt.Errorf("store login: %w", err)
	}
	return nil
}

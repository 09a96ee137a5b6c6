package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// Key describes an API key. The key itself is known to its holder alone.
type Key struct {
	Name    string
	Role    string
	Created time.Time
	Expires time.Time // zero: never
}

// apiKey is a key in memory.
type apiKey struct {
	stored keyRecord
	hash   [sha256.Size]byte
}

// keyRecord is a key in the file, with Kismet's members in its order.
type keyRecord struct {
	Accessed int64  `json:"accessed"`
	Created  int64  `json:"created"`
	Expires  int64  `json:"expires"` // 0: never
	Name     string `json:"name"`
	Role     string `json:"role"`
	Token    string `json:"token"` // hashed, with hashedToken before it; or in clear
}

const hashedToken = "sha256:"

func (r *keyRecord) expired(now time.Time) bool {
	return r.Expires != 0 && r.Expires <= now.Unix()
}

// Keys returns the API keys that have not expired, oldest first.
func (s *Store) Keys() []Key {
	now := s.o.Clock()
	var list []Key
	for _, k := range s.current().keys {
		if k.stored.expired(now) {
			continue
		}
		key := Key{Name: k.stored.Name, Role: k.stored.Role, Created: time.Unix(k.stored.Created, 0)}
		if k.stored.Expires != 0 {
			key.Expires = time.Unix(k.stored.Expires, 0)
		}
		list = append(list, key)
	}
	return list
}

// Generate makes an API key, 32 hex digits, that is good for lifetime, or for
// ever if that is 0. It is not kept in clear: this is the only time it is told.
func (s *Store) Generate(name, role string, lifetime time.Duration) (token string, err error) {
	if name == WebLogon {
		return "", ErrReserved
	}
	random := make([]byte, 16)
	rand.Read(random)
	token = strings.ToUpper(hex.EncodeToString(random))
	err = s.changeKeys(func(keys []apiKey) ([]apiKey, error) {
		if slices.ContainsFunc(keys, func(k apiKey) bool { return k.stored.Name == name }) {
			return nil, ErrKeyExists
		}
		now := s.o.Clock()
		hash := sha256.Sum256([]byte(token))
		record := keyRecord{
			Created: now.Unix(), Name: name, Role: role,
			Token: hashedToken + hex.EncodeToString(hash[:]),
		}
		if lifetime > 0 {
			// A key is good for a second at the least: 0 would be for ever.
			record.Expires = now.Add(max(lifetime, time.Second)).Unix()
		}
		return append(keys, apiKey{stored: record, hash: hash}), nil
	})
	if err != nil {
		return "", fmt.Errorf("generate API key %q: %w", name, err)
	}
	return token, nil
}

// Revoke removes the API key.
func (s *Store) Revoke(name string) error {
	if name == WebLogon {
		return ErrReserved
	}
	err := s.changeKeys(func(keys []apiKey) ([]apiKey, error) {
		left := slices.DeleteFunc(keys, func(k apiKey) bool { return k.stored.Name == name })
		if len(left) == len(keys) {
			return nil, ErrUnknownKey
		}
		return left, nil
	})
	if err != nil {
		return fmt.Errorf("revoke API key %q: %w", name, err)
	}
	return nil
}

// changeKeys reads the file, lets change work on a copy of its keys and stores
// what it returns.
func (s *Store) changeKeys(change func([]apiKey) ([]apiKey, error)) error {
	if s.o.SessionDB == "" {
		return errors.New("there is no file to store API keys in: set httpd_session_db")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return err
	}
	keys, err := change(slices.Clone(s.state.Load().keys))
	if err != nil {
		return err
	}
	records := make([]keyRecord, len(keys))
	for i, k := range keys {
		records[i] = k.stored
	}
	text, err := json.Marshal(records)
	if err != nil {
		return err
	}
	if err := writeFile(s.o.SessionDB, text); err != nil {
		return fmt.Errorf("store API keys: %w", err)
	}
	return s.load()
}

// findKey compares token with every key, so that the time it takes tells
// nothing about them.
func findKey(keys []apiKey, token string, now time.Time) (id Identity, ok bool) {
	hash := sha256.Sum256([]byte(token))
	for i := range keys {
		k := &keys[i]
		if subtle.ConstantTimeCompare(hash[:], k.hash[:]) == 1 && !k.stored.expired(now) {
			id, ok = Identity{Name: k.stored.Name, Role: k.stored.Role}, true
		}
	}
	return id, ok
}

// readKeys reads the file of API keys. Those that have expired, and entries
// that lack what a key needs, are left out. A file that does not exist has none.
func readKeys(path string, now time.Time) ([]apiKey, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read API keys: %w", err)
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(text, &entries); err != nil {
		return nil, fmt.Errorf("read API keys from %s: %w", path, err)
	}
	var keys []apiKey
	for _, entry := range entries {
		var r keyRecord
		if json.Unmarshal(entry, &r) != nil || r.Name == "" || r.Role == "" || r.expired(now) {
			continue
		}
		k := apiKey{stored: r}
		digits, hashed := strings.CutPrefix(r.Token, hashedToken)
		switch sum, err := hex.DecodeString(digits); {
		case r.Token == "" || hashed && (err != nil || len(sum) != len(k.hash)):
			continue
		case hashed:
			copy(k.hash[:], sum)
		default: // in clear; hashed when the file is written next
			k.hash = sha256.Sum256([]byte(r.Token))
			k.stored.Token = hashedToken + hex.EncodeToString(k.hash[:])
		}
		keys = append(keys, k)
	}
	return keys, nil
}

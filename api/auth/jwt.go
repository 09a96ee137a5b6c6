package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// tokenLifetime is how long the token of a login is good.
	tokenLifetime = 24 * time.Hour
	// minJWTKey is what Kismet demands of httpd_jwt_key.
	minJWTKey = 8
)

// signer issues and verifies the tokens of logins: JSON Web Tokens (RFC 7519)
// signed with HMAC SHA-256, and with the claims that Kismet uses.
type signer struct {
	key    []byte
	issuer string
	last   atomic.Pointer[issued]
}

// issued is the last token: those of one second are the same.
type issued struct {
	second int64
	token  string
}

// claims of a token, in Kismet's order.
type claims struct {
	Created int64  `json:"created"`
	Expires int64  `json:"expires"`
	Issuer  string `json:"iss"`
	Name    string `json:"name"`
	Role    string `json:"role"`
}

type joseHeader struct {
	Algorithm string `json:"alg"`
	Type      string `json:"typ"`
}

func newSigner(key, issuer string) (*signer, error) {
	s := &signer{key: []byte(key), issuer: issuer}
	if issuer == "" {
		s.issuer = "kismet"
	}
	switch {
	case key == "":
		s.key = make([]byte, sha256.Size)
		rand.Read(s.key)
	case len(key) < minJWTKey:
		return nil, fmt.Errorf("httpd_jwt_key: want %d characters or more", minJWTKey)
	}
	return s, nil
}

// issue returns a token of the administrator.
func (s *signer) issue(now time.Time) string {
	second := now.Unix()
	if last := s.last.Load(); last != nil && last.second == second {
		return last.token
	}
	header := `{"alg":"HS256","typ":"JWS"}`
	body, err := json.Marshal(claims{
		Created: second, Expires: second + int64(tokenLifetime/time.Second),
		Issuer: s.issuer, Name: WebLogon, Role: RoleAdmin,
	})
	if err != nil {
		panic(err) // numbers and strings always encode
	}
	signed := encodeSegment([]byte(header)) + "." + encodeSegment(body)
	token := signed + "." + encodeSegment(s.sign(signed))
	s.last.Store(&issued{second: second, token: token})
	return token
}

// verify returns whose token it is if it is one of ours that has not expired.
func (s *signer) verify(token string, now time.Time) (Identity, bool) {
	signed, signature, ok := cutLast(token, '.')
	if !ok {
		return Identity{}, false
	}
	mac, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil || !hmac.Equal(mac, s.sign(signed)) {
		return Identity{}, false
	}
	// What follows is signed by whoever has the key, which another service
	// that shares it may have too.
	header, body, _ := strings.Cut(signed, ".")
	var h joseHeader
	var c claims
	if err := errors.Join(decodeSegment(header, &h), decodeSegment(body, &c)); err != nil {
		return Identity{}, false
	}
	if h.Algorithm != "HS256" || c.Issuer != s.issuer || c.Role == "" || c.Expires <= now.Unix() {
		return Identity{}, false
	}
	return Identity{Name: c.Name, Role: c.Role}, true
}

func (s *signer) sign(text string) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func encodeSegment(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func decodeSegment(text string, v any) error {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

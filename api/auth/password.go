package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
)

// Parameters of argon2id: the least that OWASP's Password Storage Cheat Sheet
// names with this memory. 19 MiB is what a 512 MB machine can spare for the
// moment of a login.
const (
	hashPasses    = 2
	hashMemoryKiB = 19 * 1024
	hashLanes     = 1
	hashSalt      = 16
	hashLength    = 32
)

const hashPrefix = "$argon2id$"

// isEncodedHash reports whether password is in the encoded form of argon2id.
func isEncodedHash(password string) bool { return strings.HasPrefix(password, hashPrefix) }

// hashPassword returns password's argon2id hash in its encoded form,
// $argon2id$v=19$m=...,t=...,p=...$salt$hash.
func hashPassword(password string) string {
	salt := make([]byte, hashSalt)
	rand.Read(salt)
	hash := argon2.IDKey([]byte(password), salt, hashPasses, hashMemoryKiB, hashLanes, hashLength)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("%sv=%d$m=%d,t=%d,p=%d$%s$%s", hashPrefix, argon2.Version,
		hashMemoryKiB, hashPasses, hashLanes, b64.EncodeToString(salt), b64.EncodeToString(hash))
}

var errHashForm = errors.New("not the encoded form of an argon2id hash")

// verifyPassword reports whether encoded is a hash of password. Parameters
// that would take a small machine's memory or minutes are refused.
func verifyPassword(encoded, password string) (bool, error) {
	parts := strings.Split(strings.TrimPrefix(encoded, hashPrefix), "$")
	if len(parts) != 4 || !isEncodedHash(encoded) {
		return false, errHashForm
	}
	if parts[0] != fmt.Sprintf("v=%d", argon2.Version) {
		return false, fmt.Errorf("%w: version %q", errHashForm, parts[0])
	}
	var memory, passes uint32
	var lanes uint8
	if _, err := fmt.Sscanf(parts[1], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil {
		return false, fmt.Errorf("%w: parameters %q", errHashForm, parts[1])
	}
	if memory > 1<<18 || passes < 1 || passes > 64 || lanes < 1 {
		return false, fmt.Errorf("%w: parameters %q out of bounds", errHashForm, parts[1])
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[2])
	if err != nil || len(salt) < 8 {
		return false, fmt.Errorf("%w: salt", errHashForm)
	}
	hash, err := base64.RawStdEncoding.DecodeString(parts[3])
	if err != nil || len(hash) < 16 || len(hash) > 128 {
		return false, fmt.Errorf("%w: hash", errHashForm)
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, lanes, uint32(len(hash)))
	return subtle.ConstantTimeCompare(got, hash) == 1, nil
}

const (
	// maxHashWaiters bounds how many requests wait for their password to be
	// hashed. Each waits on its own connection.
	maxHashWaiters = 8
	// hashRest is how long the hasher rests after a wrong password, in times
	// of what the hash took: a flood of guesses from any number of addresses
	// leaves most of one processor, and all others, to the sensor.
	hashRest = 3
)

// hasher computes one hash at a time.
type hasher struct {
	slot    chan struct{}
	waiting *atomic.Int32
	resume  *time.Time // guarded by slot
}

func newHasher() hasher {
	return hasher{slot: make(chan struct{}, 1), waiting: new(atomic.Int32), resume: new(time.Time)}
}

// run calls check when it is its turn. It is a *SlowDownError if too many wait
// already.
func (h hasher) run(check func() (bool, error)) (bool, error) {
	if h.waiting.Add(1) > maxHashWaiters {
		h.waiting.Add(-1)
		return false, &SlowDownError{After: time.Second}
	}
	h.slot <- struct{}{}
	h.waiting.Add(-1)
	defer func() { <-h.slot }()

	time.Sleep(time.Until(*h.resume))
	start := time.Now()
	right, err := check()
	if end := time.Now(); !right {
		*h.resume = end.Add(hashRest * end.Sub(start))
	}
	return right, err
}

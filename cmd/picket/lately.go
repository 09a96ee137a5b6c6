package main

import (
	"sync"
	"time"
)

// freshness is for how long what was read once is good enough for all who ask.
const freshness = time.Second

// lately is what a function returned, which is called once a second at most
// and by one at a time.
type lately[T any] struct {
	read func() T

	mu    sync.Mutex
	at    time.Time // of the value; zero: there is none
	value T
}

func (l *lately[T]) get() T {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.at.IsZero() || time.Since(l.at) >= freshness {
		l.value = l.read()
		l.at = time.Now()
	}
	return l.value
}

// forget lets go of a value that nobody has asked for in a while.
func (l *lately[T]) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.at.IsZero() && time.Since(l.at) >= time.Minute {
		var none T
		l.value, l.at = none, time.Time{}
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// errInterrupted is the answer of somebody who ends the program instead.
var errInterrupted = errors.New("interrupted; nothing was changed")

// questioner asks for what nobody may see, on a terminal.
type questioner struct {
	fd   int // of the terminal
	out  io.Writer
	seen *unix.Termios // as the terminal was
}

// newQuestioner stops the terminal from showing what is typed, until close. It
// does so before anything is asked, as people don't wait for the program.
func newQuestioner(in *os.File, out io.Writer) (*questioner, error) {
	fd := int(in.Fd())
	seen, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return nil, fmt.Errorf("ask on the terminal: %w", err)
	}
	hidden := *seen
	hidden.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &hidden); err != nil {
		return nil, fmt.Errorf("hide what is typed: %w", err)
	}
	return &questioner{fd, out, seen}, nil
}

// close makes the terminal what it was.
func (q *questioner) close() error {
	if err := unix.IoctlSetTermios(q.fd, unix.TCSETS, q.seen); err != nil {
		return fmt.Errorf("show again what is typed: %w", err)
	}
	return nil
}

// ask returns the line that is typed after prompt, without its end. The error
// is errInterrupted when ctx ends first.
func (q *questioner) ask(ctx context.Context, prompt string) (string, error) {
	fmt.Fprint(q.out, prompt)
	defer fmt.Fprintln(q.out)
	if err := q.wait(ctx); err != nil {
		return "", err
	}
	answer, err := term.ReadPassword(q.fd)
	if err != nil {
		return "", fmt.Errorf("read password: %w", err)
	}
	return string(answer), nil
}

// wait returns when there is a whole line to read, which does not block then,
// or when ctx ends: a read could not be broken off.
func (q *questioner) wait(ctx context.Context) error {
	const look = 50 * time.Millisecond // whether ctx has ended
	for ctx.Err() == nil {
		ready, err := unix.Poll([]unix.PollFd{{Fd: int32(q.fd), Events: unix.POLLIN}}, int(look.Milliseconds()))
		switch {
		case err != nil && !errors.Is(err, unix.EINTR):
			return fmt.Errorf("wait for an answer: %w", err)
		case ready > 0:
			return nil
		}
	}
	return errInterrupted
}

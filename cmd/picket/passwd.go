package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"
)

type passwdCmd struct {
	configFlags
	dataFlag
	User  string `arg:"" optional:"" default:"kismet" help:"Name of the login; ${default} is what Kismet's clients try first."`
	Stdin bool   `help:"Read the password from the first line of standard input."`
}

func (c *passwdCmd) Run(ctx context.Context, w *world) error {
	store, config, err := openLogins(w, c.configFlags, c.dataFlag)
	if err != nil {
		return err
	}
	if config.HTTPD.Username != "" {
		return fmt.Errorf("the login is set in the configuration, at %s, and can only be changed there", config.Origin("httpd_username"))
	}
	password, err := c.password(ctx, w)
	if err != nil {
		return err
	}
	if err := store.SetPassword(c.User, password); err != nil {
		return fmt.Errorf("set the login: %w", err)
	}
	fmt.Fprintf(w.stderr, "The login of %s is set, in %s.\n", c.User, config.HTTPD.AuthFile)
	return nil
}

func (c *passwdCmd) password(ctx context.Context, w *world) (string, error) {
	switch {
	case c.Stdin:
		return firstLine(w.stdin)
	case !term.IsTerminal(int(w.stdin.Fd())):
		return "", errors.New("standard input is no terminal to ask for a password on; use --stdin")
	}
	return c.typed(ctx, w)
}

func firstLine(in io.Reader) (string, error) {
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read password: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", errors.New("standard input has no password in its first line")
	}
	return line, nil
}

// typed asks for the password on the terminal, twice.
func (c *passwdCmd) typed(ctx context.Context, w *world) (password string, err error) {
	q, err := newQuestioner(w.stdin, w.stderr)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, q.close()) }()
	first, err := q.ask(ctx, "New password for "+c.User+": ")
	if err != nil {
		return "", err
	}
	second, err := q.ask(ctx, "Once more: ")
	if err != nil {
		return "", err
	}
	switch {
	case first == "":
		return "", errors.New("the password is empty; nothing was changed")
	case first != second:
		return "", errors.New("the two differ; nothing was changed")
	}
	return first, nil
}

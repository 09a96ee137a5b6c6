package main

import (
	"bufio"
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

func (c *passwdCmd) Run(w *world) error {
	store, config, err := openLogins(w, c.configFlags, c.dataFlag)
	if err != nil {
		return err
	}
	if config.HTTPD.Username != "" {
		return fmt.Errorf("the login is set in the configuration, at %s, and can only be changed there", config.Origin("httpd_username"))
	}
	password, err := c.password(w)
	if err != nil {
		return err
	}
	if err := store.SetPassword(c.User, password); err != nil {
		return fmt.Errorf("set the login: %w", err)
	}
	fmt.Fprintf(w.stderr, "The login of %s is set, in %s.\n", c.User, config.HTTPD.AuthFile)
	return nil
}

func (c *passwdCmd) password(w *world) (string, error) {
	if c.Stdin {
		line, err := bufio.NewReader(w.stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read password: %w", err)
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			return "", errors.New("standard input has no password in its first line")
		}
		return line, nil
	}
	if !term.IsTerminal(int(w.stdin.Fd())) {
		return "", errors.New("standard input is no terminal to ask for a password on; use --stdin")
	}
	first, err := ask(w, "New password for "+c.User+": ")
	if err != nil {
		return "", err
	}
	second, err := ask(w, "Once more: ")
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

// ask reads a line that the terminal does not show.
func ask(w *world, prompt string) (string, error) {
	fmt.Fprint(w.stderr, prompt)
	answer, err := term.ReadPassword(int(w.stdin.Fd()))
	fmt.Fprintln(w.stderr)
	if err != nil {
		return "", fmt.Errorf("read password: %w", err)
	}
	return string(answer), nil
}

package main

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"picket/api/auth"
)

type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make an API key and print it, this once."`
	List   tokenListCmd   `cmd:"" help:"List the API keys that are good."`
	Revoke tokenRevokeCmd `cmd:"" help:"Make an API key invalid."`
}

type tokenCreateCmd struct {
	configFlags
	dataFlag
	Name     string        `arg:"" help:"What to call the key."`
	Role     string        `default:"readonly" help:"admin may do everything, readonly may read alerts and status (default: ${default})."`
	Duration time.Duration `placeholder:"TIME" help:"How long the key is good, such as 720h. Without it, for ever."`
}

func (tokenCreateCmd) Help() string {
	return `A client sends the key as the cookie KISMET, as ?KISMET=KEY, or as 'Authorization: Bearer KEY'. Only a hash of it is kept.`
}

func (c *tokenCreateCmd) Run(w *world) error {
	if c.Name == "" || c.Role == "" {
		return errors.New("an API key needs a name and a role")
	}
	if c.Duration < 0 {
		return fmt.Errorf("--duration %s: expected a time from now on", c.Duration)
	}
	store, _, err := openLogins(w, c.configFlags, c.dataFlag)
	if err != nil {
		return err
	}
	token, err := store.Generate(c.Name, c.Role, c.Duration)
	if err != nil {
		return err
	}
	fmt.Fprintln(w.stdout, token)
	return nil
}

type tokenListCmd struct {
	configFlags
	dataFlag
}

func (c *tokenListCmd) Run(w *world) error {
	store, _, err := openLogins(w, c.configFlags, c.dataFlag)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tROLE\tCREATED\tEXPIRES")
	for _, k := range store.Keys() {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", printable(k.Name), printable(k.Role), day(k.Created), expiry(k))
	}
	return table.Flush()
}

func expiry(k auth.Key) string {
	if k.Expires.IsZero() {
		return "never"
	}
	return day(k.Expires)
}

func day(t time.Time) string { return t.Local().Format("2006-01-02 15:04") }

type tokenRevokeCmd struct {
	configFlags
	dataFlag
	Name string `arg:"" help:"The key to revoke."`
}

func (c *tokenRevokeCmd) Run(w *world) error {
	store, _, err := openLogins(w, c.configFlags, c.dataFlag)
	if err != nil {
		return err
	}
	return store.Revoke(c.Name)
}

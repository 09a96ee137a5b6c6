package main

import (
	"fmt"
	"os"

	"picket/api/auth"
	"picket/configs"
)

// loginOptions says where the login and the API keys are kept.
func loginOptions(c *configs.Config) auth.Options {
	h := &c.HTTPD
	return auth.Options{
		UserFile: h.AuthFile, SessionDB: h.SessionDB,
		Username: h.Username, Password: h.Password,
		JWTKey: h.JWTKey, JWTIssuer: h.JWTIssuer,
	}
}

// openLogins opens the store for the commands that change it. A server that
// runs sees the change.
func openLogins(w *world, f configFlags, d dataFlag) (*auth.Store, *configs.Config, error) {
	config, err := f.load(w, d.flags()...)
	if err != nil {
		return nil, nil, err
	}
	if err := makeDataFolder(config); err != nil {
		return nil, nil, err
	}
	options := loginOptions(config)
	options.Log = newLog(w)
	store, err := auth.Open(options)
	return store, config, err
}

// makeDataFolder makes sure that the data folder exists and can be written.
func makeDataFolder(c *configs.Config) error {
	failed := func(err error) error {
		return fmt.Errorf("can't write to the data folder %s (set at %s): %w; choose another with --data FOLDER", c.DataFolder, c.Origin("data_folder"), err)
	}
	if err := os.MkdirAll(c.DataFolder, 0o700); err != nil {
		return failed(err)
	}
	probe, err := os.CreateTemp(c.DataFolder, ".picket-*")
	if err != nil {
		return failed(err)
	}
	probe.Close()
	return os.Remove(probe.Name())
}

package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is stamped by the linker: -ldflags "-X main.version=1.2.3".
var version string

type versionCmd struct{}

func (versionCmd) Run(w *world) error {
	fmt.Fprintf(w.stdout, "picket %s, %s, %s/%s\n", versionText(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// versionText is the stamped version, else what the build knows of its source.
func versionText() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "of unknown version"
	}
	text := info.Main.Version
	if text == "" {
		text = "(devel)"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if commit := settings["vcs.revision"]; commit != "" && text == "(devel)" {
		text += " " + commit[:min(12, len(commit))]
		if settings["vcs.modified"] == "true" {
			text += " with changes"
		}
	}
	return text
}

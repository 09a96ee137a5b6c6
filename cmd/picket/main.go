// Command picket is a wireless intrusion detection sidecar: it reads 802.11
// frames, recognises attacks, and serves what it finds over Kismet's alert API.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"picket/configs"
)

// cli is the command line. The commands are in files of their names.
type cli struct {
	Run       runCmd       `cmd:"" help:"Watch sources of frames and serve the alerts over the API until SIGTERM."`
	Replay    replayCmd    `cmd:"" help:"Read captures and print the alerts in them."`
	History   historyCmd   `cmd:"" help:"Print the alerts that were kept on disk."`
	Export    exportCmd    `cmd:"" help:"Write the frames that alerts rest on as a capture."`
	Health    healthCmd    `cmd:"" help:"Ask a running picket whether all of it works; the exit status tells."`
	Sources   sourcesCmd   `cmd:"" help:"List the Wi-Fi adapters: what they can do, what holds them, why they can't be used."`
	Detectors detectorsCmd `cmd:"" help:"List the detectors, or explain one."`
	Config    configCmd    `cmd:"" help:"Check or show the configuration."`
	Passwd    passwdCmd    `cmd:"" help:"Set the login of the API."`
	Token     tokenCmd     `cmd:"" help:"Create, list and revoke API keys."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

const description = `A wireless intrusion detection sidecar: reads 802.11 frames, recognises attacks and serves them over Kismet's alert API.

To see it work: 'picket run --demo', then 'curl http://127.0.0.1:2502/alerts/all_alerts.json'.`

// world is what the commands see of the machine.
type world struct {
	stdin          *os.File
	stdout, stderr io.Writer
	etc            string // folder of the installation's configuration
	home           string // empty when unknown
}

// Exit statuses.
const (
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	os.Exit(execute(os.Args[1:], &world{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		etc: configs.EtcFolder, home: home,
	}))
}

// execute runs one command line and returns the exit status.
func execute(args []string, w *world) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Once the first signal is being heeded, a second one ends the process.
	context.AfterFunc(ctx, stop)

	parser, err := kong.New(&cli{},
		kong.Name("picket"),
		kong.Description(description),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Writers(w.stdout, w.stderr),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(w),
	)
	if err != nil {
		panic(err) // the tags of cli are wrong
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(w.stderr, "picket: %v\nRun 'picket --help', or --help after a command.\n", err)
		return exitUsage
	}
	if err := command.Run(); err != nil {
		if !errors.Is(err, errReported) {
			fmt.Fprintf(w.stderr, "picket: %v\n", err)
		}
		return exitFailed
	}
	return 0
}

// errReported ends a command that has said what went wrong.
var errReported = errors.New("reported")

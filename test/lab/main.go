// Command lab runs picket on simulated air: it boots a Linux guest whose kernel
// simulates Wi-Fi radios, has real access points, clients and attack tools use
// them, picket capture live, and checks the alerts that its API returns there.
//
//	go run ./test/lab [-short] [-record FOLDER] [SCENARIO...]
//
// README.md beside this says what a scenario is. The exit status is 1 if one
// failed.
package main

import (
	"context"
	"embed"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

//go:embed scenarios guest
var files embed.FS

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ok, err := run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "lab:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run(ctx context.Context) (ok bool, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return false, err
	}
	short := flag.Bool("short", false, "run the short set, with shorter scenarios")
	list := flag.Bool("list", false, "list the scenarios")
	record := flag.String("record", "", "write what the sensors hear to `folder`")
	out := flag.String("out", "bin/lab", "`folder` for what each scenario leaves behind")
	side := flag.Int("side", 2, "guests side by side, `number`")
	flag.StringVar(&cache, "cache", filepath.Join(cache, "picket-lab"), "`folder` of the guest's image and packages")
	flag.Parse()

	folder, err := fs.Sub(files, "scenarios")
	if err != nil {
		return false, err
	}
	all, err := scenarios(folder)
	if err != nil {
		return false, err
	}
	if *list {
		for _, s := range all {
			fmt.Printf("%-18s %s\n", s.Name, s.about())
		}
		return true, nil
	}
	chosen, err := choose(all, flag.Args(), *short)
	if err != nil {
		return false, err
	}
	if _, err := exec.LookPath(qemu); err != nil {
		return false, fmt.Errorf("%w: Debian has it in the package qemu-system-x86", err)
	}
	lab := Lab{Out: *out, Short: *short, Record: *record}
	if lab.Image, err = ensureImage(ctx, cache); err != nil {
		return false, err
	}
	programs, err := os.MkdirTemp("", "picket-lab-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(programs)
	if err := build(ctx, programs); err != nil {
		return false, err
	}
	lab.Programs = programs
	return lab.runAll(ctx, chosen, *side), ctx.Err()
}

// build makes the programs that the guest runs, as they are shipped.
func build(ctx context.Context, folder string) error {
	for _, args := range [][]string{
		{"build", "-o", filepath.Join(folder, "picket"), "picket/cmd/picket"},
		{"build", "-o", filepath.Join(folder, "hwsimctl"), "picket/test/lab/hwsimctl"},
		{"test", "-c", "-o", filepath.Join(folder, "radio.test"), "picket/capture/radio"},
	} {
		cmd := exec.CommandContext(ctx, "go", append(args[:len(args)-1:len(args)-1], "-trimpath", "-ldflags=-s -w", args[len(args)-1])...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("go %s %s: %w", args[0], args[len(args)-1], err)
		}
	}
	return nil
}

// runAll runs scenarios, so many side by side, and prints a line for each. It
// is true if all passed.
func (l Lab) runAll(ctx context.Context, list []Scenario, side int) bool {
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		passed int
		began  = time.Now()
		slots  = make(chan struct{}, max(side, 1))
	)
	for _, s := range list {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			o := l.run(ctx, s)
			mu.Lock()
			defer mu.Unlock()
			o.print(os.Stdout)
			if o.passed() {
				passed++
			}
		})
	}
	wg.Wait()
	fmt.Printf("%d of %d scenarios passed in %.0f s\n", passed, len(list), time.Since(began).Seconds())
	return passed == len(list)
}

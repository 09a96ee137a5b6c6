package api

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// kismetScript is what Kismet's page loads to have its modules loaded. Kismet
// makes it too; it is no file.
const kismetScript = "dynamic.js"

// kismetModules are the modules that the script may load, in this order, by the
// names of their variables.
var kismetModules = []struct{ name, file string }{
	{"kismet_ui_datasources", "js/kismet.ui.datasources.js"},
	{"kismet_ui_dot11", "js/kismet.ui.dot11.js"},
}

// loadModules returns the script for the modules that there are. One that fails
// to load keeps none of the others from the page.
func loadModules(files fs.FS) []byte {
	script := []byte("var local_uri_prefix = typeof KISMET_URI_PREFIX === 'undefined' ? './' : KISMET_URI_PREFIX;\n")
	calls := []byte("async function load_dynamics() {\n")
	for _, m := range kismetModules {
		if info, err := fs.Stat(files, m.file); err != nil || !info.Mode().IsRegular() {
			continue
		}
		script = fmt.Appendf(script, "var %s;\n", m.name)
		calls = fmt.Appendf(calls, "  try { %s = await import(local_uri_prefix + '%s'); } catch (e) { console.error('%s', e); }\n", m.name, m.file, m.file)
	}
	return append(append(script, calls...), "}\n"...)
}

// errOldUI is what is wrong with the files of a Kismet before 2024.
var errOldUI = errors.New("it has no tabulator.min.js, so it is that of a Kismet before 2024, which asks for its lists in another way: install Kismet 2025-09 or later")

// mostFiles bounds the search below a folder that is none of Kismet's.
const mostFiles = 20_000

// OpenKismetUI opens the folder of the web interface of an installed Kismet,
// such as /usr/share/kismet/httpd, for Pages.Files. What lies outside of it can't
// be reached, by no symbolic link either. It is an error if the interface is of a
// Kismet that is too old.
func OpenKismetUI(folder string) (*os.Root, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("open the web interface of Kismet: %w", err)
	}
	if err := checkKismetUI(root.FS()); err != nil {
		return nil, errors.Join(fmt.Errorf("the web interface of Kismet in %s can't be served: %w", folder, err), root.Close())
	}
	return root, nil
}

func checkKismetUI(files fs.FS) error {
	if info, err := fs.Stat(files, "index.html"); err != nil || !info.Mode().IsRegular() {
		return errors.New("it has no index.html: want a folder like /usr/share/kismet/httpd")
	}
	found := errors.New("found")
	n := 0
	err := fs.WalkDir(files, ".", func(name string, _ fs.DirEntry, err error) error {
		if n++; n > mostFiles {
			return fs.SkipAll
		}
		if path.Base(name) == "tabulator.min.js" {
			return found
		}
		if err != nil && name != "." {
			return fs.SkipDir // can't be read, and so not be served
		}
		return err
	})
	switch {
	case err == found:
		return nil
	case err != nil:
		return err
	}
	return errOldUI
}

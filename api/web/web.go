// Package web holds picket's own web interface: one page, its style and its
// scripts, within the program. The page talks to the API as any client does.
package web

import (
	"embed"
	"io/fs"
)

//go:embed page
var embedded embed.FS

// Policy is the Content-Security-Policy that the page is written for: all it
// loads and asks is from where it came from, no script or style stands in the
// page, and no text becomes markup. Names and texts of alerts are what somebody
// sent over the air.
const Policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// Files returns the files of the page. Its start is index.html.
func Files() fs.FS {
	files, err := fs.Sub(embedded, "page")
	if err != nil {
		panic(err) // the name is no path, which the compiler has seen to
	}
	return files
}

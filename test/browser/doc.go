// Package browser holds the end-to-end tests of the pages that picket serves:
// a picket of its own, in Chromium without a window. Without a Chromium they
// are skipped; Debian has it in the package chromium.
//
//	go test ./test/browser -screenshots /tmp/shots
//
// writes what the pages look like.
package browser

#!/usr/bin/env bash
# Prints the figures of docs/performance.md: ratios to other code that does the
# same work on the same data in the same run. Needs tcpdump and root for the
# last part but two, wrk for the last but one.
set -euo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go}
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT

title() { printf '\n== %s\n' "$1"; }

title "Frame view beside gopacket: share of its time"
"$go" test -run '^$' -bench Against ./capture/dot11 | grep -E '^Benchmark'

title "Engine with all detectors"
"$go" test -run '^$' -bench Engine ./detectors | grep -E '^Benchmark|SKIP' || true

title "10,000,000 frames of random addresses, a flood in their midst"
PICKET_LONG=1 "$go" test -count=1 -v -run TestAttackIsFoundInTheMidstOfRandomAddresses ./detectors | grep -vE '^=== |^PASS'

title "Alert core"
"$go" test -run '^$' -bench . ./alertcore | grep -E '^Benchmark'

title "picket replay beside pcapgo"
"$go" build -trimpath -ldflags '-s -w' -o "$bin/picket" ./cmd/picket
"$go" build -o "$bin/replay" ./test/bench/replay
"$bin/replay" -picket "$bin/picket" capture/dot11/testdata/clean.pcap.gz
"$bin/replay" -picket "$bin/picket" cmd/picket/demo/demo.pcap.gz

title "picket run on an interface beside tcpdump"
"$go" build -o "$bin/live" ./test/bench/live
if [ "$(id -u)" = 0 ]; then
  "$bin/live" -picket "$bin/picket" capture/dot11/testdata/clean.pcap.gz
else
  echo "needs root, which this is not"
fi

title "Raising with a history that is synced, beside without"
"$go" run ./test/bench/raise

title "API under wrk beside a bare fasthttp handler"
"$go" run ./test/bench/http

title "1,000 clients of the event stream, 100 alerts a second"
"$go" build -o "$bin/events" ./test/bench/events
ulimit -n 4096
"$bin/events" -picket "$bin/picket"

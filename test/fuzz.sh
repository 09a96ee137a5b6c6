#!/usr/bin/env bash
# Runs every fuzz target of the module for the time given: fuzz.sh 10s
set -euo pipefail
go=${GO:-go}
time=${1:?usage: fuzz.sh DURATION}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

for package in $("$go" list ./...); do
  for target in $("$go" test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    echo "fuzz $package $target"
    "$go" test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$package" 2>&1 | tee "$log" && continue
    # On a busy machine the go command may report the end of the time itself as
    # a failure. A real one names the input, or happens before the fuzzing.
    grep -qx ' *context deadline exceeded' "$log" && ! grep -q 'Failing input written\|panic:' "$log" || exit 1
    echo "$target: no failing input by the end of its time"
  done
done

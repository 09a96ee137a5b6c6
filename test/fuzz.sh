#!/usr/bin/env bash
# Runs every fuzz target of the module for the time given: fuzz.sh 10s
set -euo pipefail
go=${GO:-go}
time=${1:?usage: fuzz.sh DURATION}

for package in $("$go" list ./...); do
  for target in $("$go" test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    echo "fuzz $package $target"
    "$go" test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$package"
  done
done

#!/usr/bin/env bash
# fuzz/memory.sh BUILD [MUTATIONS]: each reader over that many mutated inputs (default 10000) of its
# seeds, within 256 MiB; prints the peak of each.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
failed=0
while read -r kind; do
  seeds=("tests/golden/$kind"/*.in.*)
  [ -d "fuzz/corpus/$kind" ] && seeds+=("fuzz/corpus/$kind"/*)
  printf '%-20s ' "$kind"
  WHFB_READER=$kind "$build/fuzz/fuzz_reader" --mutations "${2:-10000}" --rss-mib 256 "${seeds[@]}" </dev/null | tail -1 || failed=1
done <"$build/fuzz/readers.txt"
exit $failed

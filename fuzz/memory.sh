#!/usr/bin/env bash
# fuzz/memory.sh BUILD [MUTATIONS]: each reader over that many mutated inputs (default 10000) of its
# seeds, within 256 MiB; prints the peak of each.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
failed=0
for target in "$build"/fuzz/fuzz_reader_*; do
  [ -x "$target" ] && [ -f "$target" ] || continue
  kind=$(basename "$target")
  kind=${kind#fuzz_reader_}
  kind=${kind//_/-}
  seeds=("tests/golden/$kind"/*.in.*)
  [ -d "fuzz/corpus/$kind" ] && seeds+=("fuzz/corpus/$kind"/*)
  printf '%-20s ' "$kind"
  "$target" --mutations "${2:-10000}" --rss-mib 256 "${seeds[@]}" | tail -1 || failed=1
done
exit $failed

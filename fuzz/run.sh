#!/usr/bin/env bash
# fuzz/run.sh BUILD SECONDS: searches with every reader for that long, one on each processor, from the
# golden inputs and the corpus; prints the edges covered. A finding is a file in BUILD/findings and a
# failure here.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
seconds=$2
mkdir -p "$build/findings"

search() {  # search KIND
  local kind=$1 work="$build/corpus/$1" log="$build/fuzz_reader_$1.log" seeds=()
  mkdir -p "$work"
  # Inputs only: the expectations beside them are no evidence.
  cp "tests/golden/$kind"/*.in.* "$work"
  [ -d "fuzz/corpus/$kind" ] && seeds+=("fuzz/corpus/$kind")
  if WHFB_READER=$kind "$build/fuzz/fuzz_reader" -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=10 -print_final_stats=1 \
      -artifact_prefix="$build/findings/$kind-" "$work" "${seeds[@]}" >"$log" 2>&1 </dev/null; then
    printf '%-20s %s\n' "$kind" "$(grep -o 'cov: [0-9]*' "$log" | tail -1), $(grep -o 'stat::number_of_executed_units: *[0-9]*' "$log" | grep -o '[0-9]*$') runs, clean"
  else
    printf '%-20s FOUND SOMETHING, see %s\n' "$kind" "$log"
    return 1
  fi
}
export -f search
export build seconds

xargs -P"$(nproc)" -I{} bash -euo pipefail -c 'search "$1"' _ {} <"$build/fuzz/readers.txt"

#!/usr/bin/env bash
# Measures; every figure that compares does so with a public tool in the same run.
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset release -DWHFB_BENCH=ON >/dev/null
cmake --build --preset release
for bench in build/release/bench/*_bench; do
  printf '\n== %s\n' "$(basename "$bench")"
  "$bench"
done
printf '\n== whole scan: bundles per second and peak memory\n'
python3 bench/fleet_bench.py build/release
printf '\n== one large event log\n'
python3 bench/large_log_bench.py build/release

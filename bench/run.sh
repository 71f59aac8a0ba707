#!/usr/bin/env bash
# Measures; every figure that compares does so with a public tool in the same run.
set -euo pipefail
cd "$(dirname "$0")/.."
# A folder of its own: what was built before does not change what is measured.
cmake --preset release -B build/bench -DWHFB_BENCH=ON -DWHFB_TESTS=OFF -DWHFB_PCH=ON -DWHFB_UNITY=ON >/dev/null
cmake --build build/bench
for bench in build/bench/bench/*_bench; do
  printf '\n== %s\n' "$(basename "$bench")"
  "$bench"
done
printf '\n== whole scan: bundles per second and peak memory\n'
python3 bench/fleet_bench.py build/bench
printf '\n== one large event log\n'
python3 bench/large_log_bench.py build/bench

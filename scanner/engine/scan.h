// Scan: inputs in, results out. The order of a run is that of docs/design.md section 2: index,
// environment, devices (streamed, a few at a time), the environment's rules, readiness.
//
// Results do not depend on the number of threads: bundles are numbered by the index, devices
// reach the sink in its order. Memory does not grow with the number of devices but for a few
// dozen bytes each, which readiness needs at the end.

#ifndef WHFB_SCANNER_ENGINE_SCAN_H_
#define WHFB_SCANNER_ENGINE_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "collectors/collector.h"
#include "rules/catalog.h"
#include "scanner/core/finding.h"
#include "scanner/engine/limits.h"

namespace whfb::engine {

struct ScanOptions {
  std::vector<std::string> paths{};
  std::vector<std::string> environment{};  // --environment and --intent
  collectors::Declared declared{};
  Ticks now = 0;
  Ticks max_age = 30 * kTicksPerDay;
  std::size_t jobs = 1;
  Severity fail_on = Severity::kHigh;
  std::string tool_version{};
  Limits limits{};
  // Count all records of a file, not only those asked for, and tell what each file contributed.
  bool detailed = false;
  // Called on the calling thread after each device; false stops the scan (interrupted).
  std::function<bool(std::size_t done, std::size_t total)> progress{};
};

// What the exit code and the last line of a run need.
struct ScanTotals {
  std::size_t devices = 0;
  std::size_t bundles = 0;
  std::uint64_t files = 0;
  std::uint64_t files_read = 0;  // wholly or partly
  // Findings of snapshot rules at or above fail_on.
  std::uint64_t failed = 0;
  std::uint64_t unknown = 0;
  std::set<std::string> named_users{};  // of --users and --collected-as, those evidence names
  bool interrupted = false;
};

// An Error when an input does not exist or the sink fails; whatever is wrong inside the input is
// a coverage entry.
[[nodiscard]] Result<ScanTotals> Scan(const ScanOptions& options,
                                      const rules::RuleCatalog& catalog,
                                      const FactCatalog& facts,
                                      ResultSink& sink);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_SCAN_H_

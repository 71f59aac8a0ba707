// The environment: collected before the devices (their certificates are held against its CAs and
// domain controllers), judged after them (which profiles and domain controllers matter depends
// on who uses them).

#ifndef WHFB_SCANNER_ENGINE_ENVIRONMENT_SCAN_H_
#define WHFB_SCANNER_ENGINE_ENVIRONMENT_SCAN_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/engine/bundle_facts.h"
#include "scanner/engine/judge.h"

namespace whfb::engine {

struct EnvironmentScan {
  FactSpace facts;
  std::string id{};
  std::vector<SharedItem> shared{};  // of `facts`; the positions of an Affected
  SubjectResult result{};            // bundles and coverage; subjects and findings once judged
};

struct EnvironmentScanRequest {
  const RuleBook& book;
  const std::vector<BundleInput>& inputs;
  const collectors::Declared& declared;
  Ticks now = 0;
  Ticks max_age = 0;
  const Limits& limits;
  bool detailed = false;  // ScanOptions::detailed
};

[[nodiscard]] EnvironmentScan CollectEnvironmentEvidence(const EnvironmentScanRequest& request);

// How often each combination of affected items occurred over the devices and users of the run.
using AffectedCounts = std::map<Affected, std::uint64_t>;

// What one shared item says, for the readiness of those it concerns: its findings joined. A pass
// where the rule does not count for readiness.
using SharedVerdicts = std::vector<rules::JudgedFinding>;  // by position in EnvironmentScan::shared

// Judges the environment and everything in it; fills scan.result. A rule whose subject kind has
// no instance gives one finding on the environment: not applicable where it concerns nobody of
// the run, else unknown (not-collected). The same goes for each subject that the intent file
// names and that nothing was collected about.
//
// The environment itself is ready when everything in it that concerns somebody is: blocked by
// what certainly fails for all, undetermined while anything is open or nothing was decided.
[[nodiscard]] SharedVerdicts JudgeEnvironment(const RuleBook& book,
                                              const AffectedCounts& affected,
                                              Ticks now,
                                              EnvironmentScan& scan);

// The readiness of a user or placeholder from what its own findings come to and what the shared
// rules that concern it say.
[[nodiscard]] Readiness JoinReadiness(const rules::JudgedFinding& own,
                                      const Affected& affected,
                                      const std::vector<SharedItem>& items,
                                      const SharedVerdicts& shared,
                                      bool placeholder);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_ENVIRONMENT_SCAN_H_

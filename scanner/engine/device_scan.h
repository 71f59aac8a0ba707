// One device: its bundles collected, laid over each other, aged, derived and judged.

#ifndef WHFB_SCANNER_ENGINE_DEVICE_SCAN_H_
#define WHFB_SCANNER_ENGINE_DEVICE_SCAN_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "scanner/engine/bundle_facts.h"
#include "scanner/engine/environment_scan.h"
#include "scanner/engine/judge.h"

namespace whfb::engine {

// What readiness needs of a user (or of the placeholder) once the environment is judged.
struct UserStanding {
  std::string id{};
  rules::JudgedFinding own{};  // its own findings and its device's
  Affected affected{};
  bool in_scope = false;
};

struct DeviceResult {
  SubjectResult result{};
  std::string device_name{};
  std::string foreign_environment{};  // name; empty: it belongs to the environment of the run
  std::vector<UserStanding> users{};  // the placeholder alone when nobody is in scope
  bool placeholder = false;
  std::set<std::string> templates{};  // that certificates name, for the environment
};

struct DeviceScanContext {
  const RuleBook& book;
  const collectors::Declared& declared;
  Ticks now = 0;
  Ticks max_age = 0;
  const EnvironmentScan& environment;
  const FactSpace& unknown_environment;  // for devices of another tenant or forest
};

// Requires numbered bundles.
[[nodiscard]] DeviceResult ScanDevice(const DeviceScanContext& context,
                                      const BundleGroup& group,
                                      EvidenceWalker& walker);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_DEVICE_SCAN_H_

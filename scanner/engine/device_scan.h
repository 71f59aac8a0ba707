// One device: its bundles collected, laid over each other, aged, derived and judged.
// Bundles that are called alike may turn out to be of several devices.

#ifndef WHFB_SCANNER_ENGINE_DEVICE_SCAN_H_
#define WHFB_SCANNER_ENGINE_DEVICE_SCAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "scanner/engine/bundle_facts.h"
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
  std::vector<UserStanding> users{};  // the placeholder alone when nobody is in scope
  bool placeholder = false;
};

struct DeviceScanContext {
  const RuleBook& book;
  const collectors::Declared& declared;
  Ticks now = 0;
  Ticks max_age = 0;
  const FactSpace& environment;
  const std::string& environment_id;
};

// One result a device, at least one. `numbers` holds the run-wide number of each bundle of the
// group.
[[nodiscard]] std::vector<DeviceResult> ScanGroup(const DeviceScanContext& context,
                                                  const BundleGroup& group,
                                                  const std::vector<std::uint32_t>& numbers,
                                                  EvidenceWalker& walker);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_DEVICE_SCAN_H_

// One device: its bundles collected, laid over each other, aged, derived and judged.
// Bundles that are called alike may turn out to be of several devices.

#ifndef WHFB_SCANNER_ENGINE_DEVICE_SCAN_H_
#define WHFB_SCANNER_ENGINE_DEVICE_SCAN_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/engine/bundle_facts.h"
#include "scanner/engine/environments.h"
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
  std::string environment{};            // name of the one it was judged in
  std::vector<UserStanding> users{};    // the placeholder alone when nobody is in scope
  bool only_host = false;               // a Remote Desktop host that nobody signs in from
  rules::JudgedFinding own{};           // findings of the device itself
  bool placeholder = false;             // one of them stands in for users that nobody knows
  std::set<std::string> named_users{};  // of those that the operator named: in evidence of it
  std::set<std::string> templates{};    // that certificates name, for the environment
};

struct DeviceScanContext {
  const RuleBook& book;
  const collectors::Declared& declared;
  Ticks now = 0;
  Ticks max_age = 0;
  const Environments& environments;
  bool detailed = false;  // ScanOptions::detailed
};

// One result a device, at least one. Requires numbered bundles.
[[nodiscard]] std::vector<DeviceResult> ScanGroup(const DeviceScanContext& context,
                                                  const BundleGroup& group,
                                                  EvidenceWalker& walker);

// What ScanGroup threw on (guard.h): one device of which all is unknown, its bundles failed.
[[nodiscard]] std::vector<DeviceResult> ScanBroken(const DeviceScanContext& context,
                                                   const BundleGroup& group,
                                                   const Error& failure);

// A device that the intent file expects, or declares as a Remote Desktop host, and of which there
// is no evidence: everything about it is unknown, so that nobody overlooks it.
[[nodiscard]] DeviceResult ScanMissingDevice(const DeviceScanContext& context,
                                             const EnvironmentScan& environment,
                                             std::string_view name);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_DEVICE_SCAN_H_

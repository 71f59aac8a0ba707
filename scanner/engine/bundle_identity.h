// Which device a bundle is of, told before the bundle is read: by `dsregcmd /status` in it.
//
// Names of bundles say little ("exports.zip"); the Entra device id says everything. Reading one
// small text a bundle is enough to bring the Intune ZIP of a device and the exports of its user
// together (design, section 4: the strongest known alias matches).

#ifndef WHFB_SCANNER_ENGINE_BUNDLE_IDENTITY_H_
#define WHFB_SCANNER_ENGINE_BUNDLE_IDENTITY_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "scanner/engine/grouping.h"
#include "scanner/engine/limits.h"

namespace whfb::engine {

struct DeviceIdentity {
  std::string device_id{};  // Entra device id in lower case; empty: not told, or told twice
  std::vector<std::string> other_ids{};  // of other devices whose status is in the same bundle
  std::string host{};  // computer name in lower case, without its domain; empty: not told

  friend bool operator==(const DeviceIdentity&, const DeviceIdentity&) = default;
};

// Never fails: a bundle that cannot be opened tells nothing, and says so when it is scanned.
[[nodiscard]] DeviceIdentity IdentityOf(const BundleInput& bundle, const Limits& limits);

// Joins groups of one device: those with the same device id, and those that are called alike
// (by bundle name or computer name) when no two device ids stand against it. Bundles that were
// called alike and carry different ids are parted. `identities` holds one a bundle, in the order
// of groups and bundles. The order of the result depends on the bundles only.
void JoinByIdentity(std::span<const DeviceIdentity> identities, std::vector<BundleGroup>& groups);

// Both of the above for a whole run. Nothing is opened when there is only one bundle.
void JoinSameDevices(InputIndex& index, const Limits& limits, std::size_t jobs);

// All bundles of the index, and those of a list added to others.
[[nodiscard]] std::vector<BundleInput*> BundlesOf(InputIndex& index);
void AppendBundles(std::vector<BundleInput>& inputs, std::vector<BundleInput*>& bundles);

// Gives bundles their numbers, in the canonical order of their files: nothing else decides them.
// How many there are.
std::size_t NumberBundles(std::vector<BundleInput*> bundles);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_BUNDLE_IDENTITY_H_

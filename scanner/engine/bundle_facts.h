// One bundle: every file through its reader, every record through the collectors, and a coverage
// entry for every file. The facts end up in a FactSpace that the caller owns.

#ifndef WHFB_SCANNER_ENGINE_BUNDLE_FACTS_H_
#define WHFB_SCANNER_ENGINE_BUNDLE_FACTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "collectors/collector.h"
#include "scanner/core/facts.h"
#include "scanner/core/finding.h"
#include "scanner/engine/evidence_walk.h"
#include "scanner/engine/grouping.h"
#include "scanner/engine/lost_evidence.h"

namespace whfb::engine {

struct BundleRequest {
  const BundleInput& input;  // numbered
  collectors::Scope scope = collectors::Scope::kDevice;
  const collectors::Declared& declared;
  Ticks now = 0;
  bool count_all = false;  // RecordSink::count_all: of ScanOptions::detailed
};

struct BundleFacts {
  BundleRecord bundle{};
  std::vector<CoverageRecord> coverage{};
  TimeInterval collected{};      // both 0: not known
  std::vector<LostItem> lost{};  // what is there and cannot be read
};

// Adds to `facts`. A bundle that cannot be opened is one failed coverage entry, no error.
[[nodiscard]] BundleFacts CollectBundle(const BundleRequest& request,
                                        EvidenceWalker& walker,
                                        FactSpace& facts);

// What a bundle says about one of the devices that it holds evidence of.
struct DeviceShare {
  BundleFacts bundle{};
  FactSpace facts;
  bool parted = false;  // the bundle is of other devices as well
};

// The devices of the bundle, at least one, nearly always one (bundle_devices.h). Of several, each
// has the files that are certainly its own; what the others would tell is unknown (ambiguous). The
// first one carries the coverage of all.
[[nodiscard]] std::vector<DeviceShare> CollectDevices(const BundleRequest& request,
                                                      const FactCatalog& catalog,
                                                      EvidenceWalker& walker);

// The environment: every item of one date into one set of records, since a domain controller or a
// trust can be told from several files together. Inputs of several dates are laid over each other
// by time, as the bundles of a device are; each archive that nobody dated stands for itself. What
// is stale is marked.
struct EnvironmentRequest {
  const std::vector<BundleInput>& inputs;
  const collectors::Declared& declared;
  Ticks now = 0;
  Ticks max_age = 0;
  bool detailed = false;  // ScanOptions::detailed
};

[[nodiscard]] std::vector<BundleFacts> CollectEnvironment(const EnvironmentRequest& request,
                                                          EvidenceWalker& walker,
                                                          FactSpace& facts);

// Derivations of the scope, in their order. `environment` may be null.
void Derive(collectors::Scope scope, const collectors::DeriveInput& input, FactSpace& facts);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_BUNDLE_FACTS_H_

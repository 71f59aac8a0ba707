#include "scanner/engine/bundle_facts.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <span>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "scanner/engine/ambiguous_facts.h"
#include "scanner/engine/bundle_devices.h"
#include "scanner/engine/bundle_reading.h"
#include "scanner/engine/coverage_notes.h"

namespace whfb::engine {

namespace {

void CollectRecords(const BundleRequest& request,
                    const readers::Records& records,
                    FactSpace& facts,
                    BundleFacts& result) {
  const collectors::Moment moment{.now = request.now, .collected = result.collected};
  RunCollectors(request.scope, {.records = records, .moment = moment, .declared = request.declared},
                facts);
  DateResults(records, request.now, facts);
  TellRemarks(facts, std::span(&result, 1));
  TellRefused(facts, result);
}

// What one device has of a bundle, while it is read.
struct Share {
  FactSpace facts;
  readers::Records records;
  BundleFacts result{};
  ItemReader reader;

  Share(const BundleRequest& request, const FactCatalog& catalog)
      : facts(catalog), records(facts.pool), reader(request, records, facts, result) {}
};

using Shares = std::vector<std::unique_ptr<Share>>;

// Hands each file to the device that it is of; the last share is nobody's.
class PartingReader final : public ItemVisitor {
 public:
  PartingReader(const BundleDevices& devices, Shares& shares)
      : devices_(devices), shares_(shares) {}

  void Begin(const BundleContents& contents) override {
    for (const auto& share : shares_) {
      share->reader.Begin(contents);
    }
  }

  void Visit(const WalkItem& item) override { shares_[devices_.Of(item.path)]->reader.Visit(item); }

 private:
  const BundleDevices& devices_;
  Shares& shares_;
};

// All coverage of a bundle in one place, and why it is of several devices.
void JoinCoverage(const BundleDevices& devices, Shares& shares) {
  BundleFacts& nobodys = shares.back()->result;
  for (CoverageRecord& record : nobodys.coverage) {
    Disuse(devices.WhyNobodys(record.file), record);
  }
  std::vector<CoverageRecord>& all = shares.front()->result.coverage;
  for (const auto& share : shares) {
    if (share != shares.front()) {
      std::ranges::move(share->result.coverage, std::back_inserter(all));
      share->result.coverage.clear();
    }
  }
  all.push_back({.bundle = nobodys.bundle.number,
                 .file = nobodys.bundle.file + " (devices)",
                 .kind = "subjects",
                 .status = CoverageStatus::kPartial,
                 .reason = devices.Describe()});
}

// What of nobody's could not be read is lost to each.
void LoseAlike(const Share& nobodys, Share& own) {
  for (LostItem item : nobodys.result.lost) {
    own.facts.evidence.push_back(nobodys.facts.evidence.at(item.evidence - 1));
    item.evidence = static_cast<std::uint32_t>(own.facts.evidence.size());
    AddLost(item, own.result.lost);
  }
}

// The bundle once more, each file for the device that it is of.
std::vector<DeviceShare> CollectParted(const BundleRequest& request,
                                       const BundleDevices& devices,
                                       const FactCatalog& catalog,
                                       EvidenceWalker& walker) {
  Shares shares;
  for (std::size_t i = 0; i <= devices.size(); ++i) {
    shares.push_back(std::make_unique<Share>(request, catalog));
  }
  PartingReader reader(devices, shares);
  const Result<WalkSummary> walked = walker.Walk(request.input, reader);
  for (const auto& share : shares) {
    FinishReading(request, walked, 0, share->records, share->facts, share->result);
    CollectRecords(request, share->records, share->facts, share->result);
  }
  JoinCoverage(devices, shares);
  std::vector<DeviceShare> parted;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    devices.Name(i, shares[i]->facts.Device());
    MarkAmbiguous(shares.back()->facts, shares[i]->facts);
    LoseAlike(*shares.back(), *shares[i]);
    parted.push_back({.bundle = std::move(shares[i]->result),
                      .facts = std::move(shares[i]->facts),
                      .parted = true});
  }
  return parted;
}

}  // namespace

BundleFacts CollectBundle(const BundleRequest& request, EvidenceWalker& walker, FactSpace& facts) {
  readers::Records records(facts.pool);
  BundleFacts result = ReadBundle(request, walker, records, facts);
  CollectRecords(request, records, facts, result);
  return result;
}

std::vector<DeviceShare> CollectDevices(const BundleRequest& request,
                                        const FactCatalog& catalog,
                                        EvidenceWalker& walker) {
  BundleDevices devices;
  {
    FactSpace facts(catalog);
    readers::Records records(facts.pool);
    BundleFacts result = ReadBundle(request, walker, records, facts);
    devices = FindDevices(records, facts.evidence);
    if (devices.size() < 2) {
      CollectRecords(request, records, facts, result);
      std::vector<DeviceShare> whole;
      whole.push_back({.bundle = std::move(result), .facts = std::move(facts)});
      return whole;
    }
  }
  return CollectParted(request, devices, catalog, walker);
}

void Derive(collectors::Scope scope, const collectors::DeriveInput& input, FactSpace& facts) {
  for (const collectors::DerivationSpec* const derivation : collectors::AllDerivations()) {
    if (derivation->scope == scope) {
      derivation->derive(input, facts);
    }
  }
}

}  // namespace whfb::engine

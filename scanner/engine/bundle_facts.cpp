#include "scanner/engine/bundle_facts.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <span>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/event_record.h"
#include "collectors/readers/policy_record.h"
#include "collectors/readers/small_records.h"
#include "scanner/engine/ambiguous_facts.h"
#include "scanner/engine/bundle_devices.h"
#include "scanner/engine/collection_time.h"
#include "scanner/engine/coverage_notes.h"
#include "scanner/engine/device_names.h"
#include "scanner/engine/event_interests.h"
#include "scanner/engine/guard.h"

namespace whfb::engine {

namespace {

std::string DescribeGaps(const readers::RecordSink& sink) {
  if (sink.gaps.empty()) {
    return sink.note;
  }
  std::string text = sink.gaps.front().message;
  if (sink.damaged_count > 1) {
    text += fmt::format(" (and {} more)", sink.damaged_count - 1);
  }
  return text;
}

// The reason beside the file, with the place inside it where the reader names one: "7:3: ...".
std::string PlacedReason(const Error& error, std::string_view path) {
  const std::string_view where = error.where;
  const bool inside =
      where.size() > path.size() + 1 && where.starts_with(path) && where[path.size()] == ':';
  return inside ? std::string(where.substr(path.size() + 1)) + ": " + error.message : error.message;
}

// Reads the items of one bundle into records.
class ItemReader final : public ItemVisitor {
 public:
  ItemReader(const BundleRequest& request,
             readers::Records& records,
             FactSpace& facts,
             BundleFacts& result)
      : request_(request), records_(records), facts_(facts), result_(result) {}

  void Begin(const BundleContents& contents) override {
    account_ = contents.account;
    for (const TimeInterval& told : {request_.input.collected, contents.collected}) {
      if (result_.collected.latest == 0 && IsCollectionTime(told, request_.now)) {
        result_.collected = told;
      }
    }
  }

  void Visit(const WalkItem& item) override {
    CoverageRecord coverage{.bundle = request_.input.number,
                            .file = std::string(item.path),
                            .kind = std::string(item.kind),
                            .status = item.status,
                            .reason = std::string(item.reason),
                            .size = item.size,
                            .crc32 = item.crc32};
    if (item.no_results != nullptr) {
      AddNoResults(item);
    } else if (item.status == CoverageStatus::kRead && item.reader != nullptr) {
      Read(item, coverage);
    }
    result_.coverage.push_back(std::move(coverage));
  }

 private:
  std::uint32_t AddEvidence(const WalkItem& item) {
    facts_.evidence.push_back({.bundle = request_.input.number,
                               .file = std::string(item.path),
                               .kind = std::string(item.kind),
                               .collected = result_.collected});
    return static_cast<std::uint32_t>(facts_.evidence.size());
  }

  void AddNoResults(const WalkItem& item) {
    readers::CollectionItem record;
    record.collector = facts_.pool.Intern(item.no_results->collector);
    record.path = facts_.pool.Intern(item.no_results->path);
    record.hresult = item.no_results->hresult;
    record.no_results = true;
    record.source = {.evidence = AddEvidence(item)};
    records_.Add(record);
  }

  void Read(const WalkItem& item, CoverageRecord& coverage) {
    coverage.kind = item.reader->kind;
    if (item.reader->environment && request_.scope == collectors::Scope::kDevice) {
      coverage.status = CoverageStatus::kIgnored;
      coverage.reason = "environment evidence inside a device bundle; pass it with --environment";
      return;
    }
    readers::MemorySource memory(item.bytes);
    readers::EvidenceView view{.number = AddEvidence(item),
                               .path = item.path,
                               .bytes = item.bytes,
                               .source = item.source != nullptr ? item.source : &memory,
                               .companions = item.companions,
                               .context = {.account = account_, .collected = result_.collected},
                               .now = request_.now};
    facts_.evidence.back().kind = item.reader->kind;
    facts_.evidence.back().places = item.reader->places;
    readers::RecordSink sink{.records = records_,
                             .interests = EventInterests(request_.scope),
                             .count_all = request_.count_all};
    const Status status = Guarded(item.path, [&] { return item.reader->read(view, sink); });
    coverage.records = sink.record_count;
    coverage.damaged = sink.damaged_count;
    if (!status) {
      coverage.status = CoverageStatus::kFailed;
      coverage.reason = PlacedReason(status.error(), item.path);
      return;
    }
    if (facts_.pool.full()) {
      sink.AddGap({.why = WhyUnknown::kTooLarge, .message = "the bundle holds too much text"});
      coverage.damaged = sink.damaged_count;
    }
    coverage.status = sink.damaged_count == 0 ? CoverageStatus::kRead : CoverageStatus::kPartial;
    const std::string gaps = DescribeGaps(sink);
    coverage.reason += coverage.reason.empty() || gaps.empty() ? gaps : "; " + gaps;
  }

  const BundleRequest& request_;
  readers::Records& records_;
  FactSpace& facts_;
  BundleFacts& result_;
  readers::Account account_ = readers::Account::kUnknown;
};

// A result of Group Policy says itself when it was read, which may be long before the rest was
// collected. It dates nothing but itself. One that does not tell, or tells a time that has not
// come, was read at any time before its bundle was collected.
void DateResults(const readers::Records& records, Ticks now, FactSpace& facts) {
  for (const readers::PolicyResults& half : records.Of<readers::PolicyResults>()) {
    TimeInterval& collected = facts.evidence.at(half.source.evidence - 1).collected;
    const bool told = half.read_time.present() && IsCollectionTime(half.read_time.value, now);
    collected =
        told ? half.read_time.value : TimeInterval{.earliest = 0, .latest = collected.latest};
  }
}

// What is known of the bundle once all of its items are read.
void FinishReading(const BundleRequest& request,
                   const Result<WalkSummary>& walked,
                   readers::Records& records,
                   std::span<EvidenceItem> evidence,
                   BundleFacts& result) {
  result.bundle.number = request.input.number;
  result.bundle.file = request.input.place.file();
  if (walked) {
    result.bundle.size = walked->size;
    result.bundle.sha256 = walked->sha256;
  } else {
    result.coverage.push_back({.bundle = request.input.number,
                               .file = request.input.place.file(),
                               .kind = "unrecognised",
                               .status = CoverageStatus::kFailed,
                               .reason = walked.error().message});
  }
  if (request.scope == collectors::Scope::kDevice) {
    SetAsideForeignLogs(evidence, records, result.coverage);
  }
  CollectedFromEvents(records, request.now, result.collected);
  if (result.collected.latest != 0) {
    result.bundle.collected = FormatTime(result.collected.latest);
  }
  for (EvidenceItem& item : evidence) {
    item.collected = result.collected;
  }
}

BundleFacts ReadBundle(const BundleRequest& request,
                       EvidenceWalker& walker,
                       readers::Records& records,
                       FactSpace& facts) {
  BundleFacts result;
  const std::size_t first_evidence = facts.evidence.size();
  ItemReader reader(request, records, facts, result);
  const Result<WalkSummary> walked = walker.Walk(request.input, reader);
  FinishReading(request, walked, records, std::span(facts.evidence).subspan(first_evidence),
                result);
  return result;
}

void RunCollectors(collectors::Scope scope,
                   const collectors::CollectInput& input,
                   FactSpace& facts) {
  for (const collectors::CollectorSpec* const collector : collectors::AllCollectors()) {
    if (collector->scope == scope) {
      collector->collect(input, facts);
    }
  }
}

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
    const bool read =
        record.status == CoverageStatus::kRead || record.status == CoverageStatus::kPartial;
    if (read && record.kind != "container") {
      record.status = CoverageStatus::kIgnored;
      record.reason = fmt::format("nothing tells of which of the {} devices in this bundle it is",
                                  devices.size());
    }
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
    FinishReading(request, walked, share->records, share->facts.evidence, share->result);
    CollectRecords(request, share->records, share->facts, share->result);
  }
  JoinCoverage(devices, shares);
  std::vector<DeviceShare> parted;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    devices.Name(i, shares[i]->facts.Device());
    MarkAmbiguous(shares.back()->facts, shares[i]->facts);
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

std::vector<BundleFacts> CollectEnvironment(const EnvironmentRequest& request,
                                            EvidenceWalker& walker,
                                            FactSpace& facts) {
  readers::Records records(facts.pool);
  std::vector<BundleFacts> results;
  collectors::Moment moment{.now = request.now};
  for (const BundleInput& input : request.inputs) {
    const BundleRequest one{.input = input,
                            .scope = collectors::Scope::kEnvironment,
                            .declared = request.declared,
                            .now = request.now};
    results.push_back(ReadBundle(one, walker, records, facts));
    moment.collected.latest = std::max(moment.collected.latest, results.back().collected.latest);
  }
  moment.collected.earliest = moment.collected.latest;
  RunCollectors(collectors::Scope::kEnvironment,
                {.records = records, .moment = moment, .declared = request.declared}, facts);
  TellRemarks(facts, results);
  if (!results.empty()) {
    TellRefused(facts, results.back());
  }
  return results;
}

void Derive(collectors::Scope scope, const collectors::DeriveInput& input, FactSpace& facts) {
  for (const collectors::DerivationSpec* const derivation : collectors::AllDerivations()) {
    if (derivation->scope == scope) {
      derivation->derive(input, facts);
    }
  }
}

}  // namespace whfb::engine

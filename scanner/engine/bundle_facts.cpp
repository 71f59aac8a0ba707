#include "scanner/engine/bundle_facts.h"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/event_record.h"
#include "collectors/readers/small_records.h"
#include "scanner/engine/guard.h"

namespace whfb::engine {

namespace {

std::vector<readers::EventInterest> InterestsOf(collectors::Scope scope) {
  std::vector<readers::EventInterest> interests;
  for (const collectors::CollectorSpec* const collector : collectors::AllCollectors()) {
    if (collector->scope == scope) {
      interests.insert(interests.end(), collector->events.begin(), collector->events.end());
    }
  }
  if (interests.empty()) {
    // An empty list means "decode everything" to a reader; nobody wants anything here.
    interests.push_back({.provider = "-", .id = 0});
  }
  return interests;
}

const std::vector<readers::EventInterest>& Interests(collectors::Scope scope) {
  static const std::vector<readers::EventInterest> device = InterestsOf(collectors::Scope::kDevice);
  static const std::vector<readers::EventInterest> environment =
      InterestsOf(collectors::Scope::kEnvironment);
  return scope == collectors::Scope::kDevice ? device : environment;
}

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

// A time after the run is that of a wrong clock or a made-up name: it does not tell when the
// evidence was taken. Clocks differ, --as-of may be a day without an hour.
bool IsCollectionTime(const TimeInterval& time, Ticks now) {
  return time.latest != 0 && time.earliest <= now + readers::kClockAhead;
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
                               .context = {.account = account_, .collected = result_.collected},
                               .now = request_.now};
    facts_.evidence.back().kind = item.reader->kind;
    readers::RecordSink sink{.records = records_, .interests = Interests(request_.scope)};
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

// Nobody said when the evidence was taken: not before the last event of its logs.
void CollectedFromEvents(const readers::Records& records, Ticks now, TimeInterval& collected) {
  if (collected.latest != 0) {
    return;
  }
  for (const readers::LogSummary& log : records.Of<readers::LogSummary>()) {
    const Ticks last = log.covered.latest;
    if (IsCollectionTime({.earliest = last, .latest = last}, now)) {
      collected.latest = std::max(collected.latest, last);
    }
  }
  collected.earliest = collected.latest;
}

BundleFacts ReadBundle(const BundleRequest& request,
                       EvidenceWalker& walker,
                       readers::Records& records,
                       FactSpace& facts) {
  BundleFacts result;
  result.bundle = {.number = request.input.number, .file = request.input.place.file()};
  const std::size_t first_evidence = facts.evidence.size();
  ItemReader reader(request, records, facts, result);
  const Result<WalkSummary> walked = walker.Walk(request.input, reader);
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
  CollectedFromEvents(records, request.now, result.collected);
  if (result.collected.latest != 0) {
    result.bundle.collected = FormatTime(result.collected.latest);
  }
  for (std::size_t i = first_evidence; i < facts.evidence.size(); ++i) {
    facts.evidence[i].collected = result.collected;
  }
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

// Users, profiles, templates or controllers beyond the limit are not judged: that has a place too.
void TellRefused(const FactSpace& facts, BundleFacts& result) {
  if (facts.refused() == 0) {
    return;
  }
  result.coverage.push_back(
      {.bundle = result.bundle.number,
       .file = result.bundle.file + " (names)",
       .kind = "subjects",
       .status = CoverageStatus::kFailed,
       .reason = fmt::format("names more users (limit {}) or more profiles, templates and "
                             "controllers (limit {}); the others are not judged",
                             FactSpace::kMaxUsers, FactSpace::kMaxNamed)});
}

}  // namespace

BundleFacts CollectBundle(const BundleRequest& request, EvidenceWalker& walker, FactSpace& facts) {
  readers::Records records(facts.pool);
  BundleFacts result = ReadBundle(request, walker, records, facts);
  const collectors::Moment moment{.now = request.now, .collected = result.collected};
  RunCollectors(request.scope, {.records = records, .moment = moment, .declared = request.declared},
                facts);
  TellRefused(facts, result);
  return result;
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

#include "scanner/engine/bundle_reading.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "collectors/declared_user.h"
#include "collectors/readers/policy_record.h"
#include "collectors/readers/small_records.h"
#include "scanner/engine/collection_time.h"
#include "scanner/engine/device_names.h"
#include "scanner/engine/event_interests.h"
#include "scanner/engine/guard.h"
#include "scanner/engine/input_shape.h"
#include "scanner/engine/later_answer.h"

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

WhyUnknown WhyLost(ErrorCode code) {
  switch (code) {
    case ErrorCode::kTooLarge:
      return WhyUnknown::kTooLarge;
    case ErrorCode::kInternal:
      return WhyUnknown::kInternal;
    default:
      return WhyUnknown::kMalformed;
  }
}

void LoseBundle(const BundleRequest& request,
                const Error& failure,
                FactSpace& facts,
                BundleFacts& result) {
  if (IsCollectionTime(request.input.collected, request.now)) {
    result.collected = request.input.collected;
  }
  result.coverage.push_back({.bundle = request.input.number,
                             .file = request.input.place.file(),
                             .kind = "unrecognised",
                             .status = CoverageStatus::kFailed,
                             .reason = failure.message});
  if (failure.code != ErrorCode::kDenied) {
    facts.evidence.push_back(
        {.bundle = request.input.number, .file = request.input.place.file(), .kind = "container"});
    AddLost({.evidence = static_cast<std::uint32_t>(facts.evidence.size()),
             .why = WhyLost(failure.code),
             .container = true},
            result.lost);
  }
}

}  // namespace

void AddLost(LostItem item, std::vector<LostItem>& lost) {
  item.why = LookedInVain(item.why) ? item.why : WhyUnknown::kMalformed;
  if (lost.size() < kMaxLost) {
    lost.push_back(item);
  } else {
    lost.back() = {.evidence = item.evidence, .why = item.why, .container = true};
  }
}

void ItemReader::Begin(const BundleContents& contents) {
  account_ = contents.account;
  for (const TimeInterval& told : {request_.input.collected, contents.collected}) {
    if (result_.collected.latest == 0 && IsCollectionTime(told, request_.now)) {
      result_.collected = told;
    }
  }
}

void ItemReader::Visit(const WalkItem& item) {
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
  } else if (item.status == CoverageStatus::kFailed || item.status == CoverageStatus::kPartial) {
    Lose(item);
  }
  result_.coverage.push_back(std::move(coverage));
}

std::uint32_t ItemReader::AddEvidence(const WalkItem& item) {
  facts_.evidence.push_back({.bundle = request_.input.number,
                             .file = std::string(item.path),
                             .kind = std::string(item.kind),
                             .collected = result_.collected});
  return static_cast<std::uint32_t>(facts_.evidence.size());
}

// One that the collecting tool was refused was not looked at.
void ItemReader::Lose(const WalkItem& item) {
  if (item.why != WhyUnknown::kDenied) {
    const bool container = item.kind == "container" || IsArchiveName(item.path);
    AddLost({.evidence = AddEvidence(item), .why = item.why, .container = container}, result_.lost);
  }
}

void ItemReader::AddNoResults(const WalkItem& item) {
  readers::CollectionItem record;
  record.collector = facts_.pool.Intern(item.no_results->collector);
  record.path = facts_.pool.Intern(item.no_results->path);
  record.hresult = item.no_results->hresult;
  record.no_results = true;
  record.source = {.evidence = AddEvidence(item)};
  records_.Add(record);
}

void ItemReader::Read(const WalkItem& item, CoverageRecord& coverage) {
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
    Shorten(coverage.reason);
    AddLost({.evidence = view.number, .why = WhyLost(status.error().code)}, result_.lost);
    return;
  }
  if (facts_.pool.full()) {
    sink.AddGap({.why = WhyUnknown::kTooLarge, .message = "the bundle holds too much text"});
    coverage.damaged = sink.damaged_count;
  }
  if (sink.record_count == 0 && !sink.gaps.empty()) {
    AddLost({.evidence = view.number, .why = sink.gaps.front().why}, result_.lost);
  }
  coverage.status = sink.damaged_count == 0 ? CoverageStatus::kRead : CoverageStatus::kPartial;
  const std::string gaps = DescribeGaps(sink);
  Shorten(coverage.reason);
  coverage.reason += coverage.reason.empty() || gaps.empty() ? gaps : "; " + gaps;
}

void FinishReading(const BundleRequest& request,
                   const Result<WalkSummary>& walked,
                   std::size_t first_evidence,
                   readers::Records& records,
                   FactSpace& facts,
                   BundleFacts& result) {
  result.bundle.number = request.input.number;
  result.bundle.file = request.input.place.file();
  if (walked) {
    result.bundle.size = walked->size;
    result.bundle.sha256 = walked->sha256;
  } else {
    LoseBundle(request, walked.error(), facts, result);
  }
  const std::span<EvidenceItem> evidence = std::span(facts.evidence).subspan(first_evidence);
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
  FinishReading(request, walked, first_evidence, records, facts, result);
  return result;
}

void DateResults(const readers::Records& records, Ticks now, FactSpace& facts) {
  for (const readers::PolicyResults& half : records.Of<readers::PolicyResults>()) {
    TimeInterval& collected = facts.evidence.at(half.source.evidence - 1).collected;
    const bool told = half.read_time.present() && IsCollectionTime(half.read_time.value, now);
    collected =
        told ? half.read_time.value : TimeInterval{.earliest = 0, .latest = collected.latest};
  }
}

void RunCollectors(collectors::Scope scope,
                   const collectors::CollectInput& input,
                   FactSpace& facts) {
  collectors::Declared declared = input.declared;
  if (!declared.collected_as.empty() && !collectors::DeclaredUserFits(declared, input.records)) {
    declared.collected_as.clear();
  }
  const collectors::CollectInput own{
      .records = input.records, .moment = input.moment, .declared = declared};
  for (const collectors::CollectorSpec* const collector : collectors::AllCollectors()) {
    if (collector->scope == scope) {
      collector->collect(own, facts);
    }
  }
}

}  // namespace whfb::engine

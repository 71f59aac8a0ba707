// What the evidence of one environment says, by the dates it was taken.

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/small_records.h"
#include "scanner/engine/bundle_facts.h"
#include "scanner/engine/bundle_reading.h"
#include "scanner/engine/collection_time.h"
#include "scanner/engine/contributions.h"
#include "scanner/engine/coverage_notes.h"
#include "scanner/engine/overlay.h"
#include "scanner/engine/staleness.h"

namespace whfb::engine {

namespace {

// Each date is held against the certificates of all others. The oldest beyond that are one.
constexpr std::size_t kMaxDates = 64;

using Inputs = std::vector<const BundleInput*>;

// Inputs of one date together, as far as their names tell; archives of an unknown one by
// themselves.
std::vector<Inputs> ByDate(const EnvironmentRequest& request) {
  std::map<std::pair<Ticks, std::uint32_t>, Inputs, std::greater<>> dates;  // newest first
  for (const BundleInput& input : request.inputs) {
    const bool dated = IsCollectionTime(input.collected, request.now);
    const bool alone = !dated && input.kind == InputKind::kArchive;
    dates[{dated ? input.collected.latest : 0, alone ? input.number : 0}].push_back(&input);
  }
  std::vector<Inputs> newest_first;
  for (auto& [date, inputs] : dates) {
    if (newest_first.size() < kMaxDates) {
      newest_first.push_back(std::move(inputs));
    } else {
      std::ranges::copy(inputs, std::back_inserter(newest_first.back()));
    }
  }
  return newest_first;
}

struct Dated {
  FactSpace facts;
  readers::Records records;
  std::size_t own_evidence = 0;  // what comes behind it is that of other dates
  TimeInterval collected{};
  std::vector<LostItem> lost{};

  explicit Dated(const FactCatalog& catalog) : facts(catalog), records(facts.pool) {}
};

void Read(const EnvironmentRequest& request,
          const Inputs& inputs,
          EvidenceWalker& walker,
          Dated& dated,
          std::vector<BundleFacts>& results) {
  for (const BundleInput* const input : inputs) {
    const BundleRequest one{.input = *input,
                            .scope = collectors::Scope::kEnvironment,
                            .declared = request.declared,
                            .now = request.now,
                            .count_all = request.detailed};
    BundleFacts& result = results.emplace_back(ReadBundle(one, walker, dated.records, dated.facts));
    dated.collected.latest = std::max(dated.collected.latest, result.collected.latest);
    for (const LostItem& item : result.lost) {
      AddLost(item, dated.lost);
    }
  }
  dated.collected.earliest = dated.collected.latest;
  dated.own_evidence = dated.facts.evidence.size();
}

// Copies records of another date with the evidence that they come from.
class Borrowing {
 public:
  Borrowing(const Dated& from, Dated& to)
      : from_(from), to_(to), numbers_(from.own_evidence + 1, 0) {}

  template <typename T, typename Wanted>
  void Take(const Wanted& wanted) {
    for (T record : from_.records.Of<T>()) {
      if (record.source.evidence <= from_.own_evidence && wanted(record)) {
        record.source.evidence = NumberOf(record.source.evidence);
        to_.records.Add(std::move(record));
      }
    }
  }

 private:
  std::uint32_t NumberOf(std::uint32_t evidence) {
    std::uint32_t& number = numbers_[evidence];
    if (evidence != 0 && number == 0) {
      to_.facts.evidence.push_back(from_.facts.evidence[evidence - 1]);
      number = static_cast<std::uint32_t>(to_.facts.evidence.size());
    }
    return number;
  }

  const Dated& from_;
  Dated& to_;
  std::vector<std::uint32_t> numbers_;
};

// What says whose the evidence of any date is: the intent, and certificates in files of their own.
void Borrow(const Dated& from, Dated& to) {
  const auto all = [](const auto&) { return true; };
  Borrowing borrowing(from, to);
  borrowing.Take<readers::IntentItem>(all);
  borrowing.Take<readers::RejectedIntent>(all);
  borrowing.Take<readers::CertificateRecord>(
      [](const readers::CertificateRecord& record) { return record.store.empty(); });
  borrowing.Take<readers::KdcSection>(all);  // how far some of those are all that there are
}

// Gives back what was borrowed: all dates are held at once.
void GiveBack(Dated& dated) {
  const auto borrowed = [&dated](const auto& record) {
    return record.source.evidence > dated.own_evidence;
  };
  dated.records.EraseIf<readers::IntentItem>(borrowed);
  dated.records.EraseIf<readers::RejectedIntent>(borrowed);
  dated.records.EraseIf<readers::CertificateRecord>(borrowed);
  dated.records.EraseIf<readers::KdcSection>(borrowed);
}

void Collect(const EnvironmentRequest& request, Dated& dated) {
  const collectors::Moment moment{.now = request.now, .collected = dated.collected};
  RunCollectors(collectors::Scope::kEnvironment,
                {.records = dated.records, .moment = moment, .declared = request.declared},
                dated.facts);
  DateResults(dated.records, request.now, dated.facts);
  MarkStale(dated.facts, request.now, request.max_age);
}

using Dates = std::vector<std::unique_ptr<Dated>>;

void LayOver(const EnvironmentRequest& request, Dates& dates, FactSpace& facts) {
  const Ticks stale_before = request.now - request.max_age;
  std::ranges::stable_sort(dates, {}, [stale_before](const std::unique_ptr<Dated>& dated) {
    return PlaceInLine(dated->collected, stale_before);
  });
  std::vector<LostItem> lost;
  for (const std::unique_ptr<Dated>& dated : dates) {
    for (const std::unique_ptr<Dated>& other : dates) {
      if (other != dated) {
        Borrow(*other, *dated);
      }
    }
    Collect(request, *dated);
    OverlayWithLost(dated->facts, dated->lost, stale_before, facts, lost);
    GiveBack(*dated);
  }
}

}  // namespace

std::vector<BundleFacts> CollectEnvironment(const EnvironmentRequest& request,
                                            EvidenceWalker& walker,
                                            FactSpace& facts) {
  std::vector<BundleFacts> results;
  Dates dates;
  for (const Inputs& inputs : ByDate(request)) {
    dates.push_back(std::make_unique<Dated>(facts.catalog()));
    Read(request, inputs, walker, *dates.back(), results);
  }
  if (dates.empty()) {
    dates.push_back(std::make_unique<Dated>(facts.catalog()));  // what the operator declares
  }
  if (dates.size() == 1) {
    Collect(request, *dates.front());
    facts = std::move(dates.front()->facts);
  } else {
    LayOver(request, dates, facts);
  }
  TellRemarks(facts, results);
  for (BundleFacts& result : results) {
    if (request.detailed) {
      TellContributions(facts, result.coverage);
    }
  }
  if (!results.empty()) {
    TellRefused(facts, results.back());
  }
  return results;
}

}  // namespace whfb::engine

#include "tests/golden/printed_reading.h"

#include <algorithm>
#include <map>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "scanner/core/text_pool.h"

namespace whfb::golden {

namespace {

using readers::Gap;
using readers::RecordSink;

std::string GapText(const Gap& gap) {
  return fmt::format("gap @{} ({}): {}\n", gap.place, ToString(gap.why), Shown(gap.message));
}

// Known, and the same or known less closely.
bool IsWeaker(const PrintedField& cut, const PrintedField& whole) {
  if (cut.knowledge == Knowledge::kUnknown) {
    return true;
  }
  if (cut.knowledge != whole.knowledge) {
    return false;
  }
  const bool wider = cut.kind == FieldKind::kMoment &&
                     cut.moment.earliest <= whole.moment.earliest &&
                     cut.moment.latest >= whole.moment.latest;
  return cut.text == whole.text || wider;
}

bool IsSame(const PrintedField& cut, const PrintedField& whole) {
  return cut.knowledge == whole.knowledge && cut.text == whole.text &&
         (cut.knowledge != Knowledge::kUnknown || cut.why == whole.why);
}

std::string Name(const PrintedRecord& record) {
  return fmt::format("{} {}", record.type, record.place);
}

// The records of the whole reading by name, each taken once.
class Whole {
 public:
  explicit Whole(const PrintedReading& reading) {
    for (const PrintedRecord& record : reading.records) {
      records_[Name(record)].push_back(&record);
    }
  }

  const PrintedRecord* Take(const std::string& name) {
    std::vector<const PrintedRecord*>& left = records_[name];
    if (left.empty()) {
      return nullptr;
    }
    const PrintedRecord* const first = left.front();
    left.erase(left.begin());
    return first;
  }

 private:
  std::map<std::string, std::vector<const PrintedRecord*>> records_;
};

// `free`: a summary may have shrunk, since somebody is told and nobody claims otherwise.
bool Fits(const PrintedField& cut, const PrintedField& whole, bool free) {
  switch (cut.kind) {
    case FieldKind::kExtra:
      return true;
    case FieldKind::kClaim:
      return cut.text != "yes" || whole.text == "yes";
    case FieldKind::kSummary:
      return free || IsSame(cut, whole);
    case FieldKind::kValue:
    case FieldKind::kMoment:
      return IsWeaker(cut, whole);
  }
  return false;
}

bool ClaimsEverything(const PrintedRecord& record) {
  return std::ranges::any_of(record.fields, [](const PrintedField& field) {
    return field.kind == FieldKind::kClaim && field.text == "yes";
  });
}

std::string CompareFields(const PrintedRecord& cut, const PrintedRecord& whole, bool told) {
  const bool free = told && !ClaimsEverything(cut);
  for (const PrintedField& field : cut.fields) {
    // Names may repeat.
    const bool fits = std::ranges::any_of(whole.fields, [&](const PrintedField& one) {
      return one.name == field.name && Fits(field, one, free);
    });
    if (!fits) {
      return fmt::format("{} has {} = '{}', the whole input does not say so", Name(whole),
                         field.name, field.text);
    }
  }
  const auto missed = [](const PrintedField& field) { return field.kind != FieldKind::kExtra; };
  const bool fewer =
      std::ranges::count_if(cut.fields, missed) < std::ranges::count_if(whole.fields, missed);
  return fewer && !free ? fmt::format("{} has lost fields, and no damage is told", Name(whole))
                        : std::string{};
}

// Without a gap each type's records are the first ones of the whole.
std::string ComparePrefix(const PrintedReading& whole, const PrintedReading& cut) {
  std::map<std::string, std::size_t> next;
  for (const PrintedRecord& record : cut.records) {
    std::size_t& at = next[record.type];
    while (at < whole.records.size() && whole.records[at].type != record.type) {
      ++at;
    }
    if (at == whole.records.size() || whole.records[at].place != record.place) {
      return fmt::format("{} does not follow, and no damage is told", Name(record));
    }
    ++at;
  }
  return {};
}

}  // namespace

PrintedReading ReadInput(const readers::ReaderSpec& reader,
                         std::string_view path,
                         std::span<const std::byte> bytes) {
  // A copy of exact size, so that a sanitizer sees a read beyond its end.
  const std::vector<std::byte> exact(bytes.begin(), bytes.end());
  TextPool pool;
  readers::Records records(pool);
  RecordSink sink{.records = records};
  readers::MemorySource source(exact);
  const readers::EvidenceView evidence{.number = 1,
                                       .path = path,
                                       .bytes = exact,
                                       .source = reader.streamed ? &source : nullptr,
                                       .now = TicksFromCivil(kNow)};
  const Status status = reader.read(evidence, sink);
  PrintedReading reading{
      .note = sink.note, .record_count = sink.record_count, .damaged = sink.damaged_count};
  if (!status) {
    reading.failure = status.error().ToString();
  }
  for (const Gap& gap : sink.gaps) {
    reading.gaps.push_back(GapText(gap));
  }
  PrintCertificates(records, reading.records);
  PrintEvents(records, reading.records);
  PrintRegistry(records, reading.records);
  PrintPolicies(records, reading.records);
  PrintSmallRecords(records, reading.records);
  return reading;
}

std::string Layout(const PrintedReading& reading) {
  std::string text = fmt::format("status: {}\nnote: {}\nrecords: {}, damaged: {}\n",
                                 reading.failure.empty() ? "read" : "failed: " + reading.failure,
                                 Shown(reading.note), reading.record_count, reading.damaged);
  for (const std::string& gap : reading.gaps) {
    text += gap;
  }
  for (const PrintedRecord& record : reading.records) {
    text += "\n" + Layout(record);
  }
  return text;
}

std::string DishonestyOfCut(const PrintedReading& whole, const PrintedReading& cut) {
  const bool told = cut.DamageIsTold();
  Whole left(whole);
  for (const PrintedRecord& record : cut.records) {
    if (record.tells_damage && told) {
      continue;
    }
    const PrintedRecord* const same = left.Take(Name(record));
    if (same == nullptr) {
      return fmt::format("{} is not in the whole input", Name(record));
    }
    if (std::string wrong = CompareFields(record, *same, told); !wrong.empty()) {
      return wrong;
    }
  }
  return told ? "" : ComparePrefix(whole, cut);
}

}  // namespace whfb::golden

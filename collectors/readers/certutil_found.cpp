#include "collectors/readers/certutil_found.h"

#include <algorithm>
#include <optional>
#include <string>

#include "collectors/readers/certutil_capture.h"
#include "collectors/readers/certutil_chain.h"
#include "collectors/readers/x509.h"

namespace whfb::readers {

namespace {

bool TellsThumbprint(std::string_view line) {
  const auto pair = SplitAtColon(line);
  return pair && ContainsNoCase(LastInParentheses(pair->label), "sha1");
}

// The certificate itself ends where something is done with it: a test ("...") or a chain.
std::span<const TextLine> OwnLines(std::span<const TextLine> lines) {
  bool thumbprint = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines[i].text;
    const bool test = thumbprint && TrimBlanks(line).ends_with("...");
    if (IsChainLine(line) || test) {
      return lines.first(i);
    }
    thumbprint = thumbprint || TellsThumbprint(line);
  }
  return lines;
}

void AddDates(std::span<const TextLine> lines, std::vector<DatePair>& dates) {
  for (const TextLine& line : lines) {
    const auto pair = SplitAtColon(line.text);
    if (const auto date = pair ? ParseDateText(pair->value) : std::nullopt) {
      dates.push_back({.not_after = date});
    }
  }
}

// These are properties of a place in a store, which is not what was printed.
void ForgetPlace(CertificateRecord& record) {
  record.archived = {};
  record.provider = {};
  record.container = {};
  record.key_present = {};
  record.exportable = {};
}

}  // namespace

CertificateRecord* FoundCertificates::Add(const PrintedCertificate& printed) {
  const auto own = OwnLines(printed.lines);
  CertutilElement element{.banner = printed.banner,
                          .line = printed.line,
                          .lines = own,
                          .finished = printed.finished || own.size() < printed.lines.size()};
  if (const auto damaged = std::ranges::find_if(own, &TextLine::damaged); damaged != own.end()) {
    element.flaw = kDamagedLine;
    element.flaw_line = damaged->number;
  }
  ElementReading reading = ReadCertutilElement(element, sink_);
  if (reading.kind != ElementKind::kCertificate) {
    AddDamage(element, reading.problem.empty() ? "no serial number" : reading.problem);
    return nullptr;
  }
  day_first_language_ = day_first_language_ || IsDayFirstWord(printed.banner.word);
  FoldBuddhistYears(reading.dates);
  ForgetPlace(reading.record);
  const auto chain = printed.lines.subspan(own.size());
  ReadChainLeaf(chain, sink_, reading.record.fields);
  AddDates(chain, others_);
  if (const auto damaged = std::ranges::find_if(chain, &TextLine::damaged);
      damaged != chain.end()) {
    sink_.AddGap({.place = damaged->number, .message = std::string(kDamagedLine)});
  }
  reading.record.context = evidence_.context;
  reading.record.source = evidence_.At(printed.line);
  found_.push_back({.record = reading.record, .dates = reading.dates});
  return &found_.back().record;
}

void FoundCertificates::AddDamage(const CertutilElement& element, std::string_view problem) {
  std::string message = "certificate " + std::to_string(element.banner.index) + ": ";
  sink_.AddGap({.place = element.flaw.empty() ? element.line : element.flaw_line,
                .why = element.finished ? WhyUnknown::kMalformed : WhyUnknown::kTruncated,
                .message = message.append(problem)});
}

void FoundCertificates::Emit() {
  std::vector<DatePair> dates = others_;
  dates.reserve(dates.size() + found_.size());
  std::ranges::transform(found_, std::back_inserter(dates), &Found::dates);
  const DateOrder order = DecideOrder(dates, day_first_language_, evidence_.now);
  const auto interval = [order](const std::optional<DateText>& date) {
    const auto known = date ? ToInterval(*date, order) : std::nullopt;
    return known ? Known<TimeInterval>::Present(*known)
                 : Known<TimeInterval>::Unknown(WhyUnknown::kMalformed);
  };
  for (const Found& found : found_) {
    CertificateRecord record = found.record;
    record.fields.not_before = interval(found.dates.not_before);
    record.fields.not_after = interval(found.dates.not_after);
    AddExtensionGap(record.fields, record.source.place, sink_);
    sink_.records.Add(record);
    ++sink_.record_count;
  }
  const bool open =
      order == DateOrder::kUnknown && std::ranges::any_of(dates, [](const DatePair& pair) {
        return pair.not_before && pair.not_before->order == DateOrder::kUnknown;
      });
  if (open) {
    sink_.note += ", day and month cannot be told apart";
  }
}

}  // namespace whfb::readers

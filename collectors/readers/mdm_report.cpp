// MDMDiagReport.xml of the MDM diagnostics package: the SCEP section (formats.md section 8).

#include <algorithm>
#include <string>
#include <vector>

#include <pugixml.hpp>

#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"
#include "collectors/readers/xml_places.h"
#include "scanner/core/number_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;
constexpr std::string_view kRoot = "MDMEnterpriseDiagnosticsReport";
constexpr std::size_t kMaxIdentifiers = 4096;
constexpr std::size_t kMaxDamagedLines = 1024;

int RecogniseReport(const Head& head) {
  return head.Text().find("<MDMEnterpriseDiagnosticsReport") != std::string_view::npos ? 100 : 0;
}

// All elements below `node` with this name, in document order; nothing inside a match.
void Collect(const pugi::xml_node& node, std::string_view name, std::vector<pugi::xml_node>& out) {
  struct Walker final : pugi::xml_tree_walker {
    std::string_view name{};
    std::vector<pugi::xml_node>* found = nullptr;

    bool for_each(pugi::xml_node& one) override {
      if (name == one.name() && found->size() < kMaxIdentifiers) {
        found->push_back(one);
      }
      return true;
    }
  };

  Walker walker;
  walker.name = name;
  walker.found = &out;
  pugi::xml_node start = node;
  start.traverse(walker);
}

// The text of the first element of this name below `node`; null data when there is none.
std::string_view TextOf(const pugi::xml_node& node, const char* name) {
  std::vector<pugi::xml_node> found;
  Collect(node, name, found);
  if (found.empty()) {
    return {};
  }
  std::string_view text = found.front().text().get();
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\r')) {
    text.remove_prefix(1);
  }
  while (text.ends_with(' ') || text.ends_with('\n') || text.ends_with('\r')) {
    text.remove_suffix(1);
  }
  return text;
}

// An element that is missing or empty is not shown by this build: unknown, not absent.
Known<std::int64_t> Number(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  text.remove_prefix(hex ? 2 : 0);
  const auto number = ParseWhole<std::int64_t>(text, hex ? 16 : 10);
  return number ? Known<std::int64_t>::Present(*number)
                : Known<std::int64_t>::Unknown(WhyUnknown::kMalformed);
}

// Signed decimal ("-2102722543") or hexadecimal.
Known<std::uint32_t> HResult(std::string_view text) {
  const Known<std::int64_t> number = Number(text);
  if (!number.present()) {
    return Known<std::uint32_t>::Unknown(number.why);
  }
  return number.value < INT32_MIN || number.value > UINT32_MAX
             ? Known<std::uint32_t>::Unknown(WhyUnknown::kMalformed)
             : Known<std::uint32_t>::Present(static_cast<std::uint32_t>(number.value));
}

Known<std::string_view> Text(std::string_view text, const RecordSink& sink) {
  return text.empty() ? Known<std::string_view>{}
                      : Known<std::string_view>::Present(sink.Keep(text));
}

Known<std::string_view> Thumbprint(const pugi::xml_node& node, const RecordSink& sink) {
  std::string_view text = TextOf(node, "CertThumbprint");
  text = text.empty() ? TextOf(node, "Thumbprint") : text;
  std::string hex;
  for (const char letter : text) {
    if (letter != ' ') {
      hex.push_back(letter >= 'A' && letter <= 'F' ? static_cast<char>(letter - 'A' + 'a')
                                                   : letter);
    }
  }
  return Text(hex, sink);
}

Known<TextList> EkuList(std::string_view text, const RecordSink& sink) {
  std::vector<std::string_view> oids;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("+,; "), text.size());
    if (end > 0) {
      oids.push_back(sink.Keep(text.substr(0, end)));
    }
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return oids.empty() ? Known<TextList>{}
                      : Known<TextList>::Present(sink.records.pool().KeepList(oids));
}

// The report as text, and what the records need of its evidence.
struct Report {
  std::string_view text{};
  bool parsed = false;                   // to its end
  std::vector<std::uint64_t> damaged{};  // lines, ascending
  const EvidenceView& evidence;
};

// A damaged line stands between the tags of this element. Beyond the lines that are kept every
// line may be one.
bool IsDamaged(const pugi::xml_node& node, const Report& report) {
  const auto begin = static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
  const std::string end_tag = std::string("</").append(node.name());
  const std::size_t end = std::min(report.text.find(end_tag, begin), report.text.size());
  const std::uint64_t first = XmlLineAt(report.text, static_cast<std::ptrdiff_t>(begin));
  const std::uint64_t last = XmlLineAt(report.text, static_cast<std::ptrdiff_t>(end));
  const auto found = std::ranges::lower_bound(report.damaged, first);
  return found == report.damaged.end() ? report.damaged.size() == kMaxDamagedLines : *found <= last;
}

void AddState(const pugi::xml_node& node, const Report& report, RecordSink& sink) {
  const EvidenceView& evidence = report.evidence;
  const std::uint64_t line = XmlLineAt(report.text, node.offset_debug());
  ++sink.record_count;
  if (!report.parsed && !XmlElementIsClosed(report.text, node)) {
    return;  // the report ends inside; its gap says so
  }
  if (!report.damaged.empty() && IsDamaged(node, report)) {
    return;  // the gap of the line says so
  }
  const std::string_view id = TextOf(node, "ID");
  if (id.empty()) {
    sink.AddGap({line, WhyUnknown::kMalformed, "a SCEP identifier without ID"});
    return;
  }
  std::string_view length = TextOf(node, "KeyLengh");  // the spelling of Windows
  length = length.empty() ? TextOf(node, "KeyLength") : length;
  sink.records.Add(ScepState{.unique_id = sink.Keep(id),
                             .status = Number(TextOf(node, "Status")),
                             .error = HResult(TextOf(node, "Error")),
                             .key_protection = Number(TextOf(node, "KeyProtection")),
                             .key_usage = Number(TextOf(node, "KeyUsage")),
                             .key_length = Number(length),
                             .retry_count = Number(TextOf(node, "RetryCount")),
                             .eku = EkuList(TextOf(node, "EKUMapping"), sink),
                             .thumbprint = Thumbprint(node, sink),
                             .server_url = Text(TextOf(node, "ServerURL"), sink),
                             .hash_algorithm = Text(TextOf(node, "HashAlgorithm"), sink),
                             .context = evidence.context,
                             .source = evidence.At(line, sink.Keep(id))});
}

void ReadScep(const pugi::xml_node& scep, const Report& report, RecordSink& sink) {
  std::vector<pugi::xml_node> identifiers;
  Collect(scep, "Identifier", identifiers);
  const std::uint64_t damaged = sink.damaged_count;
  for (const pugi::xml_node& one : identifiers) {
    AddState(one, report, sink);
  }
  // In a cut report the section is whole if anything follows it.
  const bool whole = report.parsed || scep.next_sibling();
  sink.records.Add(ScepSection{
      .complete = whole && report.damaged.empty() && damaged == sink.damaged_count &&
                  identifiers.size() < kMaxIdentifiers,
      .context = report.evidence.context,
      .source = report.evidence.At(XmlLineAt(report.text, scep.offset_debug()), "SCEP")});
}

Status ReadReport(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  const std::vector<std::uint64_t> damaged = DamagedLines(decoded, kMaxDamagedLines);
  for (const std::uint64_t line : damaged) {
    sink.AddGap({line, WhyUnknown::kMalformed, std::string(kDamagedLine)});
  }
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(
      decoded.text.data(), decoded.text.size(), kXmlOptions, pugi::encoding_utf8);
  if (HasDocumentType(document)) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path),
                 std::string(kDocumentTypeMessage)};
  }
  const pugi::xml_node root = document.child(kRoot.data());
  if (!root) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path),
                 "no element 'MDMEnterpriseDiagnosticsReport'"};
  }
  if (!parsed) {
    sink.AddGap({XmlLineAt(decoded.text, parsed.offset), WhyUnknown::kTruncated,
                 std::string(parsed.description())});
  }
  if (const pugi::xml_node scep = root.child("SCEP")) {
    ReadScep(scep,
             {.text = decoded.text,
              .parsed = static_cast<bool>(parsed),
              .damaged = damaged,
              .evidence = evidence},
             sink);
  }
  return Ok{};
}

}  // namespace

extern const ReaderSpec kMdmReportReader;  // declared again by the generated list

const ReaderSpec kMdmReportReader = {
    .kind = "mdm-report", .max_bytes = kMaxBytes, .recognise = RecogniseReport, .read = ReadReport};

}  // namespace whfb::readers

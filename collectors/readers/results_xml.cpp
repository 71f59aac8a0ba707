// results.xml of an Intune diagnostics collection: what was asked for and with which result
// (formats.md section 9). The codes of RegistryKey items are not reliable; whoever uses them
// must look at the exported file first.

#include <algorithm>
#include <array>
#include <string>

#include <pugixml.hpp>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/text_decoding.h"
#include "collectors/readers/xml_places.h"
#include "scanner/core/number_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{4} << 20;
constexpr std::array<std::string_view, 4> kCollectors = {"RegistryKey", "Command", "Events",
                                                         "FoldersFiles"};

bool IsCollector(std::string_view name) {
  return std::ranges::find(kCollectors, name) != kCollectors.end();
}

// Signed decimal, as the file has it, or hexadecimal with 0x.
bool ParseCode(std::string_view text, std::uint32_t& code) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    const auto number = ParseWhole<std::uint32_t>(text, 16);
    code = number.value_or(0);
    return number.has_value();
  }
  const auto number = ParseWhole<std::int64_t>(text);
  code = static_cast<std::uint32_t>(number.value_or(0));
  return number.has_value();
}

std::string_view WithoutQuotes(std::string_view path) {
  const bool quoted = path.size() >= 2 && path.front() == '"' && path.back() == '"';
  return quoted ? path.substr(1, path.size() - 2) : path;
}

// Items of a document, or of as much of it as could be parsed (`whole` tells).
void ReadItems(const pugi::xml_node& root,
               std::string_view text,
               bool whole,
               const EvidenceView& evidence,
               RecordSink& sink) {
  std::size_t counted = 0;  // offsets only grow: count each line once
  std::uint64_t line = 1;
  for (const pugi::xml_node& node : root.children()) {
    const bool last = !node.next_sibling();
    if (!IsCollector(node.name()) || (last && !whole && !XmlElementIsClosed(text, node))) {
      continue;
    }
    const std::ptrdiff_t offset = node.offset_debug();
    if (offset > 0 && static_cast<std::size_t>(offset) >= counted) {
      const auto end = static_cast<std::size_t>(offset);
      line += XmlLineAt(text.substr(counted, end - counted), offset) - 1;
      counted = end;
    }
    CollectionItem item{.collector = sink.Keep(node.name()),
                        .path = sink.Keep(WithoutQuotes(TrimBlanks(node.child_value()))),
                        .source = evidence.At(line)};
    if (!ParseCode(node.attribute("HRESULT").value(), item.hresult)) {
      sink.AddGap({.place = line, .message = "HRESULT is not a number"});
      continue;
    }
    sink.records.Add(item);
    ++sink.record_count;
  }
}

Status ReadResultsXml(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const DecodedText decoded = DecodeText(evidence.bytes, buffer);
  sink.note = std::string(decoded.encoding);
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(
      decoded.text.data(), decoded.text.size(), kXmlOptions, pugi::encoding_utf8);
  if (HasDocumentType(document)) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path),
                 std::string(kDocumentTypeMessage)};
  }
  const pugi::xml_node root = document.child("Collection");
  if (!root) {
    return Error{.code = ErrorCode::kMalformed,
                 .where = std::string(evidence.path),
                 .message = "no <Collection> element"};
  }
  ReadItems(root, decoded.text, static_cast<bool>(parsed), evidence, sink);
  if (!parsed) {
    sink.AddGap({.place = XmlLineAt(decoded.text, parsed.offset), .message = parsed.description()});
  }
  return Ok{};
}

int RecogniseResultsXml(const Head& head) {
  constexpr int kSure = 85;
  constexpr int kLikely = 60;
  const std::string_view text = head.Text();
  const bool root = text.find("<Collection") != std::string_view::npos;
  const bool item = text.find("HRESULT=\"") != std::string_view::npos;
  if (!root || !item) {
    return 0;
  }
  return head.name() == "results.xml" ? kSure : kLikely;
}

}  // namespace

extern const ReaderSpec kResultsXmlReader;  // declared again by the generated list

const ReaderSpec kResultsXmlReader = {.kind = "results-xml",
                                      .max_bytes = kMaxBytes,
                                      .recognise = RecogniseResultsXml,
                                      .read = ReadResultsXml};

}  // namespace whfb::readers

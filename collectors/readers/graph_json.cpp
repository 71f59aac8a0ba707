// Microsoft Graph exports of device configuration profiles: one object, a list with "value", or
// what export tools make of them (formats.md section 10, evidence.md section 8).

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "collectors/readers/graph_profile.h"
#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;
constexpr int kMaxDepth = 64;

constexpr std::array<std::string_view, 4> kMarks = {
    "\"@odata.", "#microsoft.graph.", "graph.microsoft.com", "\"keyStorageProvider\""};

int RecogniseGraph(std::span<const std::byte> head, std::string_view /*name*/) {
  std::string text;
  for (const std::byte octet : head) {
    if (octet != std::byte{0}) {  // UTF-16 as well
      text.push_back(static_cast<char>(octet));
    }
  }
  const std::size_t first = text.find_first_not_of("\xEF\xBB\xBF\xFF\xFE \t\r\n");
  if (first == std::string::npos || (text[first] != '{' && text[first] != '[')) {
    return 0;
  }
  // A report of this program names profiles and addresses of Graph, and is evidence of nothing.
  if (std::string_view(text).substr(first).starts_with(R"({"schema":"whfbscan)")) {
    return 0;
  }
  const bool graph = std::ranges::any_of(
      kMarks, [&](std::string_view mark) { return text.find(mark) != std::string::npos; });
  return graph ? 80 : 0;
}

// The deepest nesting of brackets outside strings.
int Nesting(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (quoted) {
      at += letter == '\\' ? 1 : 0;
      quoted = letter != '"';
    } else if (letter == '"') {
      quoted = true;
    } else if (letter == '{' || letter == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (letter == '}' || letter == ']') {
      --depth;
    }
  }
  return deepest;
}

void ReadList(const Json& list, bool last_page, const EvidenceView& evidence, RecordSink& sink) {
  ProfileExport found{.list = true, .source = evidence.At(0)};
  const std::uint64_t damaged = sink.damaged_count;
  for (const Json& one : list) {
    ++sink.record_count;
    found.profiles += ReadGraphProfile(one, evidence, sink) ? 1U : 0U;
  }
  found.complete = last_page && damaged == sink.damaged_count;
  sink.note = std::to_string(found.profiles).append(" certificate profiles in a list");
  sink.records.Add(found);
}

void ReadDocument(const Json& document, const EvidenceView& evidence, RecordSink& sink) {
  if (document.is_array()) {
    ReadList(document, false, evidence, sink);
    return;
  }
  const auto value = document.find("value");
  if (value != document.end() && value->is_array()) {
    ReadList(*value, !document.contains("@odata.nextLink"), evidence, sink);
    return;
  }
  ++sink.record_count;
  const bool profile = ReadGraphProfile(document, evidence, sink);
  sink.records.Add(ProfileExport{.profiles = profile ? 1U : 0U, .source = evidence.At(0)});
  sink.note = profile ? "certificate profile" : "no certificate profile";
}

Status ReadGraph(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const std::string_view text = DecodeText(evidence.bytes, buffer).text;
  if (Nesting(text) > kMaxDepth) {
    return Error{ErrorCode::kTooLarge, std::string(evidence.path), "JSON nested more than 64 deep"};
  }
  try {
    const Json document = Json::parse(text);
    if (!document.is_object() && !document.is_array()) {
      return Error{ErrorCode::kMalformed, std::string(evidence.path), "no JSON object or list"};
    }
    ReadDocument(document, evidence, sink);
  } catch (const nlohmann::json::parse_error& error) {
    sink.AddGap({error.byte, WhyUnknown::kMalformed, "not JSON from here on"});
    return Error{ErrorCode::kMalformed, std::string(evidence.path),
                 std::string("not JSON at offset ").append(std::to_string(error.byte))};
  } catch (const nlohmann::json::exception& error) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path), error.what()};
  }
  return Ok{};
}

}  // namespace

extern const ReaderSpec kGraphJsonReader;  // declared again by the generated list

const ReaderSpec kGraphJsonReader = {.kind = "graph-json",
                                     .max_bytes = kMaxBytes,
                                     .recognise = RecogniseGraph,
                                     .read = ReadGraph,
                                     .environment = true};

}  // namespace whfb::readers

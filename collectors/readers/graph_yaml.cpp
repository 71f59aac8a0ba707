// Microsoft Graph objects that IntuneCD wrote as YAML, one profile or policy a file, with its
// assignments (formats.md section 10). A text that was cut at a line is YAML as well: the last
// value is not taken, and what a file does not show is unknown.

#include <algorithm>
#include <array>
#include <string>

#include "collectors/readers/graph_policy.h"
#include "collectors/readers/graph_profile.h"
#include "collectors/readers/text_decoding.h"
#include "collectors/readers/yaml_json.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 20;
constexpr std::size_t kMaxDepth = 64;

// Keys of the outermost object, as they begin a line.
constexpr std::array<std::string_view, 4> kKeys = {
    "'@odata.type':", "\"@odata.type\":", "'@odata.context':", "settings:"};
constexpr std::array<std::string_view, 3> kMarks = {"#microsoft.graph.",
                                                    "settingDefinitionId:", "graph.microsoft.com"};

int RecogniseYaml(const Head& head) {
  const std::string_view text = head.Text();
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] == '{' || text[first] == '[') {
    return 0;
  }
  const bool key = std::ranges::any_of(kKeys, [text](std::string_view one) {
    const std::size_t at = text.find(one);
    return at != std::string_view::npos && (at == 0 || text[at - 1] == '\n');
  });
  const bool mark = std::ranges::any_of(
      kMarks, [text](std::string_view one) { return text.find(one) != std::string_view::npos; });
  return key && mark ? 75 : 0;
}

Status ReadYaml(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const std::string_view text = DecodeText(evidence.bytes, buffer).text;
  Result<YamlDocument> document = JsonOfYaml(text, evidence.path, kMaxDepth);
  if (!document) {
    return document.error();
  }
  if (!document->value.is_object()) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path), "no object of Graph"};
  }
  document->value.erase(document->last_key);
  ++sink.record_count;
  const bool named = document->value.contains("displayName") || document->value.contains("name");
  const bool profile = named && ReadGraphProfile(document->value, evidence, sink);
  if (!profile && !(named && ReadCatalogPolicy(document->value, evidence, sink))) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path),
                 "no certificate profile and no settings catalog policy, or not all of it"};
  }
  sink.note = profile ? "certificate profile" : "settings catalog policy";
  sink.AddGap({0, WhyUnknown::kTruncated,
               std::string("YAML does not show where it ends: the last value (")
                   .append(document->last_key)
                   .append(") is not taken; export as JSON")});
  return Ok{};
}

}  // namespace

extern const ReaderSpec kGraphYamlReader;  // declared again by the generated list

const ReaderSpec kGraphYamlReader = {.kind = "graph-yaml",
                                     .max_bytes = kMaxBytes,
                                     .recognise = RecogniseYaml,
                                     .read = ReadYaml,
                                     .environment = true};

}  // namespace whfb::readers

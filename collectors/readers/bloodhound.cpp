// BloodHound collections, versions 5 and 6, as SharpHound and others write them: one type of
// objects a file, {"data":[object, ...],"meta":{"type":...,"version":...,"count":...}}
// (formats.md section 3). Objects are read one by one, so that a large domain fits in memory.

#include <algorithm>
#include <array>
#include <string>

#include "collectors/readers/bloodhound_document.h"
#include "collectors/readers/json_text.h"
#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{128} << 20;
constexpr std::string_view kMeta = "\"meta\"";

// The "type" of the flat object behind this place of a "meta"; empty when it cannot be read.
std::string TypeBehind(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxMeta = 4096;
  if (at == std::string_view::npos) {
    return {};
  }
  text = text.substr(at, kMaxMeta);
  const std::size_t begin = text.find('{');
  const std::size_t end = text.find('}');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) {
    return {};
  }
  const Json meta = Json::parse(text.substr(begin, end - begin + 1), nullptr, false);
  return std::string(JsonText(meta, "type"));
}

// "meta" stands behind the objects, or in front of them. A file that was cut has lost it, and
// tells its type by its name only.
std::string TypeOf(std::string_view text, std::string_view path) {
  std::string type = TypeBehind(text, text.rfind(kMeta));
  if (type.empty()) {
    type = TypeBehind(text, text.find(kMeta));
  }
  return type.empty() ? std::string(BloodHoundObjects::TypeInName(
                            LowerAscii(path.substr(path.find_last_of("/!") + 1))))
                      : type;
}

void CheckMeta(const Json& meta, std::string_view type, RecordSink& sink) {
  const Json* const count = JsonMember(meta, "count");
  if (count != nullptr && *count != sink.record_count) {
    const std::string told = count->is_number_integer() ? count->dump() : "not";
    sink.AddGap({.place = sink.record_count,
                 .why = WhyUnknown::kTruncated,
                 .message = std::string("\"meta\" counts ")
                                .append(told)
                                .append(" objects, ")
                                .append(std::to_string(sink.record_count))
                                .append(" are here")});
  }
  if (type.empty() || JsonText(meta, "type") != type) {
    sink.AddGap({.place = sink.record_count, .message = "the type of the objects is not told"});
  }
}

Status ReadBloodHound(const EvidenceView& evidence, RecordSink& sink) {
  std::string buffer;
  const std::string_view text = DecodeText(evidence.bytes, buffer).text;
  if (JsonNesting(text) > kMaxJsonDepth) {
    return Error{ErrorCode::kTooLarge, std::string(evidence.path), "JSON nested more than 64 deep"};
  }
  const std::string type = TypeOf(text, evidence.path);
  sink.note = BloodHoundObjects::IsRead(type) ? type
              : type.empty()                  ? "no type"
                                              : "objects that no rule asks about";
  BloodHoundObjects objects(type, evidence, sink);
  BloodHoundDocument document(type, objects, sink);
  document.Walk(text);
  if (const auto offset = document.damage()) {
    const std::string where = std::string("not JSON at offset ").append(std::to_string(*offset));
    sink.AddGap({.place = sink.record_count + 1, .message = where});
    if (sink.record_count == 0) {
      return Error{ErrorCode::kMalformed, std::string(evidence.path), where};
    }
  } else {
    CheckMeta(document.meta(), type, sink);
  }
  return Ok{};
}

// Types that nobody asks about are left to the list of known files, where the head or the name
// tells them.
int RecogniseBloodHound(const Head& head) {
  constexpr int kSure = 82;
  constexpr std::array<std::string_view, 5> kMarks = {"\"ObjectIdentifier\"", "\"PrincipalSID\"",
                                                      "\"domainsid\"", "\"methods\"",
                                                      "\"collectorversion\""};
  if (head.FirstLetter() != '{') {
    return 0;
  }
  const std::string_view text = head.Text();
  const std::size_t quote = text.find('"');
  const std::string_view key = text.substr(std::min(quote, text.size()));
  const bool top = key.starts_with("\"data\"") || key.starts_with(kMeta);
  const bool marked = std::ranges::any_of(
      kMarks, [text](std::string_view mark) { return text.find(mark) != std::string_view::npos; });
  const std::string type = top && marked ? TypeOf(text, head.name()) : std::string{};
  return top && marked && (type.empty() || BloodHoundObjects::IsRead(type)) ? kSure : 0;
}

}  // namespace

extern const ReaderSpec kBloodhoundReader;  // declared again by the generated list

const ReaderSpec kBloodhoundReader = {.kind = "bloodhound",
                                      .max_bytes = kMaxBytes,
                                      .places = PlaceKind::kRecord,
                                      .recognise = RecogniseBloodHound,
                                      .read = ReadBloodHound,
                                      .environment = true};

}  // namespace whfb::readers

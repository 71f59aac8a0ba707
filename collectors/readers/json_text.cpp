#include "collectors/readers/json_text.h"

#include <algorithm>
#include <string>

#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

int JsonNesting(std::string_view text) {
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

Status ReadJsonDocument(const EvidenceView& evidence,
                        RecordSink& sink,
                        const std::function<Status(const nlohmann::json&)>& take) {
  std::string buffer;
  const std::string_view text = DecodeText(evidence.bytes, buffer).text;
  if (JsonNesting(text) > kMaxJsonDepth) {
    return Error{ErrorCode::kTooLarge, std::string(evidence.path), "JSON nested more than 64 deep"};
  }
  try {
    return take(nlohmann::json::parse(text));
  } catch (const nlohmann::json::parse_error& error) {
    sink.AddGap({error.byte, WhyUnknown::kMalformed, "not JSON from here on"});
    return Error{ErrorCode::kMalformed, std::string(evidence.path),
                 std::string("not JSON at offset ").append(std::to_string(error.byte))};
  } catch (const nlohmann::json::exception& error) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path), error.what()};
  }
}

}  // namespace whfb::readers

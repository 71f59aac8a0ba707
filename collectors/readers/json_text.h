// JSON out of evidence: how deep it nests, before a parser sees it, and whole small documents.

#ifndef WHFB_COLLECTORS_READERS_JSON_TEXT_H_
#define WHFB_COLLECTORS_READERS_JSON_TEXT_H_

#include <functional>
#include <nlohmann/json.hpp>
#include <string_view>

#include "collectors/readers/reader.h"

namespace whfb::readers {

// Deeper documents are refused.
inline constexpr int kMaxJsonDepth = 64;

// The deepest nesting of brackets outside strings.
[[nodiscard]] int JsonNesting(std::string_view text);

// Hands the document to `take`. An Error for what is no JSON (and a gap where it ceases to be) or
// nests deeper, and for members of another type than `take` expects.
[[nodiscard]] Status ReadJsonDocument(const EvidenceView& evidence,
                                      RecordSink& sink,
                                      const std::function<Status(const nlohmann::json&)>& take);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_JSON_TEXT_H_

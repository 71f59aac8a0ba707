// How deep JSON text nests, before a parser sees it. Pure, thread-safe.

#ifndef WHFB_COLLECTORS_READERS_JSON_NESTING_H_
#define WHFB_COLLECTORS_READERS_JSON_NESTING_H_

#include <string_view>

namespace whfb::readers {

// Deeper documents are refused.
inline constexpr int kMaxJsonDepth = 64;

// The deepest nesting of brackets outside strings.
[[nodiscard]] int JsonNesting(std::string_view text);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_JSON_NESTING_H_

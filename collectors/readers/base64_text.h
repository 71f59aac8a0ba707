// Base64 (RFC 4648) as evidence has it: with or without line breaks and padding.

#ifndef WHFB_COLLECTORS_READERS_BASE64_TEXT_H_
#define WHFB_COLLECTORS_READERS_BASE64_TEXT_H_

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace whfb::readers {

// White space is skipped; any other letter outside the alphabet gives nothing.
[[nodiscard]] std::optional<std::vector<std::byte>> DecodeBase64(std::string_view text);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_BASE64_TEXT_H_

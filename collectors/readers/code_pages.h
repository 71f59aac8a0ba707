// Single-byte OEM and ANSI code pages, and which of them a text was most likely written in.
//
// Nothing in an 8-bit text says its page. The guess looks at the words that its octets would
// make: a page that puts line drawing or a capital into the middle of a word is wrong. Where no
// page makes words there is no guess; double_byte_pages.h has those of East Asia. Thread-safe.

#ifndef WHFB_COLLECTORS_READERS_CODE_PAGES_H_
#define WHFB_COLLECTORS_READERS_CODE_PAGES_H_

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace whfb::readers {

using CodePageTable = std::array<char16_t, 128>;  // characters of 0x80..0xFF

struct CodePage {
  std::string_view name{};  // "cp850", "windows-1252"
  const CodePageTable* table = nullptr;
};

inline constexpr std::size_t kCodePages = 5;

// 437, 850, 852, 866 and 1252.
[[nodiscard]] std::span<const CodePage> CodePages();

struct CodePageGuess {
  const CodePage* page = nullptr;  // null: none fits
  int score = 0;
};

// The page whose words fit `text` best.
[[nodiscard]] CodePageGuess GuessCodePage(std::string_view text);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CODE_PAGES_H_

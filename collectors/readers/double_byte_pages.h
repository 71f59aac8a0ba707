// The double-byte OEM code pages of East Asia: 932 (Japanese), 936 (simplified Chinese), 949
// (Korean) and 950 (traditional Chinese), and which of them a text was most likely written in.
//
// The guess counts characters that texts of that language are made of: kana and the common
// ideographs, Hangul. A page that makes rare ones of a text, or none, is another one. Thread-safe.

#ifndef WHFB_COLLECTORS_READERS_DOUBLE_BYTE_PAGES_H_
#define WHFB_COLLECTORS_READERS_DOUBLE_BYTE_PAGES_H_

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace whfb::readers {

inline constexpr unsigned kFirstLead = 0x81;  // to 0xFE
inline constexpr unsigned kFirstTrail = 0x40;
inline constexpr std::size_t kLeads = 0xFF - kFirstLead;
inline constexpr std::size_t kTrails = 0xFF - kFirstTrail;

// By lead and trail octet; 0: no character.
using DoubleByteTable = std::array<char16_t, kLeads * kTrails>;

struct DoubleBytePage {
  std::string_view name{};  // "cp932"
  const DoubleByteTable* table = nullptr;
  // High octets that are a character by themselves, and that of the first one. 0: there are none.
  unsigned first_single = 0;
  unsigned last_single = 0;
  char16_t single = 0;
  int (*fit)(char16_t c, unsigned lead, unsigned trail) = nullptr;
};

struct DoubleByteCharacter {
  char16_t c = 0;  // 0: no character of the page
  std::size_t length = 1;
};

// The character that `text` begins with; its first octet is 0x80 or more.
[[nodiscard]] DoubleByteCharacter FirstCharacter(const DoubleBytePage& page, std::string_view text);

struct DoubleByteGuess {
  const DoubleBytePage* page = nullptr;  // null: none fits
  int score = 0;                         // comparable with that of GuessCodePage
};

[[nodiscard]] DoubleByteGuess GuessDoubleBytePage(std::string_view text);

[[nodiscard]] std::span<const DoubleBytePage> DoubleBytePages();

// Generated.
[[nodiscard]] const DoubleByteTable& TableOfCP932();
[[nodiscard]] const DoubleByteTable& TableOfCP936();
[[nodiscard]] const DoubleByteTable& TableOfCP949();
[[nodiscard]] const DoubleByteTable& TableOfCP950();

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_DOUBLE_BYTE_PAGES_H_

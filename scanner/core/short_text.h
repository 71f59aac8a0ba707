// Text out of evidence, for messages: long enough to find the place, never as long as the evidence.

#ifndef WHFB_SCANNER_CORE_SHORT_TEXT_H_
#define WHFB_SCANNER_CORE_SHORT_TEXT_H_

#include <cstddef>
#include <string>

namespace whfb {

inline constexpr std::size_t kMaxMessage = 500;  // octets

// At most kMaxMessage octets of it, ended by "..." where it was longer; no UTF-8 sequence is cut.
inline void Shorten(std::string& text) {
  constexpr auto kContinues = [](char octet) {
    return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80U;
  };
  if (text.size() <= kMaxMessage) {
    return;
  }
  std::size_t end = kMaxMessage;
  while (end > 0 && kContinues(text[end])) {
    --end;
  }
  text.resize(end);
  text += "...";
}

}  // namespace whfb

#endif  // WHFB_SCANNER_CORE_SHORT_TEXT_H_

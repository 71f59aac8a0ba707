// Writing UTF-8, and noting what is no character of a text.

#ifndef WHFB_COLLECTORS_READERS_UTF8_TEXT_H_
#define WHFB_COLLECTORS_READERS_UTF8_TEXT_H_

#include <cstddef>
#include <string>

#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

inline constexpr char32_t kReplacement = 0xfffd;

[[nodiscard]] inline unsigned Octet(char c) {
  return static_cast<unsigned char>(c);
}

// Writes the UTF-8 form and returns its end. Needs room for four octets.
[[nodiscard]] char* PutUtf8(char32_t c, char* out);

void AppendUtf8(char32_t c, std::string& out);

// What stands for a unit that is no character, and where.
void NoteReplaced(std::size_t place, DecodedText& decoded);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_UTF8_TEXT_H_

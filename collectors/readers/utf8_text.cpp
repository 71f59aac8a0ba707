#include "collectors/readers/utf8_text.h"

#include <array>

namespace whfb::readers {

char* PutUtf8(char32_t c, char* out) {
  const auto put = [&out](char32_t octet) { *out++ = static_cast<char>(octet); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | (c >> 6));
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3f));
    put(0x80 | ((c >> 6) & 0x3f));
    put(0x80 | (c & 0x3f));
  }
  return out;
}

void AppendUtf8(char32_t c, std::string& out) {
  std::array<char, 4> octets{};
  const char* const end = PutUtf8(c, octets.data());
  out.append(octets.data(), static_cast<std::size_t>(end - octets.data()));
}

void NoteReplaced(std::size_t place, DecodedText& decoded) {
  ++decoded.replaced;
  if (decoded.replaced_at.size() < DecodedText::kMaxPlaces) {
    decoded.replaced_at.push_back(place);
  }
}

}  // namespace whfb::readers

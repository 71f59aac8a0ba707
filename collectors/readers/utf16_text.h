// UTF-16 to UTF-8.

#ifndef WHFB_COLLECTORS_READERS_UTF16_TEXT_H_
#define WHFB_COLLECTORS_READERS_UTF16_TEXT_H_

#include <string>
#include <string_view>

#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

// Without byte order marks; halves of surrogate pairs, and half a unit at the end, are replaced.
void AppendUtf16(std::string_view bytes, bool big_endian, std::string& out, DecodedText& decoded);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_UTF16_TEXT_H_

// ASN.1 character strings as UTF-8 that is safe to print and compare.
//
// Nothing is cut: a NUL or another control character becomes "\00", so that a name that hides
// something behind a NUL is seen whole. What is no character becomes U+FFFD.

#ifndef WHFB_COLLECTORS_READERS_ASN1_TEXT_H_
#define WHFB_COLLECTORS_READERS_ASN1_TEXT_H_

#include <cstdint>
#include <string>

#include "collectors/readers/der.h"

namespace whfb::readers {

// True for the string types that AppendString reads.
[[nodiscard]] bool IsStringTag(std::uint8_t tag);

// Appends the text of a string of this type. T61String and stray octets of the ASCII types are
// Latin-1, as Windows and OpenSSL take them. Requires IsStringTag(tag).
void AppendString(std::uint8_t tag, der::Bytes content, std::string& text);

// Appends UTF-16 (a final odd octet becomes U+FFFD).
void AppendUtf16(der::Bytes content, bool big_endian, std::string& text);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_ASN1_TEXT_H_

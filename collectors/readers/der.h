// DER elements ([X.690]): a walker over tag, length and content that never leaves its bytes.
//
// Strict: lengths are definite and minimal, tags are one octet. Nothing here recurses or
// allocates, so depth and size are bounded by the caller's own loops. Views point into the input.

#ifndef WHFB_COLLECTORS_READERS_DER_H_
#define WHFB_COLLECTORS_READERS_DER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace whfb::readers::der {

using Bytes = std::span<const std::byte>;

enum Tag : std::uint8_t {
  kBoolean = 0x01,
  kInteger = 0x02,
  kBitString = 0x03,
  kOctetString = 0x04,
  kOid = 0x06,
  kUtf8String = 0x0C,
  kNumericString = 0x12,
  kPrintableString = 0x13,
  kT61String = 0x14,
  kIa5String = 0x16,
  kUtcTime = 0x17,
  kGeneralizedTime = 0x18,
  kVisibleString = 0x1A,
  kGeneralString = 0x1B,
  kUniversalString = 0x1C,
  kBmpString = 0x1E,
  kSequence = 0x30,
  kSet = 0x31,
};

// [n] primitive and [n] constructed.
[[nodiscard]] constexpr std::uint8_t ContextPrimitive(unsigned number) {
  return static_cast<std::uint8_t>(0x80U | number);
}

[[nodiscard]] constexpr std::uint8_t ContextConstructed(unsigned number) {
  return static_cast<std::uint8_t>(0xA0U | number);
}

struct Element {
  std::uint8_t tag = 0;
  Bytes content{};
  Bytes whole{};  // with tag and length
};

class Walker {
 public:
  explicit Walker(Bytes bytes) : rest_(bytes) {}

  // False at the end, and for an element that is damaged; failed() then tells.
  bool Next(Element& element);

  // Next, and the tag must be this one; anything else is a failure.
  bool Expect(std::uint8_t tag, Element& element);

  // Next if its tag is this one; otherwise nothing is consumed and nothing failed.
  bool Optional(std::uint8_t tag, Element& element);

  [[nodiscard]] bool failed() const { return failed_; }

  // Everything was read and nothing was damaged.
  [[nodiscard]] bool finished() const { return !failed_ && rest_.empty(); }

  [[nodiscard]] Bytes rest() const { return rest_; }

 private:
  Bytes rest_;
  bool failed_ = false;
};

// What a CA signs (RFC 5280, 4.1 and 5.1: Certificate, CertificateList).
struct Signed {
  Element whole{};
  Element body{};
  Element algorithm{};
};

// The first element of the bytes. False when it is not made of these parts and nothing else.
bool SplitSigned(Bytes bytes, Signed& parts);

[[nodiscard]] inline std::string_view Chars(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// "1.2.840.113549" from the content of an OBJECT IDENTIFIER; replaces `text`. False when it is
// malformed or an arc does not fit 64 bits.
bool OidText(Bytes content, std::string& text);

// Lower-case hex; replaces `text`.
void HexText(Bytes bytes, std::string& text);

// Bits of the absolute value of a positive INTEGER; -1 when it is empty or negative.
[[nodiscard]] std::int64_t IntegerBits(Bytes content);

}  // namespace whfb::readers::der

#endif  // WHFB_COLLECTORS_READERS_DER_H_

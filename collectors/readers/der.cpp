#include "collectors/readers/der.h"

#include <bit>
#include <charconv>

namespace whfb::readers::der {

namespace {

constexpr unsigned kHighTagNumber = 0x1F;
constexpr unsigned kLongForm = 0x80;
constexpr std::size_t kMaxLengthOctets = 4;
constexpr std::uint64_t kMaxArc = std::uint64_t{1} << 57U;  // one more group of seven still fits

unsigned Octet(std::byte byte) {
  return std::to_integer<unsigned>(byte);
}

// The content length, and how many octets its own encoding took; 0 octets: malformed.
struct Length {
  std::size_t value = 0;
  std::size_t octets = 0;
};

Length ReadLength(Bytes bytes) {
  if (bytes.empty()) {
    return {};
  }
  const unsigned first = Octet(bytes[0]);
  if (first < kLongForm) {
    return {first, 1};
  }
  const std::size_t count = first & 0x7FU;
  if (count == 0 || count > kMaxLengthOctets || bytes.size() <= count) {
    return {};
  }
  std::size_t value = 0;
  for (std::size_t i = 1; i <= count; ++i) {
    value = value << 8U | Octet(bytes[i]);
  }
  const bool minimal = count == 1 ? value >= kLongForm : Octet(bytes[1]) != 0;
  return minimal ? Length{value, count + 1} : Length{};
}

void AppendNumber(std::uint64_t number, std::string& text) {
  char digits[20];  // NOLINT(modernize-avoid-c-arrays): to_chars wants one
  const auto result = std::to_chars(std::begin(digits), std::end(digits), number);
  text.append(std::begin(digits), result.ptr);
}

}  // namespace

bool Walker::Next(Element& element) {
  if (rest_.empty() || failed_) {
    return false;
  }
  const unsigned tag = Octet(rest_[0]);
  const Length length = ReadLength(rest_.subspan(1));
  const std::size_t head = 1 + length.octets;
  if ((tag & kHighTagNumber) == kHighTagNumber || length.octets == 0 ||
      length.value > rest_.size() - head) {
    failed_ = true;
    return false;
  }
  element.tag = static_cast<std::uint8_t>(tag);
  element.content = rest_.subspan(head, length.value);
  element.whole = rest_.first(head + length.value);
  rest_ = rest_.subspan(head + length.value);
  return true;
}

bool Walker::Expect(std::uint8_t tag, Element& element) {
  if (Next(element) && element.tag == tag) {
    return true;
  }
  failed_ = true;
  return false;
}

bool Walker::Optional(std::uint8_t tag, Element& element) {
  return !rest_.empty() && Octet(rest_[0]) == tag && Next(element);
}

bool OidText(Bytes content, std::string& text) {
  text.clear();
  if (content.empty() || (Octet(content.back()) & kLongForm) != 0) {
    return false;
  }
  std::uint64_t arc = 0;
  bool starts_arc = true;
  for (const std::byte byte : content) {
    const unsigned octet = Octet(byte);
    if (arc >= kMaxArc || (starts_arc && octet == kLongForm)) {
      return false;
    }
    arc = arc << 7U | (octet & 0x7FU);
    starts_arc = (octet & kLongForm) == 0;
    if (!starts_arc) {
      continue;
    }
    if (text.empty()) {
      const std::uint64_t root = arc < 80 ? arc / 40 : 2;
      AppendNumber(root, text);
      arc -= root * 40;
    }
    text.push_back('.');
    AppendNumber(arc, text);
    arc = 0;
  }
  return true;
}

bool SplitSigned(Bytes bytes, Signed& parts) {
  Walker outer(bytes);
  if (!outer.Expect(kSequence, parts.whole)) {
    return false;
  }
  Walker walker(parts.whole.content);
  Element signature;
  return walker.Expect(kSequence, parts.body) && walker.Expect(kSequence, parts.algorithm) &&
         walker.Expect(kBitString, signature) && walker.finished();
}

void HexText(Bytes bytes, std::string& text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  text.resize(bytes.size() * 2);
  std::size_t at = 0;
  for (const std::byte byte : bytes) {
    text[at++] = kDigits[Octet(byte) >> 4U];
    text[at++] = kDigits[Octet(byte) & 0xFU];
  }
}

std::int64_t IntegerBits(Bytes content) {
  if (content.empty() || (Octet(content[0]) & 0x80U) != 0) {
    return -1;
  }
  std::size_t start = 0;
  while (start < content.size() && Octet(content[start]) == 0) {
    ++start;
  }
  if (start == content.size()) {
    return 0;
  }
  const auto whole = static_cast<std::int64_t>(content.size() - start - 1) * 8;
  return whole + std::bit_width(Octet(content[start]));
}

}  // namespace whfb::readers::der

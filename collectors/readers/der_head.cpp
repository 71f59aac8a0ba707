#include "collectors/readers/der_head.h"

namespace whfb::readers::der {

bool Opens(Bytes& bytes, std::uint8_t tag, std::size_t& length) {
  if (bytes.size() < 4 || bytes[0] != std::byte{tag}) {
    return false;
  }
  const auto first = std::to_integer<std::size_t>(bytes[1]);
  const std::size_t octets = first < 0x80 ? 0 : first - 0x80;
  if (octets > 4 || (first >= 0x80 && octets == 0) || bytes.size() < 2 + octets) {
    return false;
  }
  length = octets == 0 ? first : 0;
  for (std::size_t i = 0; i < octets; ++i) {
    length = length << 8U | std::to_integer<std::size_t>(bytes[2 + i]);
  }
  bytes = bytes.subspan(2 + octets);
  return true;
}

bool Opens(Bytes& bytes, std::uint8_t tag) {
  std::size_t length = 0;
  return Opens(bytes, tag, length);
}

bool Skips(Bytes& bytes, std::uint8_t tag) {
  std::size_t length = 0;
  Bytes rest = bytes;
  if (!Opens(rest, tag, length) || length > rest.size()) {
    return false;
  }
  bytes = rest.subspan(length);
  return true;
}

}  // namespace whfb::readers::der

// Little-endian numbers out of bytes, at any alignment.

#ifndef WHFB_COLLECTORS_READERS_LITTLE_ENDIAN_H_
#define WHFB_COLLECTORS_READERS_LITTLE_ENDIAN_H_

#include <bit>
#include <cstddef>
#include <cstring>
#include <span>

namespace whfb::readers {

static_assert(std::endian::native == std::endian::little, "the load below copies bytes");

// Requires `at` + sizeof(T) bytes.
template <typename T>
[[nodiscard]] inline T LoadAt(std::span<const std::byte> bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.subspan(at, sizeof(T)).data(), sizeof(T));
  return value;
}

// The same where the caller has checked.
template <typename T>
[[nodiscard]] inline T LoadFrom(const std::byte* bytes) {
  T value{};
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_LITTLE_ENDIAN_H_

// SHA-1 and SHA-256 of many small inputs: OpenSSL with the algorithm fetched once, because
// fetching costs more than hashing a certificate. Thread-safe.

#ifndef WHFB_COLLECTORS_READERS_CERTIFICATE_HASH_H_
#define WHFB_COLLECTORS_READERS_CERTIFICATE_HASH_H_

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>

namespace whfb::readers {

using Sha1Digest = std::array<std::byte, 20>;
using Sha256Digest = std::array<std::byte, 32>;

// A SHA-1 thumbprint as hexadecimal digits.
inline constexpr std::size_t kSha1Digits = 2 * std::tuple_size_v<Sha1Digest>;

[[nodiscard]] constexpr bool IsThumbprint(std::string_view text) {
  return text.size() == kSha1Digits &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// False only when OpenSSL fails (no memory, algorithm disabled by policy).
[[nodiscard]] bool Sha1(std::span<const std::byte> bytes, Sha1Digest& digest);
[[nodiscard]] bool Sha256(std::span<const std::byte> bytes, Sha256Digest& digest);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CERTIFICATE_HASH_H_

// A 64-bit FNV-1a fingerprint: finds rows that are probably equal. Not a security measure.

#ifndef WHFB_DB_FINGERPRINT_H_
#define WHFB_DB_FINGERPRINT_H_

#include <cstdint>
#include <string_view>

namespace whfb::db {

inline constexpr std::uint64_t kFingerprintStart = 14695981039346656037ULL;

[[nodiscard]] constexpr std::uint64_t Fingerprint(std::string_view text,
                                                  std::uint64_t start = kFingerprintStart) {
  std::uint64_t hash = start;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return hash;
}

}  // namespace whfb::db

#endif  // WHFB_DB_FINGERPRINT_H_

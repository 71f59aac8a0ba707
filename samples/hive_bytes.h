// Bytes of a hive: little-endian numbers, names, hashes of names and security descriptors.

#ifndef WHFB_SAMPLES_HIVE_BYTES_H_
#define WHFB_SAMPLES_HIVE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whfb::samples {

using Buffer = std::vector<std::byte>;

inline constexpr std::size_t kHiveHeader = 4096;
inline constexpr std::size_t kHivePage = 4096;
inline constexpr std::size_t kHiveSector = 512;

template <typename T>
void PutAt(Buffer& to, std::size_t at, T value) {
  std::memcpy(to.data() + at, &value, sizeof(T));
}

template <typename T>
void Append(Buffer& to, T value) {
  to.resize(to.size() + sizeof(T));
  PutAt(to, to.size() - sizeof(T), value);
}

void AppendText(Buffer& to, std::string_view text);

// One byte a character; nothing when a character does not fit. `utf8` must be right.
[[nodiscard]] std::optional<Buffer> Latin1(std::string_view utf8);

// ASCII letters only.
[[nodiscard]] std::string UpperText(std::string_view text);

// What a hash leaf says of a name.
[[nodiscard]] std::uint32_t HiveNameHash(std::string_view name);

// Self-relative; SYSTEM, the administrators and the user (unless empty) may do everything.
[[nodiscard]] Buffer HiveDescriptor(const std::string& user_sid);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_HIVE_BYTES_H_

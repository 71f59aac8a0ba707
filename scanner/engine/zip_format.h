// The on-disk records of ZIP (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5), for zip_*.cpp only.

#ifndef WHFB_SCANNER_ENGINE_ZIP_FORMAT_H_
#define WHFB_SCANNER_ENGINE_ZIP_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/result.h"
#include "scanner/core/time.h"
#include "scanner/engine/limits.h"
#include "scanner/engine/zip_archive.h"

namespace whfb::engine::zip {

inline constexpr std::uint32_t kLocalSignature = 0x04034b50;
inline constexpr std::uint32_t kCentralSignature = 0x02014b50;
inline constexpr std::uint32_t kEndSignature = 0x06054b50;
inline constexpr std::uint32_t kEnd64Signature = 0x06064b50;
inline constexpr std::uint32_t kEnd64LocatorSignature = 0x07064b50;
inline constexpr std::uint32_t kDescriptorSignature = 0x08074b50;

inline constexpr std::size_t kLocalBytes = 30;
inline constexpr std::size_t kCentralBytes = 46;
inline constexpr std::size_t kEndBytes = 22;
inline constexpr std::size_t kEnd64Bytes = 56;
inline constexpr std::size_t kEnd64LocatorBytes = 20;

inline constexpr std::uint16_t kStored = 0;
inline constexpr std::uint16_t kDeflated = 8;

inline constexpr std::uint16_t kFlagEncrypted = 1U << 0U;
inline constexpr std::uint16_t kFlagDescriptor = 1U << 3U;
inline constexpr std::uint16_t kFlagStrongEncryption = 1U << 6U;
inline constexpr std::uint16_t kFlagMaskedHeader = 1U << 13U;

// All names of one archive together: what a directory may cost in memory.
inline constexpr std::size_t kMaxNameBytes = std::size_t{32} << 20;

using Bytes = std::span<const std::byte>;

// Little endian. Requires at + width <= bytes.size().
[[nodiscard]] inline std::uint16_t U16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[at]) |
                                    std::to_integer<unsigned>(bytes[at + 1]) << 8U);
}

[[nodiscard]] inline std::uint32_t U32(Bytes bytes, std::size_t at) {
  return U16(bytes, at) | static_cast<std::uint32_t>(U16(bytes, at + 2)) << 16U;
}

[[nodiscard]] inline std::uint64_t U64(Bytes bytes, std::size_t at) {
  return U32(bytes, at) | static_cast<std::uint64_t>(U32(bytes, at + 4)) << 32U;
}

[[nodiscard]] inline std::string_view Text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Fields that Zip64 and the time extras may replace, from the header's 32-bit fields.
struct Extended {
  std::uint64_t size = 0;
  std::uint64_t compressed = 0;
  std::uint64_t offset = 0;
  TimeInterval modified{};
};

// Applies the extra fields of one header (4.5.3; Info-ZIP 0x5455; NTFS 0x000a).
void ApplyExtras(Bytes extras, Extended& fields);

// MS-DOS local time, which may be any zone. Both 0 when the fields are no date.
[[nodiscard]] TimeInterval DosTime(std::uint16_t date, std::uint16_t time);

// What Open() finds.
struct Directory {
  std::vector<ZipEntry> entries{};
  std::string_view damage{};
  bool truncated = false;
};

// By the central directory. kNotFound: there is no usable one.
[[nodiscard]] Result<Directory> ReadDirectory(readers::ByteSource& source, const Limits& limits);

// By the local headers, for archives without a usable directory.
[[nodiscard]] Directory Recover(readers::ByteSource& source, const Limits& limits);

// Refuses what the method, the flags or a limit forbid.
void Judge(ZipEntry& entry, std::uint16_t flags, const Limits& limits);

// Where the data of an entry begins; an Error when its local header is not one.
[[nodiscard]] Result<std::uint64_t> DataOffset(readers::ByteSource& source, const ZipEntry& entry);

// The data at `offset` of the source, inflated and checked against the entry.
[[nodiscard]] std::unique_ptr<readers::ByteSource> OpenStream(readers::ByteSource& source,
                                                              std::uint64_t offset,
                                                              const ZipEntry& entry);

// Length of deflated data whose sizes no header gives: inflates it without keeping anything.
struct Measured {
  std::uint64_t compressed = 0;
  std::uint64_t size = 0;
  std::uint32_t crc32 = 0;
};

[[nodiscard]] Result<Measured> Measure(readers::ByteSource& source,
                                       std::uint64_t offset,
                                       std::uint64_t max_bytes);

}  // namespace whfb::engine::zip

#endif  // WHFB_SCANNER_ENGINE_ZIP_FORMAT_H_

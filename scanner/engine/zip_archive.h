// ZIP archives by their central directory, entries inflated one by one; no copy of the archive.
//
// For hostile input: every entry of the directory is listed, with the reason when it is refused
// (encrypted, unknown method, beyond a limit, overlapping another, outside the file, a symbolic
// link). Names are made safe to show and unique. A truncated archive is recovered from its local
// headers. CRC-32 is always verified. Never used: names as paths, sizes without a bound.
//
// Not here: what entries mean, nested archives (evidence_walk.h). Not thread-safe.

#ifndef WHFB_SCANNER_ENGINE_ZIP_ARCHIVE_H_
#define WHFB_SCANNER_ENGINE_ZIP_ARCHIVE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/cell.h"
#include "scanner/core/result.h"
#include "scanner/core/time.h"
#include "scanner/engine/limits.h"

struct libdeflate_decompressor;

namespace whfb::engine {

struct ZipEntry {
  std::string name{};       // safe to show, unique in the archive
  std::string_view note{};  // an oddity of name or header (a literal); empty: none
  std::uint64_t size = 0;
  std::uint64_t compressed = 0;
  std::uint64_t header_offset = 0;  // of the local header, in the source
  std::uint32_t crc32 = 0;
  std::uint16_t method = 0;  // 0 stored, 8 deflated
  TimeInterval modified{};   // both 0: not known; DOS times are local, +-14 h
  // Not readable: why, and the kind of unknown that makes. A literal; empty: readable.
  std::string_view refused{};
  WhyUnknown why = WhyUnknown::kMalformed;
};

class ZipArchive {
 public:
  // `source` allows any offset (file, memory, spool) and outlives the archive. An Error when it
  // is no ZIP archive at all.
  [[nodiscard]] static Result<ZipArchive> Open(readers::ByteSource& source, const Limits& limits);

  ZipArchive(ZipArchive&& other) noexcept;
  ZipArchive& operator=(ZipArchive&& other) noexcept;
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;
  ~ZipArchive();

  // Files by name as bytes; folders are left out.
  [[nodiscard]] std::span<const ZipEntry> entries() const { return entries_; }

  // Empty: the directory was read whole. Else what is wrong; entries may be missing.
  [[nodiscard]] std::string_view damage() const { return damage_; }

  // The archive has no end: entries() is what could be recovered from local headers.
  [[nodiscard]] bool truncated() const { return truncated_; }

  // The whole entry into `bytes` (capacity reused), CRC verified. Requires an entry of this
  // archive that is not refused. Meant for entries up to kWholeItemBytes; larger ones work and
  // cost their size.
  [[nodiscard]] Status Read(const ZipEntry& entry, std::vector<std::byte>& bytes);

  // The entry as a forward source; a wrong CRC or size is an Error of its last window. The
  // archive must outlive it.
  [[nodiscard]] Result<std::unique_ptr<readers::ByteSource>> Stream(const ZipEntry& entry);

 private:
  explicit ZipArchive(readers::ByteSource& source);

  // Stored or deflated data into all of `bytes`; false when it does not make exactly them.
  [[nodiscard]] bool Unpack(std::uint16_t method,
                            std::span<const std::byte> data,
                            std::span<std::byte> bytes);

  readers::ByteSource* source_;
  std::vector<ZipEntry> entries_;
  std::string_view damage_{};
  bool truncated_ = false;
  libdeflate_decompressor* inflater_ = nullptr;  // made with the first deflated entry
};

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_ZIP_ARCHIVE_H_

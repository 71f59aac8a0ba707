// Containers other than ZIP, through libarchive: cabinet (MSZIP, LZX), tar, 7z, and what xz, gzip,
// bzip2 or zstd wrap. Entries come in the order of the container, each readable once, forwards.
//
// Nothing is ever written to disk and no name is used as a path. Limits are those of limits.h; an
// entry beyond them is reported, not read. libarchive's errors end at this file.

#ifndef WHFB_SCANNER_ENGINE_ARCHIVE_READER_H_
#define WHFB_SCANNER_ENGINE_ARCHIVE_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "collectors/readers/reader.h"
#include "scanner/core/cell.h"
#include "scanner/core/result.h"
#include "scanner/core/time.h"
#include "scanner/engine/limits.h"

namespace whfb::engine {

enum class Container : std::uint8_t { kNone, kZip, kOther };

// By the first bytes; tar needs 262 of them.
[[nodiscard]] Container RecogniseContainer(std::span<const std::byte> head);

// Hands out the data of the entry in hand, piece by piece; an empty piece is the end. The view
// lives until the next call.
class ArchiveData {
 public:
  ArchiveData() = default;
  ArchiveData(const ArchiveData&) = delete;
  ArchiveData& operator=(const ArchiveData&) = delete;
  ArchiveData(ArchiveData&&) = delete;
  ArchiveData& operator=(ArchiveData&&) = delete;
  virtual ~ArchiveData() = default;

  [[nodiscard]] virtual Result<std::span<const std::byte>> Next() = 0;
};

struct ArchiveEntry {
  std::string name{};       // safe to show; not necessarily unique
  std::string_view note{};  // an oddity of the name; empty: none
  std::uint64_t size = 0;   // as stated; 0 may mean not stated
  TimeInterval modified{};
  bool bare = false;           // no archive: the one thing that a compressed stream holds
  std::string_view refused{};  // a literal; empty: may be read
  WhyUnknown why = WhyUnknown::kMalformed;
};

// Calls `visit` for every file. `inner_name` is what a bare compressed stream holds ("x.evtx" of
// "x.evtx.xz"). An Error when the container cannot be opened or breaks off; what was visited
// before stands.
[[nodiscard]] Status ReadArchive(
    readers::ByteSource& source,
    std::string_view inner_name,
    const Limits& limits,
    const std::function<void(const ArchiveEntry& entry, ArchiveData& data)>& visit);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_ARCHIVE_READER_H_

#include "scanner/engine/zip_archive.h"

#include <algorithm>
#include <functional>
#include <libdeflate.h>
#include <numeric>
#include <string>
#include <unordered_set>
#include <utility>

#include "scanner/core/ascii_text.h"
#include "scanner/engine/byte_sources.h"
#include "scanner/engine/entry_names.h"
#include "scanner/engine/zip_format.h"

namespace whfb::engine {

namespace {

using zip::Directory;

void Refuse(ZipEntry& entry, std::string_view reason, WhyUnknown why) {
  if (entry.refused.empty()) {
    entry.refused = reason;
    entry.why = why;
  }
}

// Entries may not share bytes: that is how small archives inflate to petabytes.
void RefuseOverlaps(std::vector<ZipEntry>& entries, std::uint64_t archive_size) {
  std::vector<std::uint32_t> order(entries.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t i) { return entries[i].header_offset; });
  std::uint64_t end = 0;
  ZipEntry* before = nullptr;
  for (const std::uint32_t i : order) {
    ZipEntry& entry = entries[i];
    const std::uint64_t own = zip::kLocalBytes + entry.compressed;
    if (entry.header_offset > archive_size || own > archive_size - entry.header_offset) {
      Refuse(entry, "lies outside the archive", WhyUnknown::kTruncated);
      continue;
    }
    if (before != nullptr && entry.header_offset < end) {
      Refuse(entry, "overlaps another entry", WhyUnknown::kMalformed);
      Refuse(*before, "overlaps another entry", WhyUnknown::kMalformed);
    }
    if (before == nullptr || entry.header_offset + own > end) {
      end = entry.header_offset + own;
      before = &entry;
    }
  }
}

void RefuseBeyondTotal(std::vector<ZipEntry>& entries, std::uint64_t max_total_bytes) {
  std::uint64_t total = 0;
  for (ZipEntry& entry : entries) {
    if (!entry.refused.empty()) {
      continue;
    }
    if (entry.size > max_total_bytes - total) {
      Refuse(entry, "beyond the limit for the whole archive", WhyUnknown::kTooLarge);
    } else {
      total += entry.size;
    }
  }
}

// Requires entries by name. Equal names become "name~2"; names that differ only in case keep
// theirs, since they already differ.
void MakeUnique(std::vector<ZipEntry>& entries) {
  std::string last;
  unsigned copies = 1;
  std::unordered_set<std::string> lower;
  lower.reserve(entries.size());
  for (ZipEntry& entry : entries) {
    const bool same = entry.name == last && !last.empty();
    if (!lower.insert(LowerAscii(entry.name)).second && entry.note.empty()) {
      entry.note = same ? "name occurs twice" : "name differs from another only in case";
    }
    copies = same ? copies + 1 : 1;
    if (same) {
      entry.name += "~" + std::to_string(copies);
    } else {
      last = entry.name;
    }
  }
}

void AddRecovered(Directory& directory, Directory recovered) {
  std::unordered_set<std::uint64_t> known;
  for (const ZipEntry& entry : directory.entries) {
    known.insert(entry.header_offset);
  }
  for (ZipEntry& entry : recovered.entries) {
    if (known.insert(entry.header_offset).second) {
      directory.entries.push_back(std::move(entry));
    }
  }
}

Result<Directory> FindEntries(readers::ByteSource& source, const Limits& limits) {
  Result<Directory> directory = zip::ReadDirectory(source, limits);
  if (directory && directory->damage.empty()) {
    return directory;
  }
  if (directory) {
    if (directory->entries.size() < limits.max_files) {
      AddRecovered(*directory, zip::Recover(source, limits));
    }
    return directory;
  }
  auto head = source.Window(0, sizeof(std::uint32_t));
  if (!head || head->size() < sizeof(std::uint32_t) || zip::U32(*head, 0) != zip::kLocalSignature) {
    return Error{.code = ErrorCode::kMalformed, .where = "archive", .message = "not a ZIP archive"};
  }
  return zip::Recover(source, limits);
}

Error DataError(const ZipEntry& entry, std::string_view message) {
  return {.code = ErrorCode::kMalformed, .where = entry.name, .message = std::string(message)};
}

}  // namespace

Result<std::uint64_t> zip::DataOffset(readers::ByteSource& source, const ZipEntry& entry) {
  auto header = source.Window(entry.header_offset, kLocalBytes);
  if (!header) {
    return header.error();
  }
  if (header->size() < kLocalBytes || U32(*header, 0) != kLocalSignature) {
    return DataError(entry, "its local header is not there");
  }
  if (U16(*header, 8) != entry.method) {
    return DataError(entry, "its local header names another method");
  }
  return entry.header_offset + kLocalBytes + U16(*header, 26) + U16(*header, 28);
}

ZipArchive::ZipArchive(readers::ByteSource& source) : source_(&source) {}

ZipArchive::ZipArchive(ZipArchive&& other) noexcept
    : source_(other.source_),
      entries_(std::move(other.entries_)),
      damage_(other.damage_),
      truncated_(other.truncated_),
      inflater_(std::exchange(other.inflater_, nullptr)) {}

ZipArchive& ZipArchive::operator=(ZipArchive&& other) noexcept {
  source_ = other.source_;
  entries_ = std::move(other.entries_);
  damage_ = other.damage_;
  truncated_ = other.truncated_;
  std::swap(inflater_, other.inflater_);
  return *this;
}

ZipArchive::~ZipArchive() {
  libdeflate_free_decompressor(inflater_);
}

Result<ZipArchive> ZipArchive::Open(readers::ByteSource& source, const Limits& limits) {
  Result<Directory> directory = FindEntries(source, limits);
  if (!directory) {
    return directory.error();
  }
  ZipArchive archive(source);
  archive.entries_ = std::move(directory->entries);
  archive.damage_ = directory->damage;
  archive.truncated_ = directory->truncated;
  RefuseOverlaps(archive.entries_, source.size());
  // Equal names stay in the order of the archive, so that "~2" means the same every time.
  std::ranges::stable_sort(archive.entries_, {}, &ZipEntry::name);
  RefuseBeyondTotal(archive.entries_, limits.max_total_bytes);
  MakeUnique(archive.entries_);
  return archive;
}

bool ZipArchive::Unpack(std::uint16_t method,
                        std::span<const std::byte> data,
                        std::span<std::byte> bytes) {
  if (method == zip::kStored) {
    std::ranges::copy(data, bytes.begin());
    return true;
  }
  if (inflater_ == nullptr) {
    inflater_ = libdeflate_alloc_decompressor();
  }
  return inflater_ != nullptr &&
         libdeflate_deflate_decompress(inflater_, data.data(), data.size(), bytes.data(),
                                       bytes.size(), nullptr) == LIBDEFLATE_SUCCESS;
}

Status ZipArchive::Read(const ZipEntry& entry, std::vector<std::byte>& bytes) {
  bytes.clear();
  if (!entry.refused.empty()) {
    return DataError(entry, entry.refused);
  }
  if (entry.size > kWholeItemBytes || entry.compressed > 2 * kWholeItemBytes) {
    auto stream = Stream(entry);
    return stream ? ReadAll(**stream, entry.size, entry.name, bytes) : Status(stream.error());
  }
  Result<std::uint64_t> offset = zip::DataOffset(*source_, entry);
  if (!offset) {
    return offset.error();
  }
  auto data = source_->Window(*offset, static_cast<std::size_t>(entry.compressed));
  if (!data) {
    return data.error();
  }
  if (data->size() < entry.compressed) {
    return DataError(entry, "the archive ends in its data");
  }
  bytes.resize(static_cast<std::size_t>(entry.size));
  if (!Unpack(entry.method, *data, bytes)) {
    bytes.clear();
    return DataError(entry, "deflated data is damaged or longer than the directory says");
  }
  if (libdeflate_crc32(0, bytes.data(), bytes.size()) != entry.crc32) {
    bytes.clear();
    return DataError(entry, "CRC-32 differs from the directory");
  }
  return Ok{};
}

Result<std::unique_ptr<readers::ByteSource>> ZipArchive::Stream(const ZipEntry& entry) {
  if (!entry.refused.empty()) {
    return DataError(entry, entry.refused);
  }
  Result<std::uint64_t> offset = zip::DataOffset(*source_, entry);
  if (!offset) {
    return offset.error();
  }
  return zip::OpenStream(*source_, *offset, entry);
}

}  // namespace whfb::engine

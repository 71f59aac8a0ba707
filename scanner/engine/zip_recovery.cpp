// Archives without a usable central directory (cut off in transfer): what the local headers tell.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "scanner/engine/entry_names.h"
#include "scanner/engine/zip_format.h"

namespace whfb::engine::zip {

namespace {

// The next local header at or after `at`; empty when there is none.
std::optional<std::uint64_t> FindLocal(readers::ByteSource& source, std::uint64_t at) {
  constexpr std::size_t kWindow = std::size_t{64} << 10;
  constexpr std::string_view kMagic = "PK\x03\x04";
  while (at + kLocalBytes <= source.size()) {
    auto window = source.Window(at, kWindow);
    if (!window || window->size() < kMagic.size()) {
      return std::nullopt;
    }
    const std::size_t found = Text(*window).find(kMagic);
    if (found != std::string_view::npos) {
      return at + found;
    }
    at += window->size() - kMagic.size() + 1;
  }
  return std::nullopt;
}

struct Local {
  ZipEntry entry{};
  std::uint16_t flags = 0;
  bool folder = false;
  std::uint64_t data = 0;  // offset
};

std::optional<Local> ParseLocal(readers::ByteSource& source, std::uint64_t at) {
  auto fixed = source.Window(at, kLocalBytes);
  if (!fixed || fixed->size() < kLocalBytes || U32(*fixed, 0) != kLocalSignature) {
    return std::nullopt;
  }
  const std::size_t name_length = U16(*fixed, 26);
  const std::size_t length = kLocalBytes + name_length + U16(*fixed, 28);
  auto header = source.Window(at, length);
  if (!header || header->size() < length) {
    return std::nullopt;
  }
  Extended fields{.size = U32(*header, 22),
                  .compressed = U32(*header, 18),
                  .modified = DosTime(U16(*header, 12), U16(*header, 10))};
  ApplyExtras(header->subspan(kLocalBytes + name_length), fields);
  const std::string_view raw = Text(header->subspan(kLocalBytes, name_length));
  EntryName name = SafeEntryName(raw);
  Local local{.entry = {.name = std::move(name.text),
                        .note = name.note,
                        .size = fields.size,
                        .compressed = fields.compressed,
                        .header_offset = at,
                        .crc32 = U32(*header, 14),
                        .method = U16(*header, 8),
                        .modified = fields.modified},
              .flags = U16(*header, 6),
              .folder = (raw.ends_with('/') || raw.ends_with('\\')) && fields.size == 0,
              .data = at + length};
  return local;
}

// Sizes that stand behind the data: deflated data says itself where it ends.
void FindSizes(readers::ByteSource& source, const Limits& limits, Local& local) {
  ZipEntry& entry = local.entry;
  if (entry.method != kDeflated) {
    entry.refused = "its length is not known without the directory";
    entry.why = WhyUnknown::kTruncated;
    return;
  }
  Result<Measured> measured = Measure(source, local.data, limits.max_entry_bytes);
  if (!measured) {
    const bool large = measured.error().code == ErrorCode::kTooLarge;
    entry.refused = large ? "larger than the limit for one entry" : "the archive ends in its data";
    entry.why = large ? WhyUnknown::kTooLarge : WhyUnknown::kTruncated;
    return;
  }
  entry.size = measured->size;
  entry.compressed = measured->compressed;
  // The descriptor, if it is still there, says what the CRC should be.
  auto descriptor = source.Window(local.data + entry.compressed, 16);
  const bool is_there =
      descriptor && descriptor->size() >= 8 && U32(*descriptor, 0) == kDescriptorSignature;
  entry.crc32 = is_there ? U32(*descriptor, 4) : measured->crc32;
  if (!is_there) {
    entry.note = "no checksum";
  }
}

// What the directory would have said of the data, of which at most `left` bytes are there.
void Complete(readers::ByteSource& source, const Limits& limits, std::uint64_t left, Local& local) {
  ZipEntry& entry = local.entry;
  const bool sizes_behind = (local.flags & kFlagDescriptor) != 0 && entry.compressed == 0;
  if (sizes_behind && (local.flags & kFlagEncrypted) == 0) {
    FindSizes(source, limits, local);
  }
  if (entry.refused.empty()) {
    Judge(entry, local.flags, limits);
  }
  if (entry.refused.empty() && entry.compressed > left) {
    entry.refused = "the archive ends in its data";
    entry.why = WhyUnknown::kTruncated;
  }
}

}  // namespace

Directory Recover(readers::ByteSource& source, const Limits& limits) {
  Directory directory{.damage = "the archive has no usable directory", .truncated = true};
  std::uint64_t at = 0;
  std::size_t names = 0;
  while (const std::optional<std::uint64_t> found = FindLocal(source, at)) {
    std::optional<Local> local = ParseLocal(source, *found);
    at = *found + 1;
    if (!local) {
      continue;
    }
    names += local->entry.name.size();
    if (directory.entries.size() >= limits.max_files || names > kMaxNameBytes) {
      directory.damage = "more entries than the limit";
      break;
    }
    const std::uint64_t left = source.size() - std::min(local->data, source.size());
    Complete(source, limits, left, *local);
    // Refused data without a length is searched for the next header like anything else.
    at = local->data + std::min(local->entry.compressed, left);
    if (!local->folder) {
      directory.entries.push_back(std::move(local->entry));
    }
  }
  return directory;
}

}  // namespace whfb::engine::zip

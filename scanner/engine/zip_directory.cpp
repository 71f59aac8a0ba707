// The central directory: where it is, and what it lists.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "scanner/engine/entry_names.h"
#include "scanner/engine/zip_format.h"

namespace whfb::engine::zip {

namespace {

constexpr std::uint32_t kIn64 = 0xffffffff;  // the value is in the Zip64 extra

struct Place {
  std::uint64_t offset = 0;  // of the first central header, in the source
  std::uint64_t size = 0;
  std::uint64_t count = 0;
  std::uint64_t shift = 0;  // bytes before the archive (self-extracting), added to offsets
};

std::uint32_t SignatureAt(readers::ByteSource& source, std::uint64_t offset) {
  auto window = source.Window(offset, sizeof(std::uint32_t));
  return window && window->size() == sizeof(std::uint32_t) ? U32(*window, 0) : 0;
}

// The end record nearest to the end whose comment fits in the file.
std::optional<std::uint64_t> FindEnd(readers::ByteSource& source) {
  constexpr std::uint64_t kMaxComment = 0xffff;
  const std::uint64_t tail = std::min<std::uint64_t>(source.size(), kMaxComment + kEndBytes);
  const std::uint64_t base = source.size() - tail;
  auto window = source.Window(base, static_cast<std::size_t>(tail));
  if (!window || window->size() < kEndBytes) {
    return std::nullopt;
  }
  for (std::size_t at = window->size() - kEndBytes + 1; at-- > 0;) {
    if (U32(*window, at) == kEndSignature &&
        at + kEndBytes + U16(*window, at + 20) <= window->size()) {
      return base + at;
    }
  }
  return std::nullopt;
}

// Replaces what the Zip64 end record knows better. The new end of the directory.
std::uint64_t ApplyEnd64(readers::ByteSource& source, std::uint64_t end, Place& place) {
  if (end < kEnd64LocatorBytes ||
      SignatureAt(source, end - kEnd64LocatorBytes) != kEnd64LocatorSignature) {
    return end;
  }
  auto locator = source.Window(end - kEnd64LocatorBytes, kEnd64LocatorBytes);
  if (!locator || locator->size() < kEnd64LocatorBytes) {
    return end;
  }
  std::uint64_t at = U64(*locator, 8);
  if (SignatureAt(source, at) != kEnd64Signature) {
    at = end - std::min<std::uint64_t>(end, kEnd64LocatorBytes + kEnd64Bytes);
  }
  auto record = source.Window(at, kEnd64Bytes);
  if (!record || record->size() < kEnd64Bytes || U32(*record, 0) != kEnd64Signature) {
    return end;
  }
  place.count = U64(*record, 32);
  place.size = U64(*record, 40);
  place.offset = U64(*record, 48);
  return at;
}

std::optional<Place> FindDirectory(readers::ByteSource& source) {
  const std::optional<std::uint64_t> end = FindEnd(source);
  if (!end) {
    return std::nullopt;
  }
  auto record = source.Window(*end, kEndBytes);
  if (!record || record->size() < kEndBytes) {
    return std::nullopt;
  }
  Place place{.offset = U32(*record, 16), .size = U32(*record, 12), .count = U16(*record, 10)};
  const std::uint64_t directory_end = ApplyEnd64(source, *end, place);
  if (place.size == 0 && place.count == 0) {
    return place;
  }
  if (place.size > directory_end) {
    return std::nullopt;
  }
  if (SignatureAt(source, place.offset) == kCentralSignature &&
      place.offset + place.size <= directory_end) {
    return place;
  }
  // Bytes in front of the archive move everything by the same distance.
  const std::uint64_t real = directory_end - place.size;
  if (SignatureAt(source, real) != kCentralSignature || real < place.offset) {
    return std::nullopt;
  }
  place.shift = real - place.offset;
  place.offset = real;
  return place;
}

constexpr std::uint32_t kUnixSystem = 3;
constexpr std::uint32_t kUnixTypeMask = 0170000;
constexpr std::uint32_t kUnixLink = 0120000;

// One central header with its variable part.
ZipEntry ParseCentral(Bytes header, std::uint64_t shift, const Limits& limits) {
  const std::size_t name_length = U16(header, 28);
  const std::size_t extra_length = U16(header, 30);
  Extended fields{.size = U32(header, 24),
                  .compressed = U32(header, 20),
                  .offset = U32(header, 42),
                  .modified = DosTime(U16(header, 14), U16(header, 12))};
  ApplyExtras(header.subspan(kCentralBytes + name_length, extra_length), fields);
  EntryName name = SafeEntryName(Text(header.subspan(kCentralBytes, name_length)));
  ZipEntry entry{.name = std::move(name.text),
                 .note = name.note,
                 .size = fields.size,
                 .compressed = fields.compressed,
                 .header_offset = fields.offset + shift,
                 .crc32 = U32(header, 16),
                 .method = U16(header, 10),
                 .modified = fields.modified};
  const std::uint32_t unix_mode = U32(header, 38) >> 16U;
  if (U16(header, 4) >> 8U == kUnixSystem && (unix_mode & kUnixTypeMask) == kUnixLink) {
    entry.refused = "symbolic link";
    entry.why = WhyUnknown::kNotCollected;
  } else {
    Judge(entry, U16(header, 8), limits);
  }
  return entry;
}

// A central header, whole; `length` adds the comment behind it.
struct Central {
  Bytes header{};  // of the source's last window
  std::uint64_t length = 0;
};

// Nothing when no header is at `at` or when it does not end before `end`.
std::optional<Central> CentralAt(readers::ByteSource& source, std::uint64_t at, std::uint64_t end) {
  auto fixed = source.Window(at, kCentralBytes);
  if (!fixed || fixed->size() < kCentralBytes || U32(*fixed, 0) != kCentralSignature) {
    return std::nullopt;
  }
  const std::size_t length = kCentralBytes + std::size_t{U16(*fixed, 28)} + U16(*fixed, 30);
  const std::size_t comment = U16(*fixed, 32);
  auto header = source.Window(at, length);
  if (!header || header->size() < length || at + length > end) {
    return std::nullopt;
  }
  return Central{.header = *header, .length = length + comment};
}

bool IsFolder(Bytes header) {
  const std::string_view raw = Text(header.subspan(kCentralBytes, U16(header, 28)));
  const bool named = raw.ends_with('/') || raw.ends_with('\\');
  return named && U32(header, 24) == 0;
}

}  // namespace

void ApplyExtras(Bytes extras, Extended& fields) {
  constexpr std::uint16_t kZip64 = 0x0001;
  constexpr std::uint16_t kUnixTimes = 0x5455;
  constexpr std::size_t kHeader = 4;
  while (extras.size() >= kHeader) {
    const std::uint16_t id = U16(extras, 0);
    const std::size_t length = std::min<std::size_t>(U16(extras, 2), extras.size() - kHeader);
    Bytes data = extras.subspan(kHeader, length);
    extras = extras.subspan(kHeader + length);
    if (id == kZip64) {
      for (std::uint64_t* const field : {&fields.size, &fields.compressed, &fields.offset}) {
        if (*field == kIn64 && data.size() >= 8) {
          *field = U64(data, 0);
          data = data.subspan(8);
        }
      }
    } else if (id == kUnixTimes && data.size() >= 5 &&
               (std::to_integer<unsigned>(data[0]) & 1U) != 0) {
      const auto seconds = static_cast<std::int32_t>(U32(data, 1));
      const Ticks time = kUnixEpochTicks + Ticks{seconds} * kTicksPerSecond;
      fields.modified = {.earliest = time, .latest = time};
    }
  }
}

TimeInterval DosTime(std::uint16_t date, std::uint16_t time) {
  const CivilTime civil{.year = 1980 + (date >> 9),
                        .month = (date >> 5) & 15,
                        .day = date & 31,
                        .hour = time >> 11,
                        .minute = (time >> 5) & 63,
                        .second = (time & 31) * 2};
  if (!ValidCivil(civil)) {
    return {};
  }
  const Ticks ticks = TicksFromCivil(civil);
  return {.earliest = ticks - kZoneUncertainty, .latest = ticks + kZoneUncertainty};
}

void Judge(ZipEntry& entry, std::uint16_t flags, const Limits& limits) {
  constexpr std::uint16_t kAnyEncryption =
      kFlagEncrypted | kFlagStrongEncryption | kFlagMaskedHeader;
  if ((flags & kAnyEncryption) != 0) {
    entry.refused = "encrypted";
    entry.why = WhyUnknown::kDenied;
  } else if (entry.method != kStored && entry.method != kDeflated) {
    entry.refused = "compression method is not supported (only stored and deflated are)";
    entry.why = WhyUnknown::kMalformed;
  } else if (entry.size > limits.max_entry_bytes) {
    entry.refused = "larger than the limit for one entry";
    entry.why = WhyUnknown::kTooLarge;
  } else if (entry.size > limits.ratio_free_bytes &&
             entry.size / std::max<std::uint64_t>(entry.compressed, 1) > limits.max_ratio) {
    entry.refused = "compressed beyond the limit of the ratio";
    entry.why = WhyUnknown::kTooLarge;
  } else if (entry.method == kStored && entry.size != entry.compressed) {
    entry.refused = "stored with two different sizes";
    entry.why = WhyUnknown::kMalformed;
  }
}

Result<Directory> ReadDirectory(readers::ByteSource& source, const Limits& limits) {
  constexpr std::uint64_t kCountModulus = 0x10000;  // without Zip64 the count wraps
  const std::optional<Place> place = FindDirectory(source);
  if (!place) {
    return Error{
        .code = ErrorCode::kNotFound, .where = "archive", .message = "no end record that fits"};
  }
  Directory directory;
  std::uint64_t seen = 0;
  std::size_t names = 0;
  std::uint64_t at = place->offset;
  const std::uint64_t end = place->offset + place->size;
  while (at + kCentralBytes <= end) {
    const std::optional<Central> central = CentralAt(source, at, end);
    if (!central) {
      break;
    }
    if (!IsFolder(central->header)) {
      names += central->header.size();
      if (directory.entries.size() >= limits.max_files || names > kMaxNameBytes) {
        directory.damage = "more entries than the limit";
        return directory;
      }
      directory.entries.push_back(ParseCentral(central->header, place->shift, limits));
    }
    ++seen;
    at += central->length;
  }
  if (at != end || seen % kCountModulus != place->count % kCountModulus) {
    directory.damage = "central directory is damaged";
  }
  return directory;
}

}  // namespace whfb::engine::zip

#include "scanner/engine/archive_reader.h"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <array>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "scanner/engine/entry_names.h"

namespace whfb::engine {

namespace {

constexpr std::size_t kInputWindow = std::size_t{64} << 10;

// What the callbacks of libarchive read from. The bytes are copied, since libarchive keeps looking
// at them while an entry is visited, and the visitor may use the source in between.
struct Input {
  readers::ByteSource* source = nullptr;
  std::uint64_t at = 0;
  std::vector<std::byte> bytes{};
};

la_ssize_t ReadInput(archive* /*reader*/, void* client, const void** buffer) {
  Input& input = *static_cast<Input*>(client);
  auto window = input.source->Window(input.at, kInputWindow);
  if (!window) {
    return ARCHIVE_FATAL;
  }
  input.bytes.assign(window->begin(), window->end());
  *buffer = input.bytes.data();
  input.at += input.bytes.size();
  return static_cast<la_ssize_t>(input.bytes.size());
}

la_int64_t SkipInput(archive* /*reader*/, void* client, la_int64_t request) {
  Input& input = *static_cast<Input*>(client);
  const std::uint64_t left = input.source->size() - std::min(input.at, input.source->size());
  const auto skipped = std::min(left, static_cast<std::uint64_t>(std::max<la_int64_t>(request, 0)));
  input.at += skipped;
  return static_cast<la_int64_t>(skipped);
}

la_int64_t SeekInput(archive* /*reader*/, void* client, la_int64_t offset, int whence) {
  Input& input = *static_cast<Input*>(client);
  const auto size = static_cast<la_int64_t>(input.source->size());
  const la_int64_t base = whence == SEEK_SET   ? 0
                          : whence == SEEK_CUR ? static_cast<la_int64_t>(input.at)
                                               : size;
  const bool fits = offset >= -base && offset <= size - base;
  if (!fits) {
    return ARCHIVE_FATAL;
  }
  input.at = static_cast<std::uint64_t>(base + offset);
  return base + offset;
}

struct FreeReader {
  void operator()(archive* reader) const { archive_read_free(reader); }
};

using Reader = std::unique_ptr<archive, FreeReader>;

Error ReaderError(archive* reader, std::string_view where) {
  const char* const text = archive_error_string(reader);
  return {.code = ErrorCode::kMalformed,
          .where = std::string(where),
          .message = text == nullptr ? "the container is damaged" : text};
}

// Never with filters that start a program, nor formats that name files on this machine.
Reader OpenReader(Input& input) {
  Reader reader(archive_read_new());
  archive* const raw = reader.get();
  if (raw == nullptr) {
    return reader;
  }
  archive_read_support_format_cab(raw);
  archive_read_support_format_tar(raw);
  archive_read_support_format_7zip(raw);
  archive_read_support_format_raw(raw);
  archive_read_support_filter_gzip(raw);
  archive_read_support_filter_bzip2(raw);
  archive_read_support_filter_xz(raw);
  archive_read_support_filter_zstd(raw);
  archive_read_set_read_callback(raw, ReadInput);
  archive_read_set_skip_callback(raw, SkipInput);
  archive_read_set_seek_callback(raw, SeekInput);
  archive_read_set_callback_data(raw, &input);
  return reader;
}

class EntryData final : public ArchiveData {
 public:
  EntryData(archive* reader, std::string_view where) : reader_(reader), where_(where) {}

  [[nodiscard]] Result<std::span<const std::byte>> Next() override {
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    int status = ARCHIVE_OK;
    while (status == ARCHIVE_OK && size == 0) {
      status = archive_read_data_block(reader_, &data, &size, &offset);
    }
    if (status == ARCHIVE_EOF) {
      return std::span<const std::byte>{};
    }
    if (status != ARCHIVE_OK) {
      return ReaderError(reader_, where_);
    }
    // Holes of sparse tar entries would shift what follows: not worth supporting in evidence.
    if (offset != expected_) {
      return Error{.code = ErrorCode::kMalformed,
                   .where = std::string(where_),
                   .message = "sparse entries are not supported"};
    }
    expected_ += static_cast<la_int64_t>(size);
    return std::span<const std::byte>(static_cast<const std::byte*>(data), size);
  }

 private:
  archive* reader_;
  std::string_view where_;
  la_int64_t expected_ = 0;
};

// Not of cabinets: libarchive reads their local time in the zone of this machine, and results may
// not depend on that.
TimeInterval ModifiedTime(archive_entry* entry, bool cabinet) {
  constexpr std::int64_t kMostSeconds = 200'000'000'000;
  const std::int64_t seconds = archive_entry_mtime(entry);
  if (cabinet || archive_entry_mtime_is_set(entry) == 0 || seconds <= 0 || seconds > kMostSeconds) {
    return {};
  }
  const Ticks time = kUnixEpochTicks + seconds * kTicksPerSecond;
  return {.earliest = time, .latest = time};
}

// libarchive gives names in the locale's encoding or, failing that, as bytes.
std::string RawName(archive_entry* entry) {
  if (const char* const utf8 = archive_entry_pathname_utf8(entry); utf8 != nullptr) {
    return utf8;
  }
  const char* const bytes = archive_entry_pathname(entry);
  return bytes == nullptr ? "" : bytes;
}

ArchiveEntry Describe(archive* reader,
                      archive_entry* entry,
                      std::string_view inner_name,
                      const Limits& limits) {
  const bool raw = archive_format(reader) == ARCHIVE_FORMAT_RAW;
  const bool cabinet = archive_format(reader) == ARCHIVE_FORMAT_CAB;
  EntryName name = SafeEntryName(raw ? std::string(inner_name) : RawName(entry));
  ArchiveEntry described{
      .name = std::move(name.text),
      .note = name.note,
      .size = static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(entry), 0)),
      .modified = ModifiedTime(entry, cabinet),
      .bare = raw};
  if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) {
    described.refused = "link or special file";
    described.why = WhyUnknown::kNotCollected;
  } else if (archive_entry_is_encrypted(entry) != 0) {
    described.refused = "encrypted";
    described.why = WhyUnknown::kDenied;
  } else if (described.size > limits.max_entry_bytes) {
    described.refused = "larger than the limit for one entry";
    described.why = WhyUnknown::kTooLarge;
  }
  return described;
}

}  // namespace

Container RecogniseContainer(std::span<const std::byte> head) {
  using namespace std::string_view_literals;
  static constexpr std::array kMagics = {"MSCF\0\0\0\0"sv,
                                         "\xfd"
                                         "7zXZ\0"sv,
                                         "\x1f\x8b\x08"sv,
                                         "BZh"sv,
                                         "7z\xbc\xaf\x27\x1c"sv,
                                         "\x28\xb5\x2f\xfd"sv};
  constexpr std::size_t kTarMagicAt = 257;
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  if (text.starts_with("PK\x03\x04"sv) || text.starts_with("PK\x05\x06"sv)) {
    return Container::kZip;
  }
  const bool tar = text.size() > kTarMagicAt && text.substr(kTarMagicAt).starts_with("ustar"sv);
  const bool other =
      tar || std::ranges::any_of(kMagics, [text](auto magic) { return text.starts_with(magic); });
  return other ? Container::kOther : Container::kNone;
}

Status ReadArchive(readers::ByteSource& source,
                   std::string_view inner_name,
                   const Limits& limits,
                   const std::function<void(const ArchiveEntry& entry, ArchiveData& data)>& visit) {
  Input input{.source = &source};
  const Reader reader = OpenReader(input);
  if (reader == nullptr) {
    return Error{.where = std::string(inner_name), .message = "libarchive could not start"};
  }
  if (archive_read_open1(reader.get()) != ARCHIVE_OK) {
    return ReaderError(reader.get(), inner_name);
  }
  for (std::uint64_t count = 0; count <= limits.max_files; ++count) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) {
      return Ok{};
    }
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
      return ReaderError(reader.get(), inner_name);
    }
    // "raw" takes anything; without a filter it only means that no real format fitted.
    if (archive_format(reader.get()) == ARCHIVE_FORMAT_RAW &&
        archive_filter_code(reader.get(), 0) == ARCHIVE_FILTER_NONE) {
      return Error{.code = ErrorCode::kMalformed,
                   .where = std::string(inner_name),
                   .message = "the header of the container is damaged"};
    }
    if (archive_entry_filetype(entry) == AE_IFDIR) {
      continue;
    }
    const ArchiveEntry described = Describe(reader.get(), entry, inner_name, limits);
    EntryData data(reader.get(), described.name);
    visit(described, data);
  }
  return Error{.code = ErrorCode::kTooLarge,
               .where = std::string(inner_name),
               .message = "more entries than the limit"};
}

}  // namespace whfb::engine

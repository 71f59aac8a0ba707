#include "samples/zip_file.h"

#include <libdeflate.h>
#include <memory>
#include <stdexcept>

#include "samples/evtx_bytes.h"
#include "scanner/core/time.h"

namespace whfb::samples {

namespace {

// APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16.
constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kEndOfDirectory = 0x06054b50;
constexpr std::uint16_t kDeflate = 8;
constexpr std::uint16_t kVersion = 20;
constexpr std::uint16_t kUtf8Names = 0x0800;
constexpr std::uint16_t kUnixTime = 0x5455;  // extra field: seconds since 1970, UTC
constexpr std::uint16_t kUnixTimeSize = 5;

struct FreeCompressor {
  void operator()(libdeflate_compressor* object) const { libdeflate_free_compressor(object); }
};

struct Entry {
  std::string path{};
  std::string packed{};
  std::uint32_t crc = 0;
  std::uint32_t size = 0;
  std::uint32_t offset = 0;
};

std::span<const std::byte> AsBytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string Deflate(const std::string& content) {
  constexpr int kLevel = 6;
  const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(
      libdeflate_alloc_compressor(kLevel));
  if (compressor == nullptr) {
    throw std::runtime_error("libdeflate gives no compressor");
  }
  std::string packed(libdeflate_deflate_compress_bound(compressor.get(), content.size()), '\0');
  packed.resize(libdeflate_deflate_compress(compressor.get(), content.data(), content.size(),
                                            packed.data(), packed.size()));
  if (packed.empty()) {
    throw std::runtime_error("libdeflate does not compress");
  }
  return packed;
}

// MS-DOS date and time, which name no zone: UTC here, whoever makes the archive.
std::uint32_t DosTime(std::int64_t unix_time) {
  const CivilTime civil = CivilFromTicks(kUnixEpochTicks + unix_time * kTicksPerSecond);
  const int date = ((civil.year - 1980) << 9) | (civil.month << 5) | civil.day;
  const int time = (civil.hour << 11) | (civil.minute << 5) | (civil.second / 2);
  return static_cast<std::uint32_t>(date) << 16U | static_cast<std::uint32_t>(time);
}

// The part that local and central headers share, up to the length of the extra field.
void PutCommon(const Entry& entry, std::int64_t time, Bytes& out) {
  out.Put(kVersion);
  out.Put(kUtf8Names);
  out.Put(kDeflate);
  out.Put(DosTime(time));
  out.Put(entry.crc);
  out.Put(static_cast<std::uint32_t>(entry.packed.size()));
  out.Put(entry.size);
  out.Put(static_cast<std::uint16_t>(entry.path.size()));
  out.Put(static_cast<std::uint16_t>(kUnixTimeSize + 4));
}

void PutExtra(std::int64_t time, Bytes& out) {
  out.Put(kUnixTime);
  out.Put(kUnixTimeSize);
  out.Put(std::uint8_t{1});  // the time of modification is there
  out.Put(static_cast<std::uint32_t>(time));
}

void PutCentral(const Entry& entry, std::int64_t time, Bytes& out) {
  out.Put(kCentralHeader);
  out.Put(kVersion);  // made by MS-DOS, as archives of Windows are
  PutCommon(entry, time, out);
  out.Put(std::uint16_t{0});  // comment
  out.Put(std::uint16_t{0});  // disk
  out.Put(std::uint16_t{0});  // internal attributes
  out.Put(std::uint32_t{0});  // external attributes
  out.Put(entry.offset);
  out.Append(AsBytes(entry.path));
  PutExtra(time, out);
}

}  // namespace

std::string MakeZip(const Files& files, std::int64_t unix_time) {
  Bytes out;
  std::vector<Entry> entries;
  for (const auto& [path, content] : files) {
    entries.push_back({.path = path,
                       .packed = Deflate(content),
                       .crc = libdeflate_crc32(0, content.data(), content.size()),
                       .size = static_cast<std::uint32_t>(content.size()),
                       .offset = static_cast<std::uint32_t>(out.size())});
    out.Put(kLocalHeader);
    PutCommon(entries.back(), unix_time, out);
    out.Append(AsBytes(path));
    PutExtra(unix_time, out);
    out.Append(AsBytes(entries.back().packed));
  }
  const std::size_t directory = out.size();
  for (const Entry& entry : entries) {
    PutCentral(entry, unix_time, out);
  }
  const std::size_t end = out.size();
  out.Put(kEndOfDirectory);
  out.Put(std::uint32_t{0});  // disks
  out.Put(static_cast<std::uint16_t>(entries.size()));
  out.Put(static_cast<std::uint16_t>(entries.size()));
  out.Put(static_cast<std::uint32_t>(end - directory));
  out.Put(static_cast<std::uint32_t>(directory));
  out.Put(std::uint16_t{0});  // comment
  const std::span<const std::byte> bytes = out.view();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace whfb::samples

#include "collectors/readers/hive_header.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "collectors/readers/evtx_value.h"
#include "collectors/readers/little_endian.h"

namespace whfb::readers {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kTypeAt = 28;
constexpr std::size_t kNameAt = 48;
constexpr std::size_t kNameUnits = 32;
constexpr std::size_t kChecksumAt = 508;
constexpr std::uint32_t kAlternate = 2;  // SYSTEM.ALT of Windows 2000; some logs say so too

std::string_view AsText(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Windows never writes 0 and 0xffffffff.
std::uint32_t Checksum(std::span<const std::byte> sector) {
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < kChecksumAt; at += 4) {
    sum ^= LoadAt<std::uint32_t>(sector, at);
  }
  if (sum == 0) {
    return 1;
  }
  return sum == 0xffffffff ? 0xfffffffe : sum;
}

std::string FileName(std::span<const std::byte> sector) {
  const std::span<const std::byte> field = sector.subspan(kNameAt, kNameUnits * 2);
  std::size_t units = 0;
  while (units < kNameUnits && LoadAt<std::uint16_t>(field, units * 2) != 0) {
    ++units;
  }
  std::array<char, kNameUnits * 3> text{};
  const std::size_t length = evtx::Utf16ToUtf8(field.data(), units, text.data());
  return {text.data(), length};
}

}  // namespace

HiveFile RecogniseHiveFile(std::span<const std::byte> head) {
  if (head.size() < kTypeAt + 4 || !AsText(head).starts_with("regf"sv)) {
    return HiveFile::kNone;
  }
  const auto type = LoadAt<std::uint32_t>(head, kTypeAt);
  const bool vector = head.size() >= kHiveSectorBytes + 4 &&
                      AsText(head.subspan(kHiveSectorBytes)).starts_with("DIRT"sv);
  const bool log = type == 1 || type == 6 || (type == kAlternate && vector);
  return log ? HiveFile::kLog : HiveFile::kHive;
}

std::optional<HiveHeader> ParseHiveHeader(std::span<const std::byte> sector) {
  if (sector.size() < kHiveSectorBytes || !AsText(sector).starts_with("regf"sv)) {
    return std::nullopt;
  }
  HiveHeader header;
  header.primary = LoadAt<std::uint32_t>(sector, 4);
  header.secondary = LoadAt<std::uint32_t>(sector, 8);
  header.last_written = LoadAt<Ticks>(sector, 12);
  header.major = LoadAt<std::uint32_t>(sector, 20);
  header.minor = LoadAt<std::uint32_t>(sector, 24);
  header.type = LoadAt<std::uint32_t>(sector, kTypeAt);
  header.root = LoadAt<std::uint32_t>(sector, 36);
  header.bins_bytes = LoadAt<std::uint32_t>(sector, 40);
  header.file_name = FileName(sector);
  header.checksum_ok = LoadAt<std::uint32_t>(sector, kChecksumAt) == Checksum(sector);
  return header;
}

}  // namespace whfb::readers

#include "tests/engine_sources/made_archives.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <libdeflate.h>
#include <memory>

namespace whfb::engine::test {

namespace {

constexpr std::uint32_t kDosTime = 0x5a21'5000;  // 2025-01-01 10:00:00

void Put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) {
    out += static_cast<char>(value >> (8 * i) & 0xff);
  }
}

std::uint32_t Crc(std::string_view data) {
  return libdeflate_crc32(0, data.data(), data.size());
}

struct Packed {
  std::string data{};
  std::uint32_t crc = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;
};

std::string Zip64Extra(const Packed& packed) {
  std::string extra;
  Put(extra, 1, 2);
  Put(extra, 16, 2);
  Put(extra, packed.size, 8);
  Put(extra, packed.data.size(), 8);
  return extra;
}

// From "version needed" to the extra's length: the same in both headers.
void PutCommon(std::string& out, const MadeEntry& entry, const Packed& packed, bool local) {
  const bool behind = local && entry.descriptor;
  const std::uint16_t flags =
      static_cast<std::uint16_t>(entry.flags | (entry.descriptor ? 8U : 0U));
  Put(out, 20, 2);
  Put(out, flags, 2);
  Put(out, entry.method, 2);
  Put(out, kDosTime, 4);
  Put(out, behind ? 0 : packed.crc, 4);
  Put(out, entry.zip64 ? 0xffffffff : behind ? 0 : packed.data.size(), 4);
  Put(out, entry.zip64 ? 0xffffffff : behind ? 0 : packed.size, 4);
  Put(out, entry.name.size(), 2);
  Put(out, entry.zip64 ? 20 : 0, 2);
}

void PutLocal(std::string& out, const MadeEntry& entry, const Packed& packed) {
  Put(out, 0x04034b50, 4);
  PutCommon(out, entry, packed, true);
  out += entry.name;
  out += entry.zip64 ? Zip64Extra(packed) : "";
  out += packed.data;
  if (entry.descriptor) {
    Put(out, 0x08074b50, 4);
    Put(out, packed.crc, 4);
    Put(out, packed.data.size(), 4);
    Put(out, packed.size, 4);
  }
}

void PutCentral(std::string& out, const MadeEntry& entry, const Packed& packed) {
  Put(out, 0x02014b50, 4);
  Put(out, entry.attributes != 0 ? 0x0314 : 0x0014, 2);
  PutCommon(out, entry, packed, false);
  Put(out, 0, 2);  // comment
  Put(out, 0, 4);  // disk, internal attributes
  Put(out, entry.attributes, 4);
  Put(out, entry.offset.value_or(static_cast<std::uint32_t>(packed.offset)), 4);
  out += entry.name;
  out += entry.zip64 ? Zip64Extra(packed) : "";
}

void PutZip64End(std::string& out, std::uint64_t count, std::uint64_t size, std::uint64_t offset) {
  const std::uint64_t at = out.size();
  Put(out, 0x06064b50, 4);
  Put(out, 44, 8);
  Put(out, 45, 2);
  Put(out, 45, 2);
  Put(out, 0, 8);  // disks
  Put(out, count, 8);
  Put(out, count, 8);
  Put(out, size, 8);
  Put(out, offset, 8);
  Put(out, 0x07064b50, 4);
  Put(out, 0, 4);
  Put(out, at, 8);
  Put(out, 1, 4);
}

constexpr std::size_t kCabinetBlock = 32768;

std::string LzxBlock(std::string_view data, bool first) {
  std::string out;
  // Bits from the top of 16-bit little-endian words: [E8 flag of the stream], type 3, size.
  const std::uint64_t size = data.size();
  const std::uint64_t bits = first ? (3ULL << 28 | size << 4) : (3ULL << 29 | size << 5);
  Put(out, bits >> 16 & 0xffff, 2);
  Put(out, bits & 0xffff, 2);
  for (int i = 0; i < 3; ++i) {
    Put(out, 1, 4);
  }
  out += data;
  out.append(data.size() % 2, '\0');
  return out;
}

std::string CabinetBlock(std::string_view data, CabinetMethod method, bool first) {
  switch (method) {
    case CabinetMethod::kMsZip:
      return "CK" + Deflate(data);
    case CabinetMethod::kLzx:
      return LzxBlock(data, first);
    case CabinetMethod::kStored:
      break;
  }
  return std::string(data);
}

}  // namespace

std::string Deflate(std::string_view data) {
  const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> compressor(
      libdeflate_alloc_compressor(6), libdeflate_free_compressor);
  std::string out(libdeflate_deflate_compress_bound(compressor.get(), data.size()), '\0');
  out.resize(libdeflate_deflate_compress(compressor.get(), data.data(), data.size(), out.data(),
                                         out.size()));
  return out;
}

std::string MakeZip(const std::vector<MadeEntry>& entries,
                    bool zip64_end,
                    std::string_view comment) {
  std::string out;
  std::string directory;
  for (const MadeEntry& entry : entries) {
    Packed packed{.data = entry.method == 8 ? Deflate(entry.data) : entry.data,
                  .crc = entry.crc.value_or(Crc(entry.data)),
                  .size = entry.data.size(),
                  .offset = out.size()};
    PutLocal(out, entry, packed);
    packed.size = entry.size.value_or(packed.size);
    PutCentral(directory, entry, packed);
  }
  const std::uint64_t offset = out.size();
  out += directory;
  if (zip64_end) {
    PutZip64End(out, entries.size(), directory.size(), offset);
  }
  Put(out, 0x06054b50, 4);
  Put(out, 0, 4);
  Put(out, zip64_end ? 0xffff : entries.size(), 2);
  Put(out, zip64_end ? 0xffff : entries.size(), 2);
  Put(out, zip64_end ? 0xffffffff : directory.size(), 4);
  Put(out, zip64_end ? 0xffffffff : offset, 4);
  Put(out, comment.size(), 2);
  out += comment;
  return out;
}

std::string MakeCabinet(const std::vector<MadeEntry>& entries, CabinetMethod method) {
  std::string all;
  std::string files;
  for (const MadeEntry& entry : entries) {
    Put(files, entry.data.size(), 4);
    Put(files, all.size(), 4);
    Put(files, 0, 2);  // folder
    Put(files, kDosTime >> 16, 2);
    Put(files, kDosTime & 0xffff, 2);
    Put(files, 0x20, 2);
    files += entry.name;
    files += '\0';
    all += entry.data;
  }
  std::string blocks;
  std::uint64_t count = 0;
  for (std::size_t at = 0; at < all.size(); at += kCabinetBlock, ++count) {
    const std::string_view data = std::string_view(all).substr(at, kCabinetBlock);
    const std::string packed = CabinetBlock(data, method, count == 0);
    Put(blocks, 0, 4);  // checksum: none
    Put(blocks, packed.size(), 2);
    Put(blocks, data.size(), 2);
    blocks += packed;
  }
  constexpr std::size_t kHeader = 36;
  constexpr std::size_t kFolder = 8;
  std::string out = "MSCF";
  Put(out, 0, 4);
  Put(out, kHeader + kFolder + files.size() + blocks.size(), 4);
  Put(out, 0, 4);
  Put(out, kHeader + kFolder, 4);
  Put(out, 0, 4);
  Put(out, 0x0103, 2);  // version 1.3
  Put(out, 1, 2);       // folders
  Put(out, entries.size(), 2);
  Put(out, 0, 6);  // flags, set, number
  Put(out, kHeader + kFolder + files.size(), 4);
  Put(out, count, 2);
  Put(out, static_cast<std::uint16_t>(method), 2);
  return out + files + blocks;
}

std::vector<std::byte> ToBytes(std::string_view text) {
  std::vector<std::byte> bytes(text.size());
  std::ranges::transform(text, bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
  return bytes;
}

std::string ToText(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string RegText() {
  return "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies]\r\n"
         "\"Enabled\"=dword:00000001\r\n";
}

void WriteFile(const std::string& path, std::string_view content) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace whfb::engine::test

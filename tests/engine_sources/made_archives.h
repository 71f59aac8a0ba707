// Archives made byte by byte, so that tests can also make what no tool would.

#ifndef WHFB_TESTS_ENGINE_SOURCES_MADE_ARCHIVES_H_
#define WHFB_TESTS_ENGINE_SOURCES_MADE_ARCHIVES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whfb::engine::test {

struct MadeEntry {
  std::string name{};
  std::string data{};
  std::uint16_t method = 8;
  std::uint16_t flags = 0;
  bool descriptor = false;                // sizes and CRC behind the data
  bool zip64 = false;                     // sizes in the Zip64 extra
  std::uint32_t attributes = 0;           // external; Unix mode in the high half
  std::optional<std::uint32_t> crc{};     // instead of the true one
  std::optional<std::uint64_t> size{};    // stated in the directory instead of the true one
  std::optional<std::uint32_t> offset{};  // of the local header, stated in the directory
};

[[nodiscard]] std::string MakeZip(const std::vector<MadeEntry>& entries,
                                  bool zip64_end = false,
                                  std::string_view comment = {});

enum class CabinetMethod : std::uint16_t { kStored = 0, kMsZip = 1, kLzx = 0x1503 };

// One folder, data in blocks of at most 32 KiB. LZX data is made of uncompressed LZX blocks.
[[nodiscard]] std::string MakeCabinet(const std::vector<MadeEntry>& entries, CabinetMethod method);

[[nodiscard]] std::string Deflate(std::string_view data);

[[nodiscard]] std::vector<std::byte> ToBytes(std::string_view text);
[[nodiscard]] std::string ToText(const std::vector<std::byte>& bytes);

// A small text that the reader of .reg files recognises.
[[nodiscard]] std::string RegText();

// A folder of its own for each test, removed afterwards; and files in it.
void WriteFile(const std::string& path, std::string_view content);

}  // namespace whfb::engine::test

#endif  // WHFB_TESTS_ENGINE_SOURCES_MADE_ARCHIVES_H_

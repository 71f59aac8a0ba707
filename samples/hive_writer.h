// Writes registry hives and their logs, from the public description of the format (msuhanov,
// "Windows registry file format specification"), for samples, tests and fuzz seeds. Every kind of
// list, name and data; what Windows, hivex and libregf read. Damage is the caller's to do.

#ifndef WHFB_SAMPLES_HIVE_WRITER_H_
#define WHFB_SAMPLES_HIVE_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/core/time.h"

namespace whfb::samples {

struct HiveSampleValue {
  std::string name{};  // UTF-8; empty: the default value
  std::uint32_t type = 0;
  std::vector<std::byte> data{};
};

struct HiveSampleKey {
  std::string name{};  // UTF-8
  std::vector<HiveSampleValue> values{};
  std::vector<HiveSampleKey> keys{};
  Ticks last_written = 0;

  // The key below, made on first use: At("Microsoft\\Cryptography").
  HiveSampleKey& At(std::string_view path);

  HiveSampleKey& Number(std::string_view value, std::uint32_t number);            // REG_DWORD
  HiveSampleKey& Text(std::string_view value, std::string_view text);             // REG_SZ, ended
  HiveSampleKey& Bytes(std::string_view value, std::span<const std::byte> data);  // REG_BINARY
};

enum class HiveListStyle : std::uint8_t { kHash, kHint, kIndex };

struct HiveSample {
  HiveSampleKey root{.name = "ROOT"};
  std::uint32_t minor = 5;
  std::uint32_t sequence = 1;
  HiveListStyle lists = HiveListStyle::kHash;
  std::size_t most_in_list = 512;  // more subkeys: an index root over several lists
  std::string file_name{};         // UTF-8; what the header says
  std::string user_sid{};          // with full control of every key
  Ticks last_written = 0;
};

[[nodiscard]] std::vector<std::byte> WriteHive(const HiveSample& sample);

// The hive with other sequence numbers; different ones make it dirty.
void SetHiveSequence(std::vector<std::byte>& hive, std::uint32_t primary, std::uint32_t secondary);

// The checksum made right again after a change to the header.
void SealHive(std::vector<std::byte>& hive);

// One entry of a new log: the pages in which `after` differs from `before`.
struct HiveLogEntry {
  std::span<const std::byte> before{};
  std::span<const std::byte> after{};
  std::uint32_t sequence = 0;
};

// LOG1 or LOG2 of Windows 8.1 and later, with entries in order.
[[nodiscard]] std::vector<std::byte> WriteHiveLog(std::span<const HiveLogEntry> entries);

// LOG of earlier versions.
[[nodiscard]] std::vector<std::byte> WriteOldHiveLog(std::span<const std::byte> before,
                                                     std::span<const std::byte> after);

// Text as UTF-16LE, without an end.
[[nodiscard]] std::vector<std::byte> HiveText(std::string_view utf8);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_HIVE_WRITER_H_

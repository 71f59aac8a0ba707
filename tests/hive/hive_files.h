// Hives for the tests: the shared real files (unpacked), reading them, and everything that a hive
// holds as plain values, whoever read it.

#ifndef WHFB_TESTS_HIVE_HIVE_FILES_H_
#define WHFB_TESTS_HIVE_HIVE_FILES_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "collectors/readers/registry_record.h"
#include "scanner/core/text_pool.h"

namespace whfb::readers {
extern const ReaderSpec kHiveReader;
extern const ReaderSpec kHiveLogReader;
}  // namespace whfb::readers

namespace whfb::test {

using Bytes = std::vector<std::byte>;

// The hives of the shared data (no logs), in order; empty when there is none. Packed ones are
// unpacked with xz into the test's temporary folder; without xz they are left out.
[[nodiscard]] std::vector<std::filesystem::path> SharedHives();

// One file of the shared data's folder `hive`, unpacked; an empty path when it is not there.
[[nodiscard]] std::filesystem::path SharedHive(std::string_view name);

[[nodiscard]] Bytes ReadBytes(const std::filesystem::path& path);

struct SeenValue {
  std::uint32_t type = 0;
  Bytes data{};
  bool whole = true;

  friend bool operator==(const SeenValue&, const SeenValue&) = default;
};

struct SeenKey {
  Ticks last_written = 0;
  std::multimap<std::string, SeenValue> values{};
};

// By path below the root ("" is the root itself). A second key of one path is not kept.
using SeenHive = std::map<std::string, SeenKey>;

// The path of a key with this name below `path`.
[[nodiscard]] std::string Below(const std::string& path, std::string_view name);

// Every key and value as HiveTree sees them, with what it complains about.
struct OurHive {
  SeenHive keys{};
  std::vector<readers::Gap> gaps{};
};

// As it lies in memory, or through the cache as a file would be read.
enum class Way : std::uint8_t { kMemory, kCache };

[[nodiscard]] OurHive WalkHive(std::span<const std::byte> hive, Way way = Way::kMemory);

// The same; below each key, a name that is not there is looked up besides.
[[nodiscard]] OurHive LookIntoHive(std::span<const std::byte> hive);

// The files beside a hive, as a test gives them.
class GivenCompanions final : public readers::Companions {
 public:
  std::map<std::string, Bytes> files{};  // by lower-case name
  std::string denied{};                  // a name that is there and cannot be read

  [[nodiscard]] std::vector<Result<std::unique_ptr<readers::ByteSource>>> Open(
      std::span<const std::string_view> names) override;
};

// Reads `bytes` as evidence number 1.
struct Reading {
  TextPool pool{};
  readers::Records records{pool};
  readers::RecordSink sink{.records = records};
  readers::Context context{};
  GivenCompanions companions{};

  Status Read(std::span<const std::byte> bytes,
              std::string_view path = "SOFTWARE",
              Way way = Way::kMemory,
              const readers::ReaderSpec& reader = readers::kHiveReader);

  // Null when there is none.
  [[nodiscard]] const readers::RegistryValue* Value(std::string_view key,
                                                    std::string_view name) const;
  [[nodiscard]] const readers::RegistryKey* Key(std::string_view path) const;
  [[nodiscard]] const readers::RegistryRoot* Root(std::string_view path) const;
};

}  // namespace whfb::test

#endif  // WHFB_TESTS_HIVE_HIVE_FILES_H_

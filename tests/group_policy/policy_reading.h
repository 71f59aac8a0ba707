// Small inputs of the Group Policy tests, and reading them.

#ifndef WHFB_TESTS_GROUP_POLICY_POLICY_READING_H_
#define WHFB_TESTS_GROUP_POLICY_POLICY_READING_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "collectors/readers/policy_record.h"

namespace whfb::readers {
extern const ReaderSpec kRegistryPolReader;
extern const ReaderSpec kGptTmplReader;
extern const ReaderSpec kSeceditExportReader;
extern const ReaderSpec kGpresultReader;
extern const ReaderSpec kGpoReportReader;
extern const ReaderSpec kGpresultHtmlReader;
}  // namespace whfb::readers

namespace whfb::test {

// ASCII to UTF-16LE without BOM.
inline std::string Wide(std::string_view text) {
  std::string wide;
  for (const char letter : text) {
    wide.push_back(letter);
    wide.push_back('\0');
  }
  return wide;
}

inline std::string Dword(std::uint32_t number) {
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) {
    bytes.push_back(static_cast<char>(number >> static_cast<unsigned>(shift) & 0xFFU));
  }
  return bytes;
}

inline const std::string kPolHeader = "PReg" + Dword(1);

// One entry of a Registry.pol; `size` may lie.
inline std::string PolEntryWithSize(std::string_view key,
                                    std::string_view name,
                                    std::uint32_t type,
                                    std::string_view data,
                                    std::uint32_t size) {
  const std::string nul(2, '\0');
  return Wide("[")
      .append(Wide(key))
      .append(nul)
      .append(Wide(";"))
      .append(Wide(name))
      .append(nul)
      .append(Wide(";"))
      .append(Dword(type))
      .append(Wide(";"))
      .append(Dword(size))
      .append(Wide(";"))
      .append(data)
      .append(Wide("]"));
}

inline std::string PolEntry(std::string_view key,
                            std::string_view name,
                            std::uint32_t type,
                            std::string_view data) {
  return PolEntryWithSize(key, name, type, data, static_cast<std::uint32_t>(data.size()));
}

inline std::string ReadBytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// A file that nobody here wrote; empty where it is missing.
inline std::string SharedFile(std::string_view name) {
  return ReadBytes(std::filesystem::path(WHFB_SHARED_DATA) / name);
}

inline std::string GoldenFile(std::string_view name) {
  return ReadBytes(std::filesystem::path(WHFB_SOURCE_DIR) / "tests" / "golden" / name);
}

// Reads bytes as one piece of evidence; each reading gets the next evidence number. Records keep
// their own copies.
struct PolicyReading {
  TextPool pool{};
  readers::Records records{pool};
  readers::RecordSink sink{.records = records};
  std::uint32_t number = 0;
  Ticks now = 0;

  Status Read(const readers::ReaderSpec& reader,
              std::string_view bytes,
              std::string_view path = "test.in") {
    return reader.read(
        {.number = ++number, .path = path, .bytes = std::as_bytes(std::span(bytes)), .now = now},
        sink);
  }

  [[nodiscard]] std::span<const readers::PolicySetting> Settings() const {
    return records.Of<readers::PolicySetting>();
  }

  // The setting of this value name with this precedence (0: any); null when there is none.
  [[nodiscard]] const readers::PolicySetting* Find(std::string_view name,
                                                   std::int64_t precedence = 0) const {
    for (const readers::PolicySetting& setting : Settings()) {
      if (setting.value.name == name &&
          (precedence == 0 || setting.precedence.value == precedence)) {
        return &setting;
      }
    }
    return nullptr;
  }
};

}  // namespace whfb::test

#endif  // WHFB_TESTS_GROUP_POLICY_POLICY_READING_H_

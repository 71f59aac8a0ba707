// `reg export` text as Windows writes it: "Windows Registry Editor Version 5.00", UTF-16LE with
// BOM, CRLF, a blank line after each key.

#ifndef WHFB_SAMPLES_REG_FILE_H_
#define WHFB_SAMPLES_REG_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace whfb::samples {

using RegValue = std::variant<std::uint32_t, std::string>;  // REG_DWORD, REG_SZ

struct RegKey {
  std::string path{};
  std::vector<std::pair<std::string, RegValue>> values{};
};

// The first key is the root of the export.
[[nodiscard]] std::string RegExport(const std::vector<RegKey>& keys);

// ASCII and Latin text to UTF-16LE with BOM. Input is UTF-8.
[[nodiscard]] std::string WideWithMark(std::string_view text);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_REG_FILE_H_

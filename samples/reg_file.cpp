#include "samples/reg_file.h"

#include <spdlog/fmt/fmt.h>

namespace whfb::samples {

namespace {

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '\\' || c == '"' ? "\\" : "";
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::string WideWithMark(std::string_view text) {
  std::string wide = "\xff\xfe";
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    // One to three octets are all that the samples contain.
    const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : 3;
    std::uint32_t unit = length == 1 ? first : length == 2 ? first & 0x1fU : first & 0x0fU;
    for (std::size_t k = 1; k < length; ++k) {
      unit = (unit << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
    }
    wide += static_cast<char>(unit & 0xffU);
    wide += static_cast<char>(unit >> 8U);
    i += length;
  }
  return wide;
}

std::string RegExport(const std::vector<RegKey>& keys) {
  std::string text = "Windows Registry Editor Version 5.00\r\n\r\n";
  for (const RegKey& key : keys) {
    text += "[" + key.path + "]\r\n";
    for (const auto& [name, value] : key.values) {
      text += Quoted(name) + "=";
      if (const auto* number = std::get_if<std::uint32_t>(&value)) {
        text += fmt::format("dword:{:08x}", *number);
      } else {
        text += Quoted(std::get<std::string>(value));
      }
      text += "\r\n";
    }
    text += "\r\n";
  }
  return WideWithMark(text);
}

}  // namespace whfb::samples

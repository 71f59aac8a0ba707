// Small inputs of the registry tests: text as UTF-16LE with BOM, and reading it.

#ifndef WHFB_TESTS_REGISTRY_REGISTRY_TEXT_H_
#define WHFB_TESTS_REGISTRY_REGISTRY_TEXT_H_

#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "collectors/readers/reader.h"

namespace whfb::readers {
extern const ReaderSpec kRegTextReader;
extern const ReaderSpec kMdmReportReader;
extern const ReaderSpec kGraphJsonReader;
extern const ReaderSpec kIntentReader;
}  // namespace whfb::readers

namespace whfb::test {

// ASCII to UTF-16LE with BOM; '\n' becomes CRLF.
inline std::string Utf16(std::string_view text) {
  std::string wide = "\xFF\xFE";
  for (const char letter : text) {
    if (letter == '\n') {
      wide.append("\r\0", 2);
    }
    wide.push_back(letter);
    wide.push_back('\0');
  }
  return wide;
}

inline std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Reads `text` as evidence number 1 with one reader. The text must outlive nothing: records keep
// their own copies.
struct Reading {
  TextPool pool{};
  readers::Records records{pool};
  readers::RecordSink sink{.records = records};
  readers::Context context{};

  Status Read(const readers::ReaderSpec& reader, std::string_view text) {
    const readers::EvidenceView evidence{.number = 1,
                                         .path = "test.in",
                                         .bytes = std::as_bytes(std::span(text)),
                                         .context = context};
    return reader.read(evidence, sink);
  }
};

}  // namespace whfb::test

#endif  // WHFB_TESTS_REGISTRY_REGISTRY_TEXT_H_

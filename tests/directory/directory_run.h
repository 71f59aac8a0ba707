// One export of a directory, read by one reader.

#ifndef WHFB_TESTS_DIRECTORY_DIRECTORY_RUN_H_
#define WHFB_TESTS_DIRECTORY_DIRECTORY_RUN_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/readers/directory_record.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {
extern const ReaderSpec kLdifReader;
}  // namespace whfb::readers

namespace whfb::test {

inline std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// tests/golden/KIND/NAME.
inline std::string Golden(std::string_view name) {
  const auto path = std::filesystem::path(WHFB_SOURCE_DIR) / "tests/golden" / name;
  EXPECT_TRUE(std::filesystem::exists(path)) << path;
  return ReadAll(path);
}

// One export read by one reader.
struct Export {
  TextPool pool{};
  readers::Records records{pool};
  readers::RecordSink sink{.records = records};
  Status status = Ok{};

  Export(const readers::ReaderSpec& reader, std::string_view text, std::string_view path = "in") {
    status =
        reader.read({.number = 1, .path = path, .bytes = std::as_bytes(std::span(text))}, sink);
  }

  [[nodiscard]] std::vector<readers::DirectoryObject> Objects(readers::DirectoryKind kind) const {
    std::vector<readers::DirectoryObject> found;
    for (const auto& object : records.Of<readers::DirectoryObject>()) {
      if (object.kind == kind) {
        found.push_back(object);
      }
    }
    return found;
  }
};

// The values of an attribute joined with "|"; "(none)" when it is not there.
template <typename Attributes>
std::string Values(const Attributes& attributes, std::string_view name) {
  for (const readers::DirectoryAttribute& attribute : attributes) {
    if (SameNoCase(attribute.name, name)) {
      std::string joined;
      for (const std::string_view value : attribute.values) {
        joined.append(joined.empty() ? "" : "|").append(value);
      }
      return attribute.whole ? joined : joined + "(not whole)";
    }
  }
  return "(none)";
}

}  // namespace whfb::test

#endif  // WHFB_TESTS_DIRECTORY_DIRECTORY_RUN_H_

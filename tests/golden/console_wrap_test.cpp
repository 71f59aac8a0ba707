// The same capture as a console of some width leaves it in the clipboard: nothing but the numbers
// of the lines changes. The breaks are made here, as a console makes them.

#include <algorithm>
#include <array>
#include <regex>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "collectors/readers/reader.h"
#include "collectors/readers/text_decoding.h"
#include "tests/golden/golden_case.h"
#include "tests/golden/printed_reading.h"

namespace whfb::golden {

namespace {

constexpr std::array<std::string_view, 4> kKinds = {"certutil-store", "certutil-scinfo",
                                                    "certutil-dcinfo", "certutil-key-list"};

class ConsoleWrapTest : public testing::TestWithParam<GoldenCase> {};

std::vector<GoldenCase> Captures() {
  std::vector<GoldenCase> captures;
  for (const std::string_view kind : kKinds) {
    const std::vector<GoldenCase> own = FindCases(kind, ".records");
    captures.insert(captures.end(), own.begin(), own.end());
  }
  return captures;
}

bool BeginsCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

// Of text without characters that take two columns. `trimmed`: blanks in the last column are lost.
std::string Wrapped(std::string_view text, std::size_t width, bool trimmed) {
  std::string wrapped;
  std::size_t columns = 0;
  for (const char c : text) {
    if (BeginsCharacter(c) && c != '\n' && c != '\r' && columns++ == width) {
      if (trimmed && wrapped.ends_with(' ')) {
        wrapped.pop_back();
      }
      wrapped += '\n';
      columns = 1;
    }
    wrapped += c;
    columns = c == '\n' ? 0 : columns;
  }
  return wrapped;
}

// Places are lines; "after line 7" and the like are told in notes and gaps.
std::string WithoutPlaces(const PrintedReading& reading) {
  static const std::regex place("@[0-9]+|line [0-9]+|^note: .*");
  return std::regex_replace(Layout(reading), place, "@");
}

}  // namespace

TEST_P(ConsoleWrapTest, ChangesNothing) {
  const GoldenCase& golden = GetParam();
  const auto all = readers::AllReaders();
  const readers::ReaderSpec& reader =
      **std::ranges::find(all, std::string_view(golden.folder), &readers::ReaderSpec::kind);
  std::string buffer;
  const std::vector<std::byte> bytes = ReadFile(golden.input);
  const std::string text(readers::DecodeText(bytes, buffer).text);
  const auto read = [&](std::string_view shown) {
    return WithoutPlaces(ReadInput(reader, golden.EvidenceName(), std::as_bytes(std::span(shown))));
  };
  const std::string whole = read(text);

  for (const std::size_t width : {std::size_t{80}, std::size_t{100}, std::size_t{120}}) {
    EXPECT_EQ(read(Wrapped(text, width, false)), whole) << width;
    EXPECT_EQ(read(Wrapped(text, width, true)), whole) << width << ", blanks trimmed";
  }
}

INSTANTIATE_TEST_SUITE_P(Certutil, ConsoleWrapTest, testing::ValuesIn(Captures()), TestName);

}  // namespace whfb::golden

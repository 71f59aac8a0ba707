// The same capture as a console of some width leaves it in the clipboard. A break in the middle of
// a value may hide the value; it never makes another one of it. The breaks are made here, as a
// console makes them.

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <sstream>
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

// A character of East Asia takes two columns; one that does not fit leaves the last column empty.
std::size_t ColumnsOf(char first) {
  const auto octet = static_cast<unsigned char>(first);
  return (octet & 0xc0U) == 0x80U ? 0 : octet >= 0xe3 && octet < 0xf0 ? 2 : 1;
}

// `trimmed`: blanks in the last column are lost.
std::string Wrapped(std::string_view text, std::size_t width, bool trimmed) {
  std::string wrapped;
  std::size_t columns = 0;
  for (const char c : text) {
    const std::size_t own = c == '\n' || c == '\r' ? 0 : ColumnsOf(c);
    if (own > 0 && columns + own > width) {
      while (trimmed && wrapped.ends_with(' ')) {
        wrapped.pop_back();
      }
      wrapped += '\n';
      columns = 0;
    }
    wrapped += c;
    columns = c == '\n' ? 0 : columns + own;
  }
  return wrapped;
}

// As mail and web pages paste it.
std::string DoubleSpaced(std::string_view text) {
  std::string spaced;
  for (const char c : text) {
    spaced += c;
    spaced += c == '\n' ? "\n" : "";
  }
  return spaced;
}

using Values = std::map<std::string, std::set<std::string>>;  // by field

// The values of a reading: what is said of any record of it.
Values ValuesOf(const PrintedReading& reading) {
  Values values;
  std::istringstream lines(Layout(reading));
  std::string line;
  while (std::getline(lines, line)) {
    const std::size_t at = line.find(" = ");
    if (at != std::string::npos) {
      values[line.substr(0, at)].insert(line.substr(at + 3));
    }
  }
  return values;
}

// The first value of `part` that is no value of `whole`; empty when there is none.
std::string Invented(const Values& part, const Values& whole) {
  for (const auto& [field, values] : part) {
    const auto known = whole.find(field);
    const bool counts = field == "  certificates" || field == "  unread_extensions";
    for (const std::string& value : values) {
      const bool open = value.starts_with("unknown") || value.starts_with("no, ");
      if (!open && !counts && (known == whole.end() || !known->second.contains(value))) {
        return field + " = " + value;
      }
    }
  }
  return {};
}

}  // namespace

TEST_P(ConsoleWrapTest, InventsNothing) {
  const GoldenCase& golden = GetParam();
  const auto all = readers::AllReaders();
  const readers::ReaderSpec& reader =
      **std::ranges::find(all, std::string_view(golden.folder), &readers::ReaderSpec::kind);
  std::string buffer;
  const std::vector<std::byte> bytes = ReadFile(golden.input);
  const std::string text(readers::DecodeText(bytes, buffer).text);
  std::size_t records = 0;
  const auto read = [&](std::string_view shown) {
    const PrintedReading reading =
        ReadInput(reader, golden.EvidenceName(), std::as_bytes(std::span(shown)));
    // That a key is not listed proves nothing, so its loss need not be told.
    EXPECT_TRUE(reading.records.size() >= records || reading.DamageIsTold() ||
                golden.folder == "certutil-key-list");
    records = std::max(records, reading.records.size());
    return ValuesOf(reading);
  };
  const Values whole = read(text);

  for (std::size_t width = 72; width <= 180; ++width) {
    for (const bool trimmed : {false, true}) {
      const std::string wrapped = Wrapped(text, width, trimmed);
      EXPECT_EQ(Invented(read(wrapped), whole), "") << width << (trimmed ? ", trimmed" : "");
      EXPECT_EQ(Invented(read(DoubleSpaced(wrapped)), whole), "") << width << ", double-spaced";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Certutil, ConsoleWrapTest, testing::ValuesIn(Captures()), TestName);

}  // namespace whfb::golden

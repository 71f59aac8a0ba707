// Every reader against the golden inputs of its kind: whole, and cut.

#include <algorithm>
#include <cctype>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/readers/reader.h"
#include "tests/golden/golden_case.h"
#include "tests/golden/printed_reading.h"

namespace whfb::golden {

namespace {

constexpr std::size_t kEachLengthBelow = 4096;
constexpr std::size_t kPlaces = 400;

const readers::ReaderSpec& ReaderOf(const GoldenCase& golden) {
  const auto all = readers::AllReaders();
  return **std::ranges::find(all, std::string_view(golden.folder), &readers::ReaderSpec::kind);
}

std::vector<GoldenCase> AllCases() {
  std::vector<GoldenCase> cases;
  for (const readers::ReaderSpec* const reader : readers::AllReaders()) {
    const std::vector<GoldenCase> own = FindCases(reader->kind, ".records");
    cases.insert(cases.end(), own.begin(), own.end());
  }
  return cases;
}

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

class GoldenReaderTest : public testing::TestWithParam<GoldenCase> {};

}  // namespace

TEST_P(GoldenReaderTest, GivesTheRecordsThatAreExpected) {
  const GoldenCase& golden = GetParam();
  const PrintedReading reading =
      ReadInput(ReaderOf(golden), golden.EvidenceName(), ReadFile(golden.input));

  EXPECT_TRUE(Matches(Layout(reading), golden.expected));
}

TEST_P(GoldenReaderTest, IsChosenByContent) {
  const GoldenCase& golden = GetParam();
  const std::vector<std::byte> bytes = ReadFile(golden.input);
  const auto head = std::span(bytes).first(std::min(bytes.size(), readers::kHeadBytes));

  const readers::ReaderSpec* const chosen = readers::Recognise(head, Lower(golden.EvidenceName()));

  ASSERT_NE(chosen, nullptr);
  EXPECT_EQ(chosen->kind, golden.folder);
}

TEST_P(GoldenReaderTest, IsHonestAboutEveryCut) {
  const GoldenCase& golden = GetParam();
  const readers::ReaderSpec& reader = ReaderOf(golden);
  const std::vector<std::byte> bytes = ReadFile(golden.input);
  const PrintedReading whole = ReadInput(reader, golden.EvidenceName(), bytes);

  for (const std::size_t cut : CutPoints(bytes, kEachLengthBelow, kPlaces)) {
    const PrintedReading part =
        ReadInput(reader, golden.EvidenceName(), std::span(bytes).first(cut));
    const std::string wrong = DishonestyOfCut(whole, part);
    ASSERT_EQ(wrong, "") << "after " << cut << " of " << bytes.size() << " bytes\n" << Layout(part);
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, GoldenReaderTest, testing::ValuesIn(AllCases()), TestName);

}  // namespace whfb::golden

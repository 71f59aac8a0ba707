// Golden cases: an input in the source tree and, beside it, the text that is expected of it.
//
//   tests/golden/<reader kind>/<name>.in.<ext>     <name>.records
//   tests/golden/<collector>/<name>.in/ or .in.<ext>   <name>.facts
//
// With WHFB_GOLDEN_UPDATE=1 in the environment the expectations are written instead of compared.
// Nothing else writes to the source tree.

#ifndef WHFB_TESTS_GOLDEN_GOLDEN_CASE_H_
#define WHFB_TESTS_GOLDEN_GOLDEN_CASE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace whfb::golden {

struct GoldenCase {
  std::string folder{};              // reader kind or collector name
  std::string name{};                // without ".in" and what follows it
  std::filesystem::path input{};     // file or folder
  std::filesystem::path expected{};  // may not exist yet

  // The name of the evidence: the input's without ".in".
  [[nodiscard]] std::string EvidenceName() const;
};

void PrintTo(const GoldenCase& golden, std::ostream* out);

// The cases of one folder, by name.
[[nodiscard]] std::vector<GoldenCase> FindCases(std::string_view folder,
                                                std::string_view expected_extension);

// A name for a parameterised test.
[[nodiscard]] std::string TestName(const testing::TestParamInfo<GoldenCase>& info);

[[nodiscard]] std::vector<std::byte> ReadFile(const std::filesystem::path& path);

enum class Difference : std::uint8_t { kLines, kBytes };  // what a failure shows

// Whether the file holds these bytes; writes it when asked to.
[[nodiscard]] testing::AssertionResult Matches(const std::string& actual,
                                               const std::filesystem::path& expected,
                                               Difference difference = Difference::kLines);

// Where to cut an input: each length of a small one; about 400 places spread over a larger one,
// and as many beside the ends of its lines.
[[nodiscard]] std::vector<std::size_t> CutPoints(const std::vector<std::byte>& bytes,
                                                 std::size_t each_length_below,
                                                 std::size_t places);

}  // namespace whfb::golden

#endif  // WHFB_TESTS_GOLDEN_GOLDEN_CASE_H_

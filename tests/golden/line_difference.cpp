#include "tests/golden/line_difference.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <spdlog/fmt/fmt.h>

namespace whfb::golden {

namespace {

constexpr std::size_t kContext = 2;
constexpr std::size_t kMostLines = 120;
constexpr std::size_t kMostCells = std::size_t{16} << 20;  // of the table below

using Lines = std::vector<std::string_view>;

Lines Split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

struct MarkedLine {
  char mark = ' ';
  std::string_view text{};
  std::size_t number = 0;  // in the text it is from
};

// How many lines the rests of the two texts have in common, in order (longest common subsequence).
// Nothing is known of texts that are too long for the table.
class CommonLines {
 public:
  CommonLines(const Lines& expected, const Lines& actual) : width_(actual.size() + 1) {
    if ((expected.size() + 1) * width_ > kMostCells) {
      return;
    }
    table_.resize((expected.size() + 1) * width_);
    for (std::size_t i = expected.size(); i-- > 0;) {
      for (std::size_t j = actual.size(); j-- > 0;) {
        table_[i * width_ + j] = expected[i] == actual[j]
                                     ? Below(i + 1, j + 1) + 1
                                     : std::max(Below(i + 1, j), Below(i, j + 1));
      }
    }
  }

  [[nodiscard]] std::uint32_t Below(std::size_t i, std::size_t j) const {
    return table_.empty() ? 0 : table_[i * width_ + j];
  }

 private:
  std::size_t width_;
  std::vector<std::uint32_t> table_;
};

std::vector<MarkedLine> Align(const Lines& expected, const Lines& actual) {
  const CommonLines common(expected, actual);
  std::vector<MarkedLine> marked;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < expected.size() && j < actual.size()) {
    if (expected[i] == actual[j]) {
      marked.push_back({' ', expected[i], i + 1});
      ++i;
      ++j;
    } else if (common.Below(i + 1, j) >= common.Below(i, j + 1)) {
      marked.push_back({'-', expected[i], i + 1});
      ++i;
    } else {
      marked.push_back({'+', actual[j], j + 1});
      ++j;
    }
  }
  while (i < expected.size()) {
    marked.push_back({'-', expected[i], i + 1});
    ++i;
  }
  while (j < actual.size()) {
    marked.push_back({'+', actual[j], j + 1});
    ++j;
  }
  return marked;
}

}  // namespace

std::string LineDifference(std::string_view expected, std::string_view actual) {
  const Lines wanted = Split(expected);
  const Lines found = Split(actual);
  const std::vector<MarkedLine> lines = Align(wanted, found);
  std::string text;
  std::size_t shown = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t from = i < kContext ? 0 : i - kContext;
    const std::size_t to = std::min(lines.size(), i + kContext + 1);
    const bool near = std::any_of(lines.begin() + static_cast<std::ptrdiff_t>(from),
                                  lines.begin() + static_cast<std::ptrdiff_t>(to),
                                  [](const MarkedLine& line) { return line.mark != ' '; });
    if (!near) {
      continue;
    }
    if (++shown > kMostLines) {
      return text + "... and more\n";
    }
    text += last + 1 < i && shown > 1 ? "...\n" : "";
    text += fmt::format("{}{:5} {}\n", lines[i].mark, lines[i].number, lines[i].text);
    last = i;
  }
  return text;
}

}  // namespace whfb::golden

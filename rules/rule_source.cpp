#include "rules/rule_source.h"

#include <algorithm>
#include <vector>

#include <spdlog/fmt/fmt.h>

namespace whfb::rules {

namespace {

bool StartsCharacter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

std::size_t LineStart(std::string_view text, std::size_t offset) {
  const std::size_t found = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  return found == std::string_view::npos ? 0 : found + 1;
}

std::string_view LineAt(std::string_view text, std::size_t start) {
  std::string_view line = text.substr(start, text.find('\n', start) - start);
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

// Blanks up to the place; tabs stay tabs so that the caret lands under it.
std::string Indent(std::string_view before) {
  std::string indent;
  for (const char byte : before) {
    if (StartsCharacter(byte)) {
      indent += byte == '\t' ? '\t' : ' ';
    }
  }
  return indent;
}

// Edits between two words; two letters swapped are one edit (optimal string alignment).
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(above);
    above.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, substitute});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

constexpr std::size_t kLongestName = 128;  // longer words are never a slip of the pen

}  // namespace

TextPosition PositionOf(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::size_t start = LineStart(text, offset);
  TextPosition position;
  position.line = 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, start), '\n'));
  const auto characters =
      std::ranges::count_if(text.substr(start, offset - start), StartsCharacter);
  position.column = 1 + static_cast<std::size_t>(characters);
  return position;
}

Error ErrorAt(const RuleSource& source, std::size_t offset, std::string_view message) {
  const std::string_view text = source.text;
  offset = std::min(offset, text.size());
  const TextPosition position = PositionOf(text, offset);
  const std::size_t start = LineStart(text, offset);
  return {ErrorCode::kInvalidInput,
          fmt::format("{}:{}:{}", source.name, position.line, position.column),
          fmt::format("{}\n{}\n{}^", message, LineAt(text, start),
                      Indent(text.substr(start, offset - start)))};
}

std::string DidYouMean(std::string_view written,
                       std::span<const std::string_view> known,
                       std::string_view open,
                       std::string_view close) {
  if (written.size() > kLongestName) {
    return {};
  }
  std::string_view nearest;
  std::size_t best = 1 + std::max<std::size_t>(1, written.size() / 4);
  for (const std::string_view candidate : known) {
    const std::size_t distance = Distance(written, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest.empty() ? std::string()
                         : fmt::format("; did you mean {}{}{}?", open, nearest, close);
}

}  // namespace whfb::rules

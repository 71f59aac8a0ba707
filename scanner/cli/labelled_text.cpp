#include "scanner/cli/labelled_text.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include <spdlog/fmt/fmt.h>

#include "report/safe_text.h"
#include "report/text_wrap.h"
#include "rules/condition_text.h"

namespace whfb::cli {

namespace {

constexpr std::size_t kIndent = 9;  // behind the label
constexpr std::size_t kWidth = 100;

}  // namespace

void PrintText(std::string_view label, std::string_view text) {
  if (!text.empty()) {
    fmt::print("{}", report::Wrapped(label, text, kIndent, kWidth));
  }
}

void PrintLines(std::string_view label, std::string_view lines) {
  for (; !lines.empty(); label = "") {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    fmt::print("{:<8} {}\n", label, report::Printable(lines.substr(0, end)));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

void PrintCondition(std::string_view label,
                    const rules::Program& program,
                    const FactCatalog& facts) {
  const std::string text = rules::ConditionText(program, facts, kIndent);
  if (!text.empty()) {
    fmt::print("{:<8} {}", label, report::PrintableLines(std::string_view(text).substr(kIndent)));
  }
}

void PrintEach(std::string_view label, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    PrintText(label, text);
    label = "";
  }
}

}  // namespace whfb::cli

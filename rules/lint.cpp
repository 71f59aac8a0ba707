#include "rules/lint.h"

#include <algorithm>
#include <cstddef>

#include <spdlog/fmt/fmt.h>

#include "rules/mutation.h"

namespace whfb::embedded {
extern const std::string_view kJudgedMutants;
}  // namespace whfb::embedded

namespace whfb::rules {

namespace {

constexpr std::size_t kFewCases = 4;

bool Explains(const Rule& rule, Verdict verdict) {
  return std::ranges::any_of(rule.explanations, [verdict](const Explanation& one) {
    return one.on == verdict && !one.because;
  });
}

bool NamesWhatItSaw(const Rule& rule, Verdict verdict) {
  return std::ranges::any_of(rule.explanations, [verdict](const Explanation& one) {
    return one.on == verdict && std::ranges::any_of(one.places, [](const Place& place) {
             return place.kind != Place::Kind::kText;
           });
  });
}

std::map<std::string, std::string, std::less<>> ReadJudged(std::string_view text) {
  std::map<std::string, std::string, std::less<>> judged;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t bar = line.rfind(" | ");
    if (!line.starts_with('#') && bar != std::string_view::npos) {
      judged.emplace(line.substr(0, bar), line.substr(bar + 3));
    }
  }
  return judged;
}

void CheckTexts(const Rule& rule, std::vector<std::string>& found) {
  for (const Verdict verdict : {Verdict::kPass, Verdict::kFail, Verdict::kUnknown}) {
    if (!Explains(rule, verdict)) {
      found.push_back(fmt::format("no explanation of {} for every reason", ToString(verdict)));
    }
  }
  const bool decides = rule.info.decidable == Decidable::kSnapshot;
  if (decides && !NamesWhatItSaw(rule, Verdict::kFail)) {
    found.emplace_back("the explanation of fail names no observed value");
  }
  if (decides && rule.info.collect.empty()) {
    found.emplace_back("no <collect>: nothing says what would settle an unknown");
  }
}

}  // namespace

const std::map<std::string, std::string, std::less<>>& JudgedMutants() {
  static const auto judged = ReadJudged(embedded::kJudgedMutants);
  return judged;
}

std::vector<std::string> Lint(Rule& rule, const FactCatalog& catalog) {
  std::vector<std::string> found;
  CheckTexts(rule, found);
  if (rule.cases.size() < kFewCases) {
    found.push_back(fmt::format("{} cases; four say more", rule.cases.size()));
  }
  for (const std::string& mutant : TryMutants(rule, catalog).living) {
    if (JudgedMutants().find(mutant) == JudgedMutants().end()) {
      found.push_back("no case notices: " + mutant.substr(mutant.find(": ") + 2));
    }
  }
  return found;
}

}  // namespace whfb::rules

#include "report/advice.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "report/safe_text.h"

namespace whfb::report {

namespace {

// The end of the command that begins there, with the remarks before it ("# on each domain
// controller").
std::size_t EndOfCommand(std::string_view collect, std::size_t from) {
  std::size_t line = from;
  std::size_t end = std::min(collect.find('\n', line), collect.size());
  while (collect.substr(line).starts_with("# ") && end < collect.size()) {
    line = end + 1;
    end = std::min(collect.find('\n', line), collect.size());
  }
  return end;
}

// What choosing a command changes.
struct Gain {
  std::uint64_t critical = 0;  // critical findings that need nothing else any more
  std::uint64_t settled = 0;   // findings of any severity that do
  std::uint64_t touched = 0;   // findings that need it

  bool operator<(const Gain& other) const {
    return std::tie(critical, settled, touched) <
           std::tie(other.critical, other.settled, other.touched);
  }
};

}  // namespace

void AdviceCounter::Count(const RuleInfo& rule, const Finding& finding) {
  const bool there =
      rule.subject == SubjectKind::kUser && finding.reason_code == WhyUnknown::kAmbiguous;
  if (finding.verdict != Verdict::kUnknown || rule.severity == Severity::kInfo || there) {
    return;
  }
  Commands commands;
  for (std::size_t from = 0; from < rule.collect.size();) {
    const std::size_t end = EndOfCommand(rule.collect, from);
    commands.emplace(rule.collect.substr(from, end - from));
    from = end + 1;
  }
  if (!commands.empty()) {
    needs_[std::move(commands)] +=
        {.findings = 1, .critical = rule.severity == Severity::kCritical ? 1U : 0U};
  }
}

std::vector<CollectAdvice> AdviceCounter::Steps() const {
  std::map<Commands, Open> open = needs_;
  std::vector<CollectAdvice> steps;
  while (!open.empty()) {
    std::map<std::string_view, Gain> gains;
    for (const auto& [commands, waiting] : open) {
      for (const std::string& command : commands) {
        Gain& gain = gains[command];
        gain.touched += waiting.findings;
        if (commands.size() == 1) {
          gain.settled += waiting.findings;
          gain.critical += waiting.critical;
        }
      }
    }
    const auto best = std::ranges::max_element(
        gains, [](const auto& a, const auto& b) { return a.second < b.second; });
    steps.push_back({.command = std::string(best->first),
                     .findings = best->second.settled,
                     .critical = best->second.critical});
    std::map<Commands, Open> rest;
    for (const auto& [commands, waiting] : open) {
      Commands left = commands;
      left.erase(steps.back().command);
      if (!left.empty()) {
        rest[std::move(left)] += waiting;
      }
    }
    open = std::move(rest);
  }
  return steps;
}

std::span<const CollectAdvice> ShownSteps(std::span<const CollectAdvice> steps) {
  std::size_t count = std::min(steps.size(), kAdviceShown);
  while (count > 0 && count < steps.size() && steps[count - 1].findings == 0) {
    ++count;
  }
  return steps.first(count);
}

std::string GainText(const CollectAdvice& step) {
  if (step.findings == 0) {
    return "needed together with the next";
  }
  return fmt::format("settles up to {} unknown finding{}{}", step.findings,
                     step.findings == 1 ? "" : "s",
                     step.critical == 0 ? "" : fmt::format(", {} critical", step.critical));
}

std::string StepsText(std::span<const CollectAdvice> steps) {
  std::string text;
  std::size_t number = 0;
  for (const CollectAdvice& step : ShownSteps(steps)) {
    text += fmt::format("  {}. {}\n", ++number, GainText(step));
    for (std::string_view rest = step.command; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      text += "     " + Printable(line) + "\n";
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
  }
  return text;
}

}  // namespace whfb::report

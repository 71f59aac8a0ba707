#include "report/advice.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "report/safe_text.h"

namespace whfb::report {

namespace {

constexpr std::string_view kSayWhose =
    "# where the exports do not tell who took them, for the devices of one user\n"
    "whfbscan scan PATH --collected-as USER";

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
  std::uint64_t settled = 0;  // findings that need nothing else any more
  std::uint64_t touched = 0;  // findings that need it

  bool operator<(const Gain& other) const {
    return std::tie(settled, touched) < std::tie(other.settled, other.touched);
  }
};

}  // namespace

void AdviceCounter::Count(const RuleInfo& rule, const Finding& finding) {
  if (finding.verdict != Verdict::kUnknown) {
    return;
  }
  const bool whose =
      rule.subject == SubjectKind::kUser && finding.reason_code == WhyUnknown::kAmbiguous;
  const std::string_view told = whose ? kSayWhose : std::string_view(rule.collect);
  Commands commands;
  for (std::size_t from = 0; from < told.size();) {
    const std::size_t end = EndOfCommand(told, from);
    commands.emplace(told.substr(from, end - from));
    from = end + 1;
  }
  if (!commands.empty()) {
    ++needs_[std::move(commands)];
  }
}

std::vector<CollectAdvice> AdviceCounter::Steps() const {
  std::map<Commands, std::uint64_t> open = needs_;
  std::vector<CollectAdvice> steps;
  while (!open.empty()) {
    std::map<std::string_view, Gain> gains;
    for (const auto& [commands, findings] : open) {
      for (const std::string& command : commands) {
        gains[command].touched += findings;
        gains[command].settled += commands.size() == 1 ? findings : 0;
      }
    }
    const auto best = std::ranges::max_element(
        gains, [](const auto& a, const auto& b) { return a.second < b.second; });
    steps.push_back({.command = std::string(best->first), .findings = best->second.settled});
    std::map<Commands, std::uint64_t> rest;
    for (const auto& [commands, findings] : open) {
      Commands left = commands;
      left.erase(steps.back().command);
      if (!left.empty()) {
        rest[std::move(left)] += findings;
      }
    }
    open = std::move(rest);
  }
  return steps;
}

std::string StepsText(std::span<const CollectAdvice> steps) {
  std::string text;
  for (std::size_t i = 0; i < std::min(steps.size(), kAdviceShown); ++i) {
    const std::uint64_t findings = steps[i].findings;
    const std::string gain = findings == 0 ? "needed together with the next"
                                           : fmt::format("settles up to {} unknown finding{}",
                                                         findings, findings == 1 ? "" : "s");
    text += fmt::format("  {}. {}\n", i + 1, gain);
    for (std::string_view rest = steps[i].command; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      text += "     " + Printable(line) + "\n";
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
  }
  return text;
}

}  // namespace whfb::report

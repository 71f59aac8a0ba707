#include "report/rule_set_text.h"

#include <cstdint>

#include <spdlog/fmt/fmt.h>

namespace whfb::report {

namespace {

using Kind = RuleChange::Kind;

std::string CriticalRules(std::size_t count) {
  return fmt::format("{} critical rule{}", count, count == 1 ? "" : "s");
}

std::string Ids(const RuleSetRecord& rule_set, bool of_profile, std::size_t& count) {
  std::string ids;
  std::string_view last;
  for (const RuleChange& change : rule_set.changes) {
    const bool fits = change.uncounted && (change.kind == Kind::kNotInProfile) == of_profile;
    if (fits && change.rule != last) {
      ids += (ids.empty() ? "" : ", ") + change.rule;
      ids += of_profile ? "" : fmt::format(" ({})", ToString(change.kind));
      last = change.rule;
      ++count;
    }
  }
  return ids;
}

std::string WithReason(const std::string& text, const RuleChange& change) {
  return change.reason.empty() ? text : text + ": " + change.reason;
}

void AddPacks(const RuleSetRecord& rule_set, std::vector<RuleSetLine>& lines) {
  for (std::size_t i = 0; i < rule_set.packs.size(); ++i) {
    const RulePack& pack = rule_set.packs[i];
    const bool instead = !rule_set.built_in && i == 0;
    lines.push_back(
        {instead ? "instead" : "pack",
         fmt::format("{}{}, sha256:{}, {}", pack.name,
                     instead ? " in place of the built-in rules" : "", pack.sha256,
                     pack.signed_by.empty() ? std::string("not signed")
                                            : fmt::format("signed by {}", pack.signed_by))});
  }
}

void AddChange(const RuleChange& change, std::vector<RuleSetLine>& lines) {
  if (change.kind == Kind::kReplaced) {
    lines.push_back({"replaced", fmt::format("{} by that of {}", change.rule, change.detail)});
  } else if (change.kind == Kind::kDisabled) {
    lines.push_back(
        {"disabled", WithReason(fmt::format("{} ({})", change.rule, change.detail), change)});
  } else if (change.kind == Kind::kSeverity || change.kind == Kind::kParameter) {
    lines.push_back({change.kind == Kind::kSeverity ? "severity" : "parameter",
                     WithReason(fmt::format("{} {}", change.rule, change.detail), change)});
  }
}

}  // namespace

std::vector<std::string> ReadinessCaveats(const RuleSetRecord& rule_set) {
  std::vector<std::string> caveats;
  std::size_t left_out = 0;
  const std::string of_profile = Ids(rule_set, true, left_out);
  if (left_out > 0) {
    caveats.push_back(
        fmt::format("The profile {} leaves out {}, so that no device and no user is called ready: "
                    "{}. The profile readiness asks every rule.",
                    rule_set.profile, CriticalRules(left_out), of_profile));
  }
  std::size_t set = 0;
  const std::string by_settings = Ids(rule_set, false, set);
  if (set > 0) {
    caveats.push_back(fmt::format("Ready says nothing of {} that {} not count here: {}.",
                                  CriticalRules(set), set == 1 ? "does" : "do", by_settings));
  }
  return caveats;
}

std::vector<RuleSetLine> RuleSetLines(const RuleSetRecord& rule_set) {
  std::vector<RuleSetLine> lines;
  std::uint64_t added = 0;
  std::uint64_t not_asked = 0;
  AddPacks(rule_set, lines);
  for (const RuleChange& change : rule_set.changes) {
    added += change.kind == Kind::kAdded ? 1 : 0;
    not_asked += change.kind == Kind::kNotInProfile ? 1 : 0;
    AddChange(change, lines);
  }
  if (added > 0) {
    lines.push_back({"added", fmt::format("{} rule{}", added, added == 1 ? "" : "s")});
  }
  if (rule_set.profile != "readiness") {
    lines.push_back(
        {"profile",
         fmt::format(
             "{}; {} rule{} not asked, whfbscan rules list --profile {} shows those that are",
             rule_set.profile, not_asked, not_asked == 1 ? "" : "s", rule_set.profile)});
  }
  return lines;
}

}  // namespace whfb::report

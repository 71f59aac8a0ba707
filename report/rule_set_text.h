// What outputs for people say about the rules of a run: whatever is not as the program brought it.

#ifndef WHFB_REPORT_RULE_SET_TEXT_H_
#define WHFB_REPORT_RULE_SET_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "scanner/core/finding.h"

namespace whfb::report {

// What stands beside "ready": critical rules that were not asked, a sentence each. Empty: all were.
[[nodiscard]] std::vector<std::string> ReadinessCaveats(const RuleSetRecord& rule_set);

struct RuleSetLine {
  std::string_view label{};  // a literal
  std::string text{};
};

// Every pack and every change; empty where the rules are the built-in ones.
[[nodiscard]] std::vector<RuleSetLine> RuleSetLines(const RuleSetRecord& rule_set);

}  // namespace whfb::report

#endif  // WHFB_REPORT_RULE_SET_TEXT_H_

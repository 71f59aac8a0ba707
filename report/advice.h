// What to do next about unknown findings: the smallest set of steps first.

#ifndef WHFB_REPORT_ADVICE_H_
#define WHFB_REPORT_ADVICE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/core/finding.h"

namespace whfb::report {

// How many steps outputs show, and as many more as the last of them needs to settle anything.
inline constexpr std::size_t kAdviceShown = 3;

struct CollectAdvice {
  // A first line that begins with "# " says where to run it, or when.
  std::string command{};
  // Unknown findings that this step may settle, given the steps before it, and how many of them are
  // critical. 0: only together with steps that follow.
  std::uint64_t findings = 0;
  std::uint64_t critical = 0;
};

// Counts unknown findings by what would settle them: the commands of their rule, all of them.
// Notes decide nothing and ask for nothing. An ambiguous finding about a user rests on evidence
// that is there: its reason says what the operator can do.
class AdviceCounter {
 public:
  // Anything but an unknown finding is passed over, and so are rules that nothing collected
  // settles.
  void Count(const RuleInfo& rule, const Finding& finding);

  // Each step once: first the one that settles most critical findings, then most of all.
  [[nodiscard]] std::vector<CollectAdvice> Steps() const;

 private:
  using Commands = std::set<std::string, std::less<>>;

  struct Open {
    std::uint64_t findings = 0;
    std::uint64_t critical = 0;

    Open& operator+=(const Open& other) {
      findings += other.findings;
      critical += other.critical;
      return *this;
    }
  };

  std::map<Commands, Open> needs_;  // findings that need just these
};

// Those that outputs show.
[[nodiscard]] std::span<const CollectAdvice> ShownSteps(std::span<const CollectAdvice> steps);

// "settles up to 3 unknown findings, 2 critical"
[[nodiscard]] std::string GainText(const CollectAdvice& step);

// The shown ones, numbered; commands stay on one line, to be copied.
[[nodiscard]] std::string StepsText(std::span<const CollectAdvice> steps);

}  // namespace whfb::report

#endif  // WHFB_REPORT_ADVICE_H_

// RunCase: evaluates a rule on the evidence that one of its cases describes.

#ifndef WHFB_RULES_CASE_RUNNER_H_
#define WHFB_RULES_CASE_RUNNER_H_

#include <deque>
#include <string>

#include "rules/evaluator.h"
#include "rules/rule.h"

namespace whfb::rules {

// The facts of a case. `rule` owns their text and must outlive this.
class CaseFacts {
 public:
  CaseFacts(const Case& one, const FactCatalog& catalog);
  CaseFacts(const CaseFacts&) = delete;
  CaseFacts& operator=(const CaseFacts&) = delete;
  CaseFacts(CaseFacts&&) = delete;
  CaseFacts& operator=(CaseFacts&&) = delete;
  ~CaseFacts() = default;

  [[nodiscard]] const EvaluationContext& context() const { return context_; }

  [[nodiscard]] SubjectFacts& Of(SubjectKind kind) {
    return subjects_[static_cast<std::size_t>(kind)];
  }

 private:
  std::deque<SubjectFacts> subjects_;  // one a kind; everything not named is not-collected
  EvaluationContext context_{};
};

struct CaseResult {
  bool held = false;
  std::string difference{};  // "line 31: expected pass, got unknown (denied)"; empty when it held
};

[[nodiscard]] CaseResult RunCase(const Rule& rule, const Case& one, const FactCatalog& catalog);

}  // namespace whfb::rules

#endif  // WHFB_RULES_CASE_RUNNER_H_

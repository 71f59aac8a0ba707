// Results in memory, for tests of the outputs: what is put in comes out in the order given.

#ifndef WHFB_TESTS_REPORT_MEMORY_SOURCE_H_
#define WHFB_TESTS_REPORT_MEMORY_SOURCE_H_

#include <string>
#include <vector>

#include "scanner/core/finding.h"

namespace whfb::report {

class MemorySource : public ResultSource {
 public:
  RunRecord run{"0.1.0", "abc123", "2026-11-25T00:00:00Z"};
  std::vector<RuleInfo> rules{};
  std::vector<BundleRecord> bundles{};
  std::vector<SubjectRecord> subjects{};
  std::vector<Finding> findings{};
  std::vector<CoverageRecord> coverage{};

  [[nodiscard]] Result<RunRecord> Run() const override { return run; }

  [[nodiscard]] Result<std::vector<RuleInfo>> Rules() const override { return rules; }

  [[nodiscard]] Status EachBundle(
      const std::function<bool(const BundleRecord&)>& visit) const override {
    return Each(bundles, visit);
  }

  [[nodiscard]] Status EachSubject(
      const std::function<bool(const SubjectRecord&)>& visit) const override {
    return Each(subjects, visit);
  }

  [[nodiscard]] Status EachFinding(
      std::optional<std::string_view> subject,
      const std::function<bool(const Finding&)>& visit) const override {
    for (const Finding& finding : findings) {
      if ((!subject || finding.subject == *subject) && !visit(finding)) {
        break;
      }
    }
    return Ok{};
  }

  [[nodiscard]] Status EachCoverage(
      const std::function<bool(const CoverageRecord&)>& visit) const override {
    return Each(coverage, visit);
  }

 private:
  template <typename T>
  static Status Each(const std::vector<T>& items, const std::function<bool(const T&)>& visit) {
    for (const T& item : items) {
      if (!visit(item)) {
        break;
      }
    }
    return Ok{};
  }
};

}  // namespace whfb::report

#endif  // WHFB_TESTS_REPORT_MEMORY_SOURCE_H_

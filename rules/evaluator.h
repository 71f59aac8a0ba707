// Evaluate: a rule held against facts, in strong Kleene logic with the reasons carried along.
//
// Pure, allocation-free and thread-safe as long as nobody changes the facts. A rule that loaded
// cannot fail here. What is not on the path (no such subject in the evidence) is unknown
// (not-collected), like everything that nobody looked at.

#ifndef WHFB_RULES_EVALUATOR_H_
#define WHFB_RULES_EVALUATOR_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "rules/rule.h"

namespace whfb::rules {

struct EvaluationContext {
  // By SubjectKind; null: no such subject. The facts must outlive every Outcome made from them.
  std::array<const SubjectFacts*, kSubjectKinds> path{};
  Ticks now = 0;
  TimeInterval collected{};  // both 0: not known

  void Put(const SubjectFacts& facts) { path[static_cast<std::size_t>(facts.kind())] = &facts; }

  [[nodiscard]] const SubjectFacts* At(SubjectKind kind) const {
    return path[static_cast<std::size_t>(kind)];
  }
};

// One piece of evidence that decided a verdict, or that left it undecided.
struct Leaf {
  static constexpr std::uint32_t kNoRow = 0xFFFF'FFFF;
  enum class Kind : std::uint8_t { kFact, kColumn, kCoverage };

  Kind what = Kind::kFact;
  SubjectKind subject = SubjectKind::kDevice;
  bool by_default = false;     // the documented Windows default was compared
  std::uint16_t column = 0;    // kColumn
  std::uint32_t slot = 0;      // of the fact or table
  std::uint32_t row = kNoRow;  // kColumn
  const Cell* cell = nullptr;  // null for kCoverage; else never null
};

// A bounded list in place. What does not fit is dropped: the first leaves tell enough.
class LeafList {
 public:
  static constexpr std::size_t kCapacity = 16;

  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] std::span<const Leaf> all() const { return {leaves_.data(), size_}; }

  void Add(const Leaf& leaf) {
    if (size_ < kCapacity) {
      leaves_[size_++] = leaf;
    }
  }

  // Requires size <= size().
  void Truncate(std::size_t size) { size_ = static_cast<std::uint32_t>(size); }

  // Keeps [0, start) and [from, size()). Requires start <= from <= size().
  void Erase(std::size_t start, std::size_t from) {
    while (from < size_) {
      leaves_[start++] = leaves_[from++];
    }
    size_ = static_cast<std::uint32_t>(start);
  }

 private:
  std::uint32_t size_ = 0;
  std::array<Leaf, kCapacity> leaves_;  // only [0, size_) is meaningful
};

struct Outcome {
  Verdict verdict = Verdict::kUnknown;
  Severity severity = Severity::kInfo;  // after <lower>
  std::optional<WhyUnknown> why{};      // set exactly when the verdict is unknown
  LeafList leaves{};                    // what decided, or what was missing
};

[[nodiscard]] Outcome Evaluate(const Rule& rule, const EvaluationContext& context);

// Whether a finding of `rule` concerns the device or user on the path. True without <affects>.
[[nodiscard]] Truth Affects(const Rule& rule, const EvaluationContext& context);

// Whether the user on the path has what the rule is about (<affects until="...">), so that a fail
// of it does not block that user. False without `until`.
[[nodiscard]] Truth Until(const Rule& rule, const EvaluationContext& context);

}  // namespace whfb::rules

#endif  // WHFB_RULES_EVALUATOR_H_

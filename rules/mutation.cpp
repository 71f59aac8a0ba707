#include "rules/mutation.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "rules/case_runner.h"
#include "rules/condition_text.h"

namespace whfb::rules {

namespace {

constexpr Ticks kHour = Ticks{3'600} * 10'000'000;
constexpr Ticks kDay = 24 * kHour;

// The node as `rules show` prints it.
std::string LineText(const Program& program, std::size_t node, const FactCatalog& catalog) {
  std::string text = ConditionText(program, catalog, 0);
  for (std::size_t i = 0; i < node; ++i) {
    text.erase(0, text.find('\n') + 1);
  }
  text.resize(text.find('\n'));
  return text.substr(text.find_first_not_of(' '));
}

bool IsNegatable(const Condition& node) {
  return node.kind != ConditionKind::kAll && node.kind != ConditionKind::kAny &&
         node.kind != ConditionKind::kNot;
}

// The node below a "not" of its own.
Program Negated(const Program& program, std::size_t index) {
  Program changed = program;
  Condition negation{.kind = ConditionKind::kNot};
  negation.next = program[index].next;
  changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(index), negation);
  for (Condition& node : changed) {
    node.next += node.next > index ? 1U : 0U;  // what ends behind the place ends one later
  }
  return changed;
}

// What a threshold is moved by; 0: it is none.
Ticks StepOf(const Condition& node) {
  if (node.kind == ConditionKind::kCompare && !node.value_of &&
      node.left.type == ValueType::kTime) {
    return node.base == TimeBase::kFixed ? kDay : kHour;
  }
  const bool number = node.kind == ConditionKind::kCount ||
                      (node.kind == ConditionKind::kCompare && !node.value_of &&
                       node.left.type == ValueType::kInt && node.op != Operator::kIn);
  return number ? 1 : 0;
}

void Move(Condition& node, Ticks by) {
  if (node.kind == ConditionKind::kCompare && node.left.type == ValueType::kTime) {
    node.literal.time.earliest += by;
    node.literal.time.latest += by;
  } else {
    node.literal.number += by;
  }
}

std::vector<WhenAbsent> OthersThan(WhenAbsent now) {
  switch (now) {
    case WhenAbsent::kTrue:
      return {WhenAbsent::kFalse};
    case WhenAbsent::kFalse:
      return {WhenAbsent::kTrue};
    case WhenAbsent::kUnknown:
      return {WhenAbsent::kTrue, WhenAbsent::kFalse};
    case WhenAbsent::kDefault:
      return {WhenAbsent::kUnknown};
  }
  return {};
}

std::string_view NameOf(WhenAbsent when) {
  constexpr std::array<std::string_view, 4> kNames = {"false", "unknown", "true", "default"};
  return kNames.at(static_cast<std::size_t>(when));
}

class Mutation {
 public:
  Mutation(Rule& rule, const FactCatalog& catalog) : rule_(rule), catalog_(catalog) {}

  void All() {
    Each("applies", rule_.applies);
    Each("require", rule_.require);
    Each("affects", rule_.affects);
    for (Lowering& lowering : rule_.lowerings) {
      Each("lower", lowering.when);
    }
  }

  [[nodiscard]] MutationResult Take() { return std::move(result_); }

 private:
  void Each(std::string_view part, Program& program) {
    const Program original = program;
    for (std::size_t i = 0; i < original.size(); ++i) {
      const Condition& node = original[i];
      const std::string place =
          fmt::format("{}: {}: {}", rule_.info.id, part, LineText(original, i, catalog_));
      if (IsNegatable(node)) {
        program = Negated(original, i);
        Judge(place + ": negated");
      }
      for (const int sign : {-1, 1}) {
        if (StepOf(node) != 0) {
          program = original;
          Move(program[i], sign * StepOf(node));
          Judge(place + (sign < 0 ? ": one less" : ": one more"));
        }
      }
      Absent(place, original, program, i);
      Empty(place, original, program, i);
    }
    program = original;
  }

  void Absent(const std::string& place, const Program& original, Program& program, std::size_t i) {
    if (original[i].kind != ConditionKind::kCompare) {
      return;
    }
    for (const WhenAbsent other : OthersThan(original[i].when_absent)) {
      program = original;
      program[i].when_absent = other;
      program[i].left_default = nullptr;
      program[i].right_default = nullptr;
      Judge(fmt::format("{}: when-absent {}", place, NameOf(other)));
    }
  }

  void Empty(const std::string& place, const Program& original, Program& program, std::size_t i) {
    const ConditionKind kind = original[i].kind;
    if (kind != ConditionKind::kEvery && kind != ConditionKind::kNone) {
      return;
    }
    program = original;
    const bool was_true = original[i].when_empty == Truth::kTrue;
    program[i].when_empty = was_true ? Truth::kFalse : Truth::kTrue;
    Judge(fmt::format("{}: when-empty {}", place, was_true ? "false" : "true"));
  }

  void Judge(const std::string& what) {
    ++result_.tried;
    for (const Case& one : rule_.cases) {
      if (!RunCase(rule_, one, catalog_).held) {
        return;
      }
    }
    result_.living.push_back(what);
  }

  Rule& rule_;
  const FactCatalog& catalog_;
  MutationResult result_{};
};

}  // namespace

MutationResult TryMutants(Rule& rule, const FactCatalog& catalog) {
  Mutation mutation(rule, catalog);
  mutation.All();
  return mutation.Take();
}

}  // namespace whfb::rules

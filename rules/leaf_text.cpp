#include "rules/leaf_text.h"

#include <spdlog/fmt/fmt.h>

#include "rules/explain.h"

namespace whfb::rules {

namespace {

std::string RowCount(std::size_t rows) {
  return fmt::format("{} row{}", rows, rows == 1 ? "" : "s");
}

std::string CoverageText(const Table* table) {
  if (table == nullptr) {
    return "unknown (not-collected)";
  }
  if (table->coverage() == Coverage::kComplete) {
    return "complete, " + RowCount(table->size());
  }
  return fmt::format("{}, {} ({})", ToString(table->coverage()), RowCount(table->size()),
                     ToString(table->why()));
}

std::string_view DefaultOf(const Leaf& leaf, const FactCatalog& catalog) {
  return leaf.by_default ? catalog.Fact(leaf.subject, leaf.slot).windows_default
                         : std::string_view();
}

}  // namespace

const Table* TableAt(const EvaluationContext& context, SubjectKind kind, std::uint32_t slot) {
  const SubjectFacts* const facts = context.At(kind);
  return facts == nullptr ? nullptr : &facts->TableAt(slot);
}

bool LeafUnknown(const Leaf& leaf, const EvaluationContext& context) {
  if (leaf.what != Leaf::Kind::kCoverage) {
    return leaf.cell->unknown();
  }
  const Table* const table = TableAt(context, leaf.subject, leaf.slot);
  return table == nullptr || table->coverage() != Coverage::kComplete;
}

std::string LeafSource(const Leaf& leaf, const FactCatalog& catalog) {
  return std::string(leaf.what == Leaf::Kind::kFact ? catalog.Fact(leaf.subject, leaf.slot).id
                                                    : catalog.Table(leaf.subject, leaf.slot).id);
}

std::string LeafName(const Leaf& leaf, const FactCatalog& catalog) {
  std::string name = LeafSource(leaf, catalog);
  if (leaf.what == Leaf::Kind::kColumn) {
    name += '.';
    name += catalog.Table(leaf.subject, leaf.slot).columns[leaf.column].name;
  }
  return name;
}

ValueType LeafType(const Leaf& leaf, const FactCatalog& catalog) {
  return leaf.what == Leaf::Kind::kColumn
             ? catalog.Table(leaf.subject, leaf.slot).columns[leaf.column].type
             : catalog.Fact(leaf.subject, leaf.slot).type;
}

std::string LeafClause(const Leaf& leaf,
                       const EvaluationContext& context,
                       const FactCatalog& catalog) {
  const std::string name = LeafName(leaf, catalog);
  if (leaf.what == Leaf::Kind::kCoverage) {
    return fmt::format("{}: {}", name, CoverageText(TableAt(context, leaf.subject, leaf.slot)));
  }
  return fmt::format("{} is {}", name,
                     ShownValue(*leaf.cell, LeafType(leaf, catalog), DefaultOf(leaf, catalog)));
}

Observed LeafObserved(const Leaf& leaf,
                      const EvaluationContext& context,
                      const FactCatalog& catalog) {
  Observed observed{.fact = LeafName(leaf, catalog)};
  if (leaf.what == Leaf::Kind::kCoverage) {
    const Table* const table = TableAt(context, leaf.subject, leaf.slot);
    const bool unknown = LeafUnknown(leaf, context);
    const WhyUnknown why = table == nullptr ? WhyUnknown::kNotCollected : table->why();
    observed.knowledge = unknown ? Knowledge::kUnknown : Knowledge::kPresent;
    observed.value = unknown ? std::string(ToString(why)) : CoverageText(table);
    return observed;
  }
  observed.knowledge = leaf.cell->knowledge;
  observed.value = leaf.cell->unknown() ? std::string(ToString(leaf.cell->why))
                                        : ValueText(*leaf.cell, LeafType(leaf, catalog));
  return observed;
}

}  // namespace whfb::rules

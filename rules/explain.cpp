#include "rules/explain.h"

#include <algorithm>
#include <array>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "rules/leaf_text.h"

namespace whfb::rules {

namespace {

constexpr std::size_t kRowsInPlace = 3;   // values of a column without a deciding row
constexpr std::size_t kClausesShown = 4;  // of a generated sentence

class Words {
 public:
  Words(const Rule& rule,
        const Outcome& outcome,
        const EvaluationContext& context,
        const FactCatalog& catalog)
      : rule_(rule), outcome_(outcome), context_(context), catalog_(catalog) {}

  [[nodiscard]] std::string Reason() const;
  [[nodiscard]] std::vector<std::string> Missing() const;
  [[nodiscard]] std::vector<Observed> AllObserved() const;
  [[nodiscard]] std::vector<EvidenceRef> Evidence(const ResolveEvidence& resolve) const;

 private:
  [[nodiscard]] const Explanation* Chosen() const;
  [[nodiscard]] std::string Generated() const;
  [[nodiscard]] std::string_view Opening() const;
  [[nodiscard]] std::string Fill(const Place& place) const;
  [[nodiscard]] std::string FillFact(const Place& place) const;
  [[nodiscard]] std::string FillColumn(const Place& place) const;
  [[nodiscard]] std::string FillTable(const Place& place) const;
  [[nodiscard]] std::string FirstValues(const Table& table, const Place& place) const;

  const Rule& rule_;
  const Outcome& outcome_;
  const EvaluationContext& context_;
  const FactCatalog& catalog_;
};

std::string UnknownText(WhyUnknown why) {
  return fmt::format("unknown ({})", ToString(why));
}

const Explanation* Words::Chosen() const {
  const auto with = [&](const std::optional<WhyUnknown>& why) -> const Explanation* {
    const auto found = std::ranges::find_if(rule_.explanations, [&](const Explanation& one) {
      return one.on == outcome_.verdict && one.because == why;
    });
    return found == rule_.explanations.end() ? nullptr : &*found;
  };
  const Explanation* const exact = outcome_.why ? with(outcome_.why) : nullptr;
  return exact != nullptr ? exact : with(std::nullopt);
}

std::string Words::Reason() const {
  const Explanation* const chosen = Chosen();
  if (chosen == nullptr) {
    return Generated();
  }
  std::string text;
  for (const Place& place : chosen->places) {
    text += Fill(place);
  }
  return text;
}

std::string_view Words::Opening() const {
  const bool note = rule_.info.severity == Severity::kInfo;
  switch (outcome_.verdict) {
    case Verdict::kPass:
      return note ? "Nothing to note" : "Holds";
    case Verdict::kFail:
      return note ? "Note applies" : "Does not hold";
    case Verdict::kNotApplicable:
      return "Does not apply";
    default:
      return "Undecided";
  }
}

std::string Words::Generated() const {
  std::string text(Opening());
  const std::span<const Leaf> leaves = outcome_.leaves.all();
  for (std::size_t i = 0; i < std::min(leaves.size(), kClausesShown); ++i) {
    text += i == 0 ? ": " : "; ";
    text += LeafClause(leaves[i], context_, catalog_);
  }
  if (leaves.size() > kClausesShown) {
    text += fmt::format("; and {} more", leaves.size() - kClausesShown);
  }
  return text + ".";
}

std::string Words::Fill(const Place& place) const {
  switch (place.kind) {
    case Place::Kind::kFact:
      return FillFact(place);
    case Place::Kind::kColumn:
      return FillColumn(place);
    case Place::Kind::kTable:
      return FillTable(place);
    default:
      return place.text;
  }
}

std::string Words::FillFact(const Place& place) const {
  const SubjectFacts* const facts = context_.At(place.subject);
  if (facts == nullptr) {
    return UnknownText(WhyUnknown::kNotCollected);
  }
  const FactSpec& spec = catalog_.Fact(place.subject, place.slot);
  const bool by_default = std::ranges::any_of(outcome_.leaves.all(), [&](const Leaf& leaf) {
    return leaf.by_default && leaf.what == Leaf::Kind::kFact && leaf.subject == place.subject &&
           leaf.slot == place.slot;
  });
  return ShownValue(facts->FactAt(place.slot), spec.type,
                    by_default ? spec.windows_default : std::string_view());
}

// The value of the row that decided; else of the rows there are.
std::string Words::FillColumn(const Place& place) const {
  const Table* const table = TableAt(context_, place.subject, place.slot);
  if (table == nullptr) {
    return UnknownText(WhyUnknown::kNotCollected);
  }
  const std::span<const Leaf> leaves = outcome_.leaves.all();
  const auto found = std::ranges::find_if(leaves, [&](const Leaf& leaf) {
    return leaf.what == Leaf::Kind::kColumn && leaf.subject == place.subject &&
           leaf.slot == place.slot && leaf.row < table->size();
  });
  if (found == leaves.end()) {
    return FirstValues(*table, place);
  }
  return ShownValue(table->Row(found->row)[place.column], table->spec().columns[place.column].type,
                    {});
}

std::string Words::FirstValues(const Table& table, const Place& place) const {
  std::vector<std::string> values;
  for (std::size_t row = 0; row < table.size() && values.size() <= kRowsInPlace; ++row) {
    std::string value =
        ShownValue(table.Row(row)[place.column], table.spec().columns[place.column].type, {});
    if (std::ranges::find(values, value) == values.end()) {
      values.push_back(std::move(value));
    }
  }
  if (values.empty()) {
    return table.coverage() == Coverage::kComplete ? "none" : UnknownText(table.why());
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(values.size(), kRowsInPlace); ++i) {
    text += (i == 0 ? "" : ", ") + values[i];
  }
  return values.size() > kRowsInPlace ? text + " and others" : text;
}

std::string Words::FillTable(const Place& place) const {
  const Table* const table = TableAt(context_, place.subject, place.slot);
  if (table == nullptr) {
    return UnknownText(WhyUnknown::kNotCollected);
  }
  if (table->coverage() == Coverage::kComplete) {
    return std::to_string(table->size());
  }
  return table->size() == 0 ? UnknownText(table->why()) : fmt::format("at least {}", table->size());
}

std::vector<std::string> Words::Missing() const {
  std::vector<std::string> missing;
  if (outcome_.verdict != Verdict::kUnknown) {
    return missing;
  }
  const std::span<const Leaf> leaves = outcome_.leaves.all();
  // Where nothing is unknown itself (interval of time, when-absent="unknown"), what was compared
  // is what has to become more precise.
  const bool some =
      std::ranges::any_of(leaves, [&](const Leaf& leaf) { return LeafUnknown(leaf, context_); });
  for (const Leaf& leaf : leaves) {
    std::string source = LeafSource(leaf, catalog_);
    if ((!some || LeafUnknown(leaf, context_)) &&
        std::ranges::find(missing, source) == missing.end()) {
      missing.push_back(std::move(source));
    }
  }
  return missing;
}

std::vector<Observed> Words::AllObserved() const {
  std::vector<Observed> all;
  for (const Leaf& leaf : outcome_.leaves.all()) {
    Observed one = LeafObserved(leaf, context_, catalog_);
    if (std::ranges::find(all, one) == all.end()) {
      all.push_back(std::move(one));
    }
  }
  return all;
}

std::vector<EvidenceRef> Words::Evidence(const ResolveEvidence& resolve) const {
  std::vector<EvidenceRef> all;
  for (const Leaf& leaf : outcome_.leaves.all()) {
    const Table* const table =
        leaf.cell == nullptr ? TableAt(context_, leaf.subject, leaf.slot) : nullptr;
    if (leaf.cell == nullptr && table == nullptr) {
      continue;
    }
    const Provenance& source = leaf.cell != nullptr ? leaf.cell->source : table->source();
    if (source.evidence == 0 && LeafUnknown(leaf, context_)) {
      continue;  // nobody looked: there is no place to show
    }
    std::optional<EvidenceRef> reference = resolve(leaf.subject, source);
    if (reference && std::ranges::find(all, *reference) == all.end()) {
      all.push_back(std::move(*reference));
    }
  }
  return all;
}

}  // namespace

std::string ShownValue(const Cell& cell, ValueType type, std::string_view windows_default) {
  if (cell.unknown()) {
    return UnknownText(cell.why);
  }
  if (cell.absent()) {
    return windows_default.empty() ? "not set"
                                   : fmt::format("not set, Windows default {}", windows_default);
  }
  std::string text = ValueText(cell, type);
  if (text.empty()) {
    return "empty";
  }
  if (text.size() <= kLongestShownValue) {
    return text;
  }
  std::size_t end = kLongestShownValue;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;  // not inside a character
  }
  return fmt::format("{}... ({} bytes)", text.substr(0, end), text.size());
}

Finding Explain(const Rule& rule,
                const Outcome& outcome,
                const EvaluationContext& context,
                const FactCatalog& catalog,
                std::string_view subject_id,
                const ResolveEvidence& resolve) {
  const Words words(rule, outcome, context, catalog);
  Finding finding;
  finding.rule = rule.info.id;
  finding.subject = subject_id;
  finding.severity = outcome.severity;
  finding.verdict = outcome.verdict;
  finding.reason = words.Reason();
  finding.reason_code = outcome.why;
  finding.fix = outcome.verdict == Verdict::kFail ? rule.info.fix : "";
  finding.missing = words.Missing();
  finding.observed = words.AllObserved();
  finding.evidence = words.Evidence(resolve);
  return finding;
}

}  // namespace whfb::rules

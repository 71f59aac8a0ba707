#include "rules/coverage_map.h"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

namespace whfb::embedded {
extern const std::string_view kEvidenceKinds;
}  // namespace whfb::embedded

namespace whfb::rules {

namespace {

// "|" ends a cell of a table.
std::string CellText(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    escaped += letter == '|' ? "\\|" : std::string(1, letter);
  }
  return escaped;
}

std::string HeldBy(const Requirement& requirement, const Rule* rule) {
  if (rule == nullptr) {
    return requirement.not_checkable.empty()
               ? "nothing yet"
               : "not machine-checkable: " + CellText(requirement.not_checkable);
  }
  return rule->info.decidable == Decidable::kSnapshot ? "rule" : "note: verify by hand";
}

void AddRequirements(std::span<const RequirementPart> parts,
                     const RuleCatalog& catalog,
                     bool in_guide,
                     std::string& text) {
  for (const RequirementPart& part : parts) {
    if (part.in_guide != in_guide) {
      continue;
    }
    text += fmt::format(
        "\n### {}\n\n| id | decidable | held by | what must hold |\n|---|---|---|---|\n",
        part.title);
    for (const Requirement& one : part.requirements) {
      const Rule* const rule = catalog.Find(one.id);
      text += fmt::format("| `{}` | {} | {} | {} |\n", one.id, ToString(one.checkable),
                          HeldBy(one, rule),
                          rule == nullptr ? std::string() : CellText(rule->info.title));
    }
  }
}

void CountOne(const Requirement& one, const Rule* rule, RequirementCount& count) {
  const bool decides = rule != nullptr && rule->info.decidable == Decidable::kSnapshot;
  ++count.all;
  if (decides) {
    ++count.by_rule;
  } else if (rule != nullptr) {
    ++count.by_hand;
  } else if (!one.not_checkable.empty()) {
    ++count.no_rule;
  } else {
    count.missing.push_back(one.id);
  }
  if (one.checkable == Checkable::kOffline && !decides) {
    count.too_weak.push_back(one.id);
  }
}

bool IsDocumented(std::span<const RequirementPart> parts, std::string_view id) {
  return std::ranges::any_of(parts, [id](const RequirementPart& part) {
    return std::ranges::any_of(part.requirements,
                               [id](const Requirement& one) { return one.id == id; });
  });
}

}  // namespace

EvidenceKinds ReadEvidenceKinds(std::string_view text) {
  EvidenceKinds kinds;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t colon = line.find(": ");
    if (line.starts_with('#') || colon == std::string_view::npos) {
      continue;
    }
    std::set<std::string>& of_rule = kinds[std::string(line.substr(0, colon))];
    for (std::string_view rest = line.substr(colon + 2); !rest.empty();) {
      const std::string_view kind = rest.substr(0, rest.find(' '));
      of_rule.emplace(kind);
      rest.remove_prefix(std::min(kind.size() + 1, rest.size()));
    }
  }
  return kinds;
}

EvidenceKinds EmbeddedEvidenceKinds() {
  return ReadEvidenceKinds(embedded::kEvidenceKinds);
}

RequirementCount CountRequirements(std::span<const RequirementPart> parts,
                                   const RuleCatalog& catalog) {
  RequirementCount count;
  for (const RequirementPart& part : parts) {
    for (const Requirement& one : part.requirements) {
      CountOne(one, catalog.Find(one.id), count);
    }
  }
  return count;
}

std::string CoverageDocument(std::span<const RequirementPart> parts,
                             const RuleCatalog& catalog,
                             const EvidenceKinds& kinds) {
  const RequirementCount count = CountRequirements(parts, catalog);
  std::string text =
      "# Coverage\n\nMade by `whfbscan rules coverage --output markdown=docs/coverage.md`; "
      "do not edit.\n\n";
  text += fmt::format(
      "{} of {} documented requirements, notes, cautions and known issues are accounted for: {} by "
      "rules that decide from\nevidence, {} by notes that say what to verify by hand, {} not "
      "machine-checkable.\n\n## Stated in the guide\n",
      count.accounted(), count.all, count.by_rule, count.by_hand, count.no_rule);
  AddRequirements(parts, catalog, true, text);
  text += "\n## Stated in what the guide depends on\n";
  AddRequirements(parts, catalog, false, text);
  text +=
      "\n## Evidence of each rule\n\nKinds as `whfbscan evidence` names them: those that findings "
      "of "
      "the rule cite over the evidence that the project has.\n\n| rule | kinds of evidence |\n"
      "|---|---|\n";
  for (const Rule& rule : catalog.rules) {
    const auto found = kinds.find(rule.info.id);
    text += fmt::format("| `{}` | {} |\n", rule.info.id,
                        found == kinds.end() ? "declared, or derived from what is missing"
                                             : fmt::format("{}", fmt::join(found->second, ", ")));
  }
  text += "\n## Rules beyond the documents\n\n";
  for (const Rule& rule : catalog.rules) {
    if (!IsDocumented(parts, rule.info.id)) {
      text += fmt::format("* `{}`: {}\n", rule.info.id, rule.info.title);
    }
  }
  return text;
}

}  // namespace whfb::rules

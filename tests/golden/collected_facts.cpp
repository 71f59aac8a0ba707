#include "tests/golden/collected_facts.h"

#include <utility>

#include <spdlog/fmt/fmt.h>

#include "scanner/engine/bundle_facts.h"
#include "scanner/engine/evidence_walk.h"
#include "scanner/engine/grouping.h"
#include "tests/golden/printed_reading.h"

namespace whfb::golden {

namespace {

using collectors::Scope;

const FactCatalog& Catalog() {
  static const FactCatalog catalog = collectors::MakeCatalog();
  return catalog;
}

std::string SourceText(const Provenance& source, const FactSpace& facts) {
  if (source.evidence == 0) {
    return {};
  }
  std::string text = facts.evidence.at(source.evidence - 1).file;
  text += source.place == 0 ? "" : fmt::format(":{}", source.place);
  text += source.key.empty() ? "" : fmt::format(" [{}]", source.key);
  return text;
}

std::string CellText(const Cell& cell, ValueType type) {
  if (!cell.present()) {
    return {};
  }
  return type == ValueType::kList ? Shown(cell.value.list)
                                  : Shown(std::string_view(ValueText(cell, type)));
}

PrintedCell Print(std::string_view name, const Cell& cell, ValueType type, const FactSpace& facts) {
  return {.name = std::string(name),
          .type = type,
          .knowledge = cell.knowledge,
          .why = cell.why,
          .text = CellText(cell, type),
          .time = cell.value.time,
          .source = SourceText(cell.source, facts)};
}

PrintedTable Print(const Table& table, const FactSpace& facts) {
  PrintedTable printed{.name = std::string(table.spec().id),
                       .coverage = table.coverage(),
                       .why = table.why(),
                       .source = SourceText(table.source(), facts)};
  for (std::size_t row = 0; row < table.size(); ++row) {
    PrintedRow cells;
    bool keyed = true;
    for (std::size_t i = 0; i < table.Row(row).size(); ++i) {
      const ColumnSpec& column = table.spec().columns[i];
      cells.cells.push_back(Print(column.name, table.Row(row)[i], column.type, facts));
      keyed = keyed && (!column.key || table.Row(row)[i].present());
      cells.key += column.key ? cells.cells.back().text + "\n" : "";
    }
    cells.key = keyed ? cells.key : std::string{};
    printed.rows.push_back(std::move(cells));
  }
  return printed;
}

// Whether the id of a declaration belongs to this kind of subject.
bool Speaks(std::string_view id, SubjectKind kind) {
  return id.substr(0, id.find('.')) == FactPrefix(kind);
}

// What an alias that nothing surer tells is known by.
std::string_view Doubt(const Subject& subject, const Alias& alias) {
  const bool device = subject.kind == SubjectKind::kDevice;
  return alias.told ? "" : device ? " (only gpresult says so)" : " (only a key container says so)";
}

PrintedSubject Print(const Subject& subject,
                     const Declarations& declarations,
                     const FactSpace& facts) {
  PrintedSubject printed{.kind = subject.kind, .name = subject.name};
  for (const Alias& alias : subject.aliases) {
    printed.aliases.push_back(
        fmt::format("{} {}{}", ToString(alias.kind), alias.value, Doubt(subject, alias)));
  }
  for (const FactSpec& spec : declarations.facts) {
    if (Speaks(spec.id, subject.kind)) {
      printed.facts.push_back(Print(spec.id, subject.facts.Get(spec.id), spec.type, facts));
    }
  }
  for (const TableSpec& spec : declarations.tables) {
    if (Speaks(spec.id, subject.kind)) {
      printed.tables.push_back(Print(subject.facts.TableOf(spec.id), facts));
    }
  }
  return printed;
}

void PrintSubjects(const FactSpace& facts,
                   const Declarations& declarations,
                   std::vector<PrintedSubject>& out) {
  for (const Subject& subject : facts.subjects()) {
    PrintedSubject printed = Print(subject, declarations, facts);
    if (!printed.facts.empty() || !printed.tables.empty()) {
      out.push_back(std::move(printed));
    }
  }
}

// What CollectEnvironment and CollectBundle need, in the order of a scan.
class Collection {
 public:
  explicit Collection(const Declarations& declarations) : declarations_(declarations) {}

  CollectedFacts Run(const std::filesystem::path& input) {
    const std::vector<std::string> path = {input.string()};
    const bool environment = declarations_.scope == Scope::kEnvironment;
    const auto index = environment ? engine::IndexInputs({}, path) : engine::IndexInputs(path, {});
    if (!index) {
      result_.failure = index.error().ToString();
      return std::move(result_);
    }
    Environment(index->environment);
    for (const engine::BundleGroup& group : index->groups) {
      for (const engine::BundleInput& bundle : group.bundles) {
        Bundle(bundle);
      }
    }
    PrintSubjects(environment_, declarations_, result_.subjects);
    PrintSubjects(device_, declarations_, result_.subjects);
    return std::move(result_);
  }

 private:
  void Environment(const std::vector<engine::BundleInput>& inputs) {
    const engine::EnvironmentRequest request{
        .inputs = inputs, .declared = declared_, .now = now_, .max_age = 30 * kTicksPerDay};
    for (const engine::BundleFacts& one :
         engine::CollectEnvironment(request, walker_, environment_)) {
      Cover(one);
    }
    engine::Derive(Scope::kEnvironment, {.moment = {.now = now_}, .declared = declared_},
                   environment_);
  }

  void Bundle(const engine::BundleInput& bundle) {
    const engine::BundleFacts found = engine::CollectBundle(
        {.input = bundle, .declared = declared_, .now = now_}, walker_, device_);
    Cover(found);
    engine::Derive(Scope::kDevice,
                   {.moment = {.now = now_, .collected = found.collected},
                    .declared = declared_,
                    .environment = &environment_},
                   device_);
  }

  void Cover(const engine::BundleFacts& found) {
    result_.coverage.insert(result_.coverage.end(), found.coverage.begin(), found.coverage.end());
  }

  const Declarations& declarations_;
  collectors::Declared declared_{};
  Ticks now_ = TicksFromCivil(kNow);
  engine::EvidenceWalker walker_;
  FactSpace environment_{Catalog()};
  FactSpace device_{Catalog()};
  CollectedFacts result_;
};

}  // namespace

std::vector<Declarations> AllDeclarations() {
  std::vector<Declarations> all;
  for (const collectors::CollectorSpec* const one : collectors::AllCollectors()) {
    all.push_back(
        {.name = one->name, .scope = one->scope, .facts = one->facts, .tables = one->tables});
  }
  for (const collectors::DerivationSpec* const one : collectors::AllDerivations()) {
    all.push_back(
        {.name = one->name, .scope = one->scope, .facts = one->facts, .tables = one->tables});
  }
  return all;
}

CollectedFacts CollectFacts(const std::filesystem::path& input, const Declarations& declarations) {
  return Collection(declarations).Run(input);
}

}  // namespace whfb::golden

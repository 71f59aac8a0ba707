#include "scanner/core/catalog.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace whfb {

namespace {

constexpr std::array<std::string_view, kSubjectKinds> kKindNames = {"environment",
                                                                    "domain_controller",
                                                                    "certificate_template",
                                                                    "certificate_profile",
                                                                    "remote_host",
                                                                    "device",
                                                                    "user"};

constexpr std::array<std::string_view, kSubjectKinds> kPrefixes = {
    "environment", "dc", "template", "profile", "host", "device", "user"};

SubjectKind KindOf(std::string_view id) {
  const auto* const found = std::ranges::find(kPrefixes, id.substr(0, id.find('.')));
  if (found == kPrefixes.end()) {
    throw std::logic_error("fact id without a subject prefix: " + std::string(id));
  }
  return static_cast<SubjectKind>(found - kPrefixes.begin());
}

}  // namespace

std::string_view ToString(SubjectKind kind) {
  return kKindNames.at(static_cast<std::size_t>(kind));
}

bool FromString(std::string_view text, SubjectKind& kind) {
  const auto* const found = std::ranges::find(kKindNames, text);
  if (found == kKindNames.end()) {
    return false;
  }
  kind = static_cast<SubjectKind>(found - kKindNames.begin());
  return true;
}

std::string_view FactPrefix(SubjectKind kind) {
  return kPrefixes.at(static_cast<std::size_t>(kind));
}

void FactCatalog::Add(std::span<const FactSpec> facts) {
  for (const FactSpec& spec : facts) {
    const SubjectKind kind = KindOf(spec.id);
    Kind& own = kinds_.at(static_cast<std::size_t>(kind));
    if (!fact_by_id_.emplace(spec.id, static_cast<FactIndex>(facts_.size())).second) {
      throw std::logic_error("fact declared twice: " + std::string(spec.id));
    }
    facts_.push_back({&spec, kind, static_cast<std::uint32_t>(own.facts.size())});
    own.facts.push_back(&spec);
  }
}

void FactCatalog::Add(std::span<const TableSpec> tables) {
  for (const TableSpec& spec : tables) {
    const SubjectKind kind = KindOf(spec.id);
    Kind& own = kinds_.at(static_cast<std::size_t>(kind));
    if (!table_by_id_.emplace(spec.id, static_cast<TableIndex>(tables_.size())).second) {
      throw std::logic_error("table declared twice: " + std::string(spec.id));
    }
    tables_.push_back({&spec, kind, static_cast<std::uint32_t>(own.tables.size())});
    own.tables.push_back(&spec);
  }
}

const FactCatalog::FactEntry* FactCatalog::FindFact(std::string_view id) const {
  const auto found = fact_by_id_.find(id);
  return found == fact_by_id_.end() ? nullptr : &facts_[found->second];
}

const FactCatalog::TableEntry* FactCatalog::FindTable(std::string_view id) const {
  const auto found = table_by_id_.find(id);
  return found == table_by_id_.end() ? nullptr : &tables_[found->second];
}

std::uint32_t FactCatalog::FactCount(SubjectKind kind) const {
  return static_cast<std::uint32_t>(kinds_.at(static_cast<std::size_t>(kind)).facts.size());
}

std::uint32_t FactCatalog::TableCount(SubjectKind kind) const {
  return static_cast<std::uint32_t>(kinds_.at(static_cast<std::size_t>(kind)).tables.size());
}

const FactSpec& FactCatalog::Fact(SubjectKind kind, std::uint32_t slot) const {
  return *kinds_.at(static_cast<std::size_t>(kind)).facts.at(slot);
}

const TableSpec& FactCatalog::Table(SubjectKind kind, std::uint32_t slot) const {
  return *kinds_.at(static_cast<std::size_t>(kind)).tables.at(slot);
}

int FindColumn(const TableSpec& table, std::string_view name) {
  const auto found = std::ranges::find(table.columns, name, &ColumnSpec::name);
  return found == table.columns.end() ? -1 : static_cast<int>(found - table.columns.begin());
}

}  // namespace whfb

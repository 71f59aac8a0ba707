// Names of rule files -> slots of the catalogue.

#include <vector>

#include <spdlog/fmt/fmt.h>

#include "rules/condition_loader.h"

namespace whfb::rules {

namespace {

std::vector<std::string_view> FactIds(const LoadContext& context) {
  std::vector<std::string_view> ids;
  for (const FactCatalog::FactEntry& entry : context.catalog().facts()) {
    if (context.Allowed(entry.kind)) {
      ids.push_back(entry.spec->id);
    }
  }
  return ids;
}

std::vector<std::string_view> TableIds(const LoadContext& context) {
  std::vector<std::string_view> ids;
  for (const FactCatalog::TableEntry& entry : context.catalog().tables()) {
    if (context.Allowed(entry.kind)) {
      ids.push_back(entry.spec->id);
    }
  }
  return ids;
}

bool NotHere(LoadContext& context, std::size_t offset, std::string_view id) {
  return context.Fail(offset, fmt::format("'{}' cannot be named here, only facts and tables of {}",
                                          id, context.AllowedPrefixes()));
}

}  // namespace

bool ResolveFact(LoadContext& context,
                 std::size_t offset,
                 std::string_view id,
                 const FactCatalog::FactEntry*& entry) {
  entry = context.catalog().FindFact(id);
  if (entry != nullptr) {
    return context.Allowed(entry->kind) || NotHere(context, offset, id);
  }
  if (id.starts_with('.')) {
    return context.Fail(offset, fmt::format("'{}' is a column; columns are named inside <some>, "
                                            "<every>, <none> and <count> only",
                                            id));
  }
  if (context.catalog().FindTable(id) != nullptr) {
    return context.Fail(offset, fmt::format("'{}' is a table, not a fact", id));
  }
  return context.Fail(offset,
                      fmt::format("unknown fact '{}'{}", id, DidYouMean(id, FactIds(context))));
}

bool ResolveTable(LoadContext& context,
                  std::size_t offset,
                  std::string_view id,
                  const FactCatalog::TableEntry*& entry) {
  entry = context.catalog().FindTable(id);
  if (entry != nullptr) {
    return context.Allowed(entry->kind) || NotHere(context, offset, id);
  }
  if (context.catalog().FindFact(id) != nullptr) {
    return context.Fail(offset, fmt::format("'{}' is a fact, not a table", id));
  }
  return context.Fail(offset,
                      fmt::format("unknown table '{}'{}", id, DidYouMean(id, TableIds(context))));
}

bool ResolveColumn(LoadContext& context,
                   std::size_t offset,
                   const TableSpec& table,
                   std::string_view name,
                   std::uint32_t& column) {
  const int found = FindColumn(table, name);
  if (found < 0) {
    std::vector<std::string_view> names;
    for (const ColumnSpec& spec : table.columns) {
      names.push_back(spec.name);
    }
    return context.Fail(offset, fmt::format("unknown column '{}' of {}{}", name, table.id,
                                            DidYouMean(name, names)));
  }
  column = static_cast<std::uint32_t>(found);
  return true;
}

}  // namespace whfb::rules

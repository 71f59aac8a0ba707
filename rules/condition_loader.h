// Conditions of rule files: XML -> compiled Program. Part of the loader.

#ifndef WHFB_RULES_CONDITION_LOADER_H_
#define WHFB_RULES_CONDITION_LOADER_H_

#include <string_view>

#include <pugixml.hpp>

#include "rules/load_context.h"
#include "rules/rule.h"

namespace whfb::rules {

// Compiles the conditions inside `parent` (several: all of them) into `program`. Returns false
// after context.Fail(). An element without conditions gives an empty program.
bool LoadProgram(LoadContext& context,
                 const pugi::xml_node& parent,
                 LiteralStore& store,
                 Program& program);

// Resolves ids for conditions, explanations and cases; the failure is shown at `offset`.
bool ResolveFact(LoadContext& context,
                 std::size_t offset,
                 std::string_view id,
                 const FactCatalog::FactEntry*& entry);
bool ResolveTable(LoadContext& context,
                  std::size_t offset,
                  std::string_view id,
                  const FactCatalog::TableEntry*& entry);
bool ResolveColumn(LoadContext& context,
                   std::size_t offset,
                   const TableSpec& table,
                   std::string_view name,
                   std::uint32_t& column);

}  // namespace whfb::rules

#endif  // WHFB_RULES_CONDITION_LOADER_H_

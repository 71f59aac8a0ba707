// The value="..." of an <is>, checked against the type of its left side. Part of the loader.

#ifndef WHFB_RULES_LITERAL_LOADER_H_
#define WHFB_RULES_LITERAL_LOADER_H_

#include <pugixml.hpp>

#include "rules/load_context.h"
#include "rules/rule.h"

namespace whfb::rules {

// `condition` has its operator and its left side. Returns false after context.Fail().
bool LoadLiteral(LoadContext& context,
                 const pugi::xml_attribute& attribute,
                 LiteralStore& store,
                 Condition& condition);

// value-of-parameter="...": the same with the value of a parameter.
bool LoadParameterLiteral(LoadContext& context,
                          const pugi::xml_attribute& attribute,
                          LiteralStore& store,
                          Condition& condition);

// The number of a <count>; `parameter`: the attribute names one.
bool LoadCountLiteral(LoadContext& context,
                      const pugi::xml_attribute& attribute,
                      bool parameter,
                      Condition& condition);

}  // namespace whfb::rules

#endif  // WHFB_RULES_LITERAL_LOADER_H_

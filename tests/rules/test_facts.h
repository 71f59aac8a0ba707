// A small catalogue for tests of the rule language: one fact of each type, one table.

#ifndef WHFB_TESTS_RULES_TEST_FACTS_H_
#define WHFB_TESTS_RULES_TEST_FACTS_H_

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "rules/loader.h"
#include "scanner/core/catalog.h"

namespace whfb::rules {

inline constexpr std::array kTestFacts = {
    FactSpec{"device.flag", ValueType::kBool, "a flag"},
    FactSpec{"device.other_flag", ValueType::kBool, "another flag"},
    FactSpec{"device.level", ValueType::kInt, "a number", "5"},
    FactSpec{"device.mode", ValueType::kText, "a word"},
    FactSpec{"device.when", ValueType::kTime, "a time"},
    FactSpec{"device.ekus", ValueType::kList, "a list", "", ValueType::kOid},
    FactSpec{"device.host", ValueType::kDnsName, "a name"},
    FactSpec{"user.upn", ValueType::kUpn, "a user"},
    FactSpec{"user.enrolled", ValueType::kBool, "a truth of a user"},
    FactSpec{"user.names", ValueType::kList, "names", "", ValueType::kUpn},
    FactSpec{"environment.ready", ValueType::kBool, "the environment"},
    FactSpec{"dc.name", ValueType::kDnsName, "a controller"},
};

inline constexpr std::array kTestColumns = {
    ColumnSpec{"sha1", ValueType::kHex, "key", true},
    ColumnSpec{"good", ValueType::kBool, "a flag"},
    ColumnSpec{"bits", ValueType::kInt, "a number"},
    ColumnSpec{"until", ValueType::kTime, "a time"},
    ColumnSpec{"eku", ValueType::kList, "a list", false, ValueType::kOid},
};

inline constexpr std::array kTestTables = {
    TableSpec{"device.item", "items", kTestColumns},
};

inline const FactCatalog& TestCatalog() {
  static const FactCatalog catalog = [] {
    FactCatalog made;
    made.Add(kTestFacts);
    made.Add(kTestTables);
    return made;
  }();
  return catalog;
}

// A complete rule around a condition. The condition begins on line 5, at column 3.
inline RuleSource SourceWith(std::string_view require, std::string_view more = "") {
  std::string text =
      "<rule id=\"test.rule\" revision=\"1\" subject=\"device\" severity=\"high\">\n"
      "<title>T</title><why>W</why><source document=\"d\" section=\"s\"/>\n"
      "<fix>F</fix>\n"
      "<require>\n  ";
  text += require;
  text += "\n</require>\n";
  text += more;
  text +=
      "<cases><case expect=\"pass\"/><case expect=\"fail\"/><case expect=\"unknown\"/>"
      "<case expect=\"not-applicable\"/></cases>\n</rule>\n";
  return {"r.xml", text};
}

// The rule, or a failure of the test with the loader's message.
inline Rule RuleWith(std::string_view require, std::string_view more = "") {
  Result<Rule> rule = LoadRule(SourceWith(require, more), TestCatalog());
  if (!rule) {
    ADD_FAILURE() << rule.error().ToString();
    return {};
  }
  return std::move(*rule);
}

}  // namespace whfb::rules

#endif  // WHFB_TESTS_RULES_TEST_FACTS_H_

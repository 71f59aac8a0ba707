#include "rules/loader.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/rules/test_facts.h"

namespace whfb::rules {

namespace {

std::string MessageOf(const RuleSource& source) {
  const Result<Rule> rule = LoadRule(source, TestCatalog());
  return rule ? "loaded" : rule.error().ToString();
}

std::string MessageFor(std::string_view require) {
  return MessageOf(SourceWith(require));
}

TEST(RuleLoaderTest, LoadsACompleteRule) {
  EXPECT_EQ(MessageFor("<is fact=\"device.flag\" value=\"true\" when-absent=\"false\"/>"),
            "loaded");
}

TEST(RuleLoaderTest, NamesThePlaceWhenWhenAbsentIsMissing) {
  EXPECT_EQ(MessageFor("<is fact=\"device.flag\" value=\"true\"/>"),
            "r.xml:5:4: <is> needs when-absent=\"true\", \"false\", \"unknown\" or \"default\"\n"
            "  <is fact=\"device.flag\" value=\"true\"/>\n"
            "   ^");
}

TEST(RuleLoaderTest, SuggestsTheFactThatWasMeant) {
  EXPECT_EQ(MessageFor("<is fact=\"device.flga\" value=\"true\" when-absent=\"false\"/>"),
            "r.xml:5:13: unknown fact 'device.flga'; did you mean 'device.flag'?\n"
            "  <is fact=\"device.flga\" value=\"true\" when-absent=\"false\"/>\n"
            "            ^");
}

}  // namespace

}  // namespace whfb::rules

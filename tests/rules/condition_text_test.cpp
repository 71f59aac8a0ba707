// Conditions as people read them, against the XML that they were loaded from.

#include "rules/condition_text.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/rules/test_facts.h"

namespace whfb::rules {
namespace {

std::string TextOf(std::string_view require) {
  return ConditionText(RuleWith(require).require, TestCatalog(), 0);
}

TEST(ConditionTextTest, SaysWhatIsComparedAndWhatAnAbsentValueCountsAs) {
  EXPECT_EQ(TextOf(R"(<is fact="device.level" op="ge" value="6" when-absent="default"/>)"),
            "device.level ge 6 (absent: the Windows default)\n");
  EXPECT_EQ(TextOf(R"(<is fact="device.level" op="in" value="1; 3" when-absent="false"/>)"),
            "device.level in 1, 3 (absent: false)\n");
  EXPECT_EQ(TextOf(R"(<is fact="device.when" op="ge" value="now-12h" when-absent="true"/>)"),
            "device.when ge now-12h (absent: true)\n");
  EXPECT_EQ(TextOf(R"(<is fact="device.when" op="lt" value="2026-11-25" when-absent="unknown"/>)"),
            "device.when lt 2026-11-25T00:00:00Z\n");
  EXPECT_EQ(TextOf(R"(<is fact="device.ekus" op="contains" value="1.2.3" when-absent="false"/>)"),
            "device.ekus contains 1.2.3 (absent: false)\n");
  EXPECT_EQ(TextOf(R"(<is fact="device.mode" op="in" value="a; b" when-absent="false"/>)"),
            "device.mode in a, b (absent: false)\n");
  EXPECT_EQ(TextOf(R"(<is fact="device.level" op="exists"/>)"), "device.level exists\n");
}

TEST(ConditionTextTest, IndentsWhatIsInside) {
  EXPECT_EQ(TextOf(R"(<any><not><is fact="device.level" value="6" when-absent="unknown"/></not>
                      <every in="device.item" when-empty="false">
                        <is fact=".good" value="true" when-absent="false"/></every>
                      <count in="device.item" op="lt" value="2"/></any>)"),
            "any of\n"
            "  not\n"
            "    device.level eq 6\n"
            "  every row of device.item has (no rows: false)\n"
            "    .good eq true (absent: false)\n"
            "  the rows of device.item that have the following: number lt 2\n");
}

}  // namespace
}  // namespace whfb::rules

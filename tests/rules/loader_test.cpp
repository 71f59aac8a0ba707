#include "rules/loader.h"

#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/catalog.h"
#include "tests/rules/test_facts.h"

namespace whfb::rules {

namespace {

constexpr std::string_view kFlag = R"(<is fact="device.flag" value="true" when-absent="false"/>)";

std::string MessageOf(const RuleSource& source) {
  const Result<Rule> rule = LoadRule(source, TestCatalog());
  return rule ? "loaded" : rule.error().ToString();
}

// The condition stands on line 5, from column 3.
std::string MessageFor(std::string_view require) {
  return MessageOf(SourceWith(require));
}

// `more` stands on line 7.
std::string MessageWith(std::string_view more) {
  return MessageOf(SourceWith(kFlag, more));
}

std::string Replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

std::string MessageWithout(std::string_view what, std::string_view by = "") {
  return MessageOf({"r.xml", Replaced(SourceWith(kFlag).text, what, by)});
}

TEST(RuleLoaderTest, LoadsACompleteRule) {
  EXPECT_EQ(MessageFor(kFlag), "loaded");
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

TEST(RuleLoaderTest, SuggestsTheElementThatWasMeant) {
  EXPECT_EQ(MessageWith("<explan on=\"fail\">x</explan>\n"),
            "r.xml:7:2: unknown element <explan> in <rule>; did you mean <explain>?\n"
            "<explan on=\"fail\">x</explan>\n"
            " ^");
  EXPECT_EQ(MessageFor("<al>x</al>"),
            "r.xml:5:4: <al> is not a condition; did you mean <all>?\n"
            "  <al>x</al>\n"
            "   ^");
}

TEST(RuleLoaderTest, SuggestsTheAttributeThatWasMeant) {
  EXPECT_EQ(MessageFor("<is fact=\"device.flag\" valu=\"true\" when-absent=\"false\"/>"),
            "r.xml:5:26: unknown attribute 'valu' of <is>; did you mean 'value'?\n"
            "  <is fact=\"device.flag\" valu=\"true\" when-absent=\"false\"/>\n"
            "                         ^");
}

TEST(RuleLoaderTest, SuggestsTheColumnThatWasMeant) {
  EXPECT_EQ(MessageFor("<some in=\"device.item\"><is fact=\".godo\" value=\"true\""
                       " when-absent=\"false\"/></some>"),
            "r.xml:5:36: unknown column 'godo' of device.item; did you mean 'good'?\n"
            "  <some in=\"device.item\"><is fact=\".godo\" value=\"true\" when-absent=\"false\"/>"
            "</some>\n"
            "                                   ^");
}

TEST(RuleLoaderTest, SuggestsTheTableThatWasMeant) {
  EXPECT_EQ(MessageFor("<some in=\"device.items\"/>"),
            "r.xml:5:13: unknown table 'device.items'; did you mean 'device.item'?\n"
            "  <some in=\"device.items\"/>\n"
            "            ^");
}

TEST(RuleLoaderTest, SaysWhichOperatorsFitTheType) {
  EXPECT_EQ(MessageFor("<is fact=\"device.flag\" op=\"lt\" value=\"true\" when-absent=\"false\"/>"),
            "r.xml:5:30: the operator 'lt' does not fit 'device.flag', which is bool; "
            "write eq, ne, exists\n"
            "  <is fact=\"device.flag\" op=\"lt\" value=\"true\" when-absent=\"false\"/>\n"
            "                             ^");
  EXPECT_EQ(MessageFor("<is fact=\"device.mode\" op=\"equal\" value=\"a\" when-absent=\"false\"/>"),
            "r.xml:5:30: unknown operator 'equal'\n"
            "  <is fact=\"device.mode\" op=\"equal\" value=\"a\" when-absent=\"false\"/>\n"
            "                             ^");
}

TEST(RuleLoaderTest, ChecksLiteralsAgainstTheType) {
  EXPECT_EQ(MessageFor("<is fact=\"device.level\" value=\"5x\" when-absent=\"false\"/>"),
            "r.xml:5:34: '5x' is not a whole number; write 5 or 0x5\n"
            "  <is fact=\"device.level\" value=\"5x\" when-absent=\"false\"/>\n"
            "                                 ^");
  EXPECT_EQ(MessageFor("<is fact=\"device.when\" value=\"now+30\" when-absent=\"false\"/>"),
            "r.xml:5:33: 'now+30' is not a time; write 2026-11-25, 2026-11-25T08:30:00Z, now, "
            "now+30d or collected-12h\n"
            "  <is fact=\"device.when\" value=\"now+30\" when-absent=\"false\"/>\n"
            "                                ^");
  EXPECT_EQ(MessageFor("<is fact=\"device.flag\" value=\"yes\" when-absent=\"false\"/>"),
            "r.xml:5:33: 'yes' is neither 'true' nor 'false'\n"
            "  <is fact=\"device.flag\" value=\"yes\" when-absent=\"false\"/>\n"
            "                                ^");
}

TEST(RuleLoaderTest, ChecksBothSidesOfValueOf) {
  EXPECT_EQ(
      MessageFor("<is fact=\"device.level\" value-of=\"device.mode\" when-absent=\"false\"/>"),
      "r.xml:5:37: 'device.mode' is text and cannot be compared with int\n"
      "  <is fact=\"device.level\" value-of=\"device.mode\" when-absent=\"false\"/>\n"
      "                                    ^");
}

TEST(RuleLoaderTest, DemandsWhenEmptyOnEveryAndNone) {
  EXPECT_EQ(MessageFor("<none in=\"device.item\"/>"),
            "r.xml:5:4: <none> needs when-empty=\"true\", \"false\" or \"unknown\"\n"
            "  <none in=\"device.item\"/>\n"
            "   ^");
}

TEST(RuleLoaderTest, RefusesNestedQuantifiers) {
  EXPECT_EQ(MessageFor("<some in=\"device.item\"><some in=\"device.item\"/></some>"),
            "r.xml:5:27: <some> inside a quantifier; quantifiers do not nest, joins are columns "
            "that derivations make\n"
            "  <some in=\"device.item\"><some in=\"device.item\"/></some>\n"
            "                          ^");
}

TEST(RuleLoaderTest, RefusesADefaultThatNobodyDocumented) {
  EXPECT_EQ(MessageFor("<is fact=\"device.mode\" value=\"a\" when-absent=\"default\"/>"),
            "r.xml:5:49: 'device.mode' declares no Windows default\n"
            "  <is fact=\"device.mode\" value=\"a\" when-absent=\"default\"/>\n"
            "                                                ^");
}

TEST(RuleLoaderTest, RefusesFactsOfSubjectsThatAreNotOnThePath) {
  EXPECT_EQ(MessageFor("<is fact=\"user.upn\" op=\"exists\"/>"),
            "r.xml:5:13: 'user.upn' cannot be named here, only facts and tables of 'device.', "
            "'environment.'\n"
            "  <is fact=\"user.upn\" op=\"exists\"/>\n"
            "            ^");
}

TEST(RuleLoaderTest, ColumnsBelongInsideQuantifiers) {
  EXPECT_EQ(MessageFor("<is fact=\".good\" op=\"exists\"/>"),
            "r.xml:5:13: '.good' is a column; columns are named inside <some>, <every>, <none> "
            "and <count> only\n"
            "  <is fact=\".good\" op=\"exists\"/>\n"
            "            ^");
}

TEST(RuleLoaderTest, ShowsABadPlaceInAnExplanation) {
  EXPECT_EQ(MessageWith("<explain on=\"fail\">It is {device.levle}.</explain>\n"),
            "r.xml:7:27: unknown fact 'device.levle'; did you mean 'device.level'?\n"
            "<explain on=\"fail\">It is {device.levle}.</explain>\n"
            "                          ^");
  EXPECT_EQ(MessageWith("<explain on=\"fail\">It is {device.level.</explain>\n"),
            "r.xml:7:26: '{' without '}'; write '{{' for a brace\n"
            "<explain on=\"fail\">It is {device.level.</explain>\n"
            "                         ^");
}

TEST(RuleLoaderTest, DemandsACaseForEveryVerdict) {
  EXPECT_EQ(MessageWithout("<case expect=\"fail\"/>"),
            "r.xml:7:2: no case expects 'fail'\n"
            "<cases><case expect=\"pass\"/><case expect=\"unknown\"/>"
            "<case expect=\"not-applicable\"/></cases>\n"
            " ^");
  EXPECT_EQ(MessageWithout("<case expect=\"not-applicable\"/>"), "loaded")
      << "without <applies> the rule always applies";
  EXPECT_EQ(
      MessageOf({"r.xml", Replaced(SourceWith(kFlag,
                                              "<applies><is fact=\"device.mode\" "
                                              "op=\"exists\"/></applies>\n")
                                       .text,
                                   "<case expect=\"not-applicable\"/>", "")}),
      "r.xml:8:2: no case expects 'not-applicable'\n"
      "<cases><case expect=\"pass\"/><case expect=\"fail\"/><case expect=\"unknown\"/></cases>\n"
      " ^");
}

TEST(RuleLoaderTest, ChecksCasesLikeConditions) {
  const auto in_case = [](std::string_view inside) {
    return MessageWithout("<cases>",
                          "<cases><case expect=\"pass\">\n" + std::string(inside) + "\n</case>");
  };
  EXPECT_EQ(in_case("<fact id=\"device.flag\"/>"),
            "r.xml:8:2: <fact> needs one of value=\"...\", absent=\"true\" and "
            "unknown=\"reason\"\n"
            "<fact id=\"device.flag\"/>\n"
            " ^");
  EXPECT_EQ(in_case("<fact id=\"device.flag\" unknown=\"lost\"/>"),
            "r.xml:8:33: 'lost' is not a reason of unknown\n"
            "<fact id=\"device.flag\" unknown=\"lost\"/>\n"
            "                                ^");
  EXPECT_EQ(
      in_case("<table id=\"device.item\" coverage=\"complete\"><row goood=\"true\"/></table>"),
      "r.xml:8:50: unknown column 'goood' of device.item; did you mean 'good'?\n"
      "<table id=\"device.item\" coverage=\"complete\"><row goood=\"true\"/></table>\n"
      "                                                 ^");
}

TEST(RuleLoaderTest, ChecksTheAttributesOfTheRule) {
  EXPECT_EQ(MessageWithout("subject=\"device\"", "subject=\"devise\""),
            "r.xml:1:44: 'devise' is not a subject; did you mean 'device'?\n"
            "<rule id=\"test.rule\" revision=\"1\" subject=\"devise\" severity=\"high\">\n"
            "                                           ^");
  EXPECT_EQ(MessageWithout("test.rule", "Test"),
            "r.xml:1:11: 'Test' is not a rule id; write area.what-must-hold in lower case\n"
            "<rule id=\"Test\" revision=\"1\" subject=\"device\" severity=\"high\">\n"
            "          ^");
  EXPECT_EQ(MessageWithout("<fix>F</fix>", ""),
            "r.xml:1:2: <rule> needs <fix>\n"
            "<rule id=\"test.rule\" revision=\"1\" subject=\"device\" severity=\"high\">\n"
            " ^");
}

TEST(RuleLoaderTest, LowersDownwardsOnly) {
  EXPECT_EQ(MessageWith("<lower to=\"critical\"/>\n"),
            "r.xml:7:12: 'critical' is not a severity below high\n"
            "<lower to=\"critical\"/>\n"
            "           ^");
}

TEST(RuleLoaderTest, CountsCharactersNotBytesAndKeepsTabs) {
  EXPECT_EQ(MessageFor("\t<!-- \xC3\xA4 --><is fact=\"device.x\" op=\"exists\"/>"),
            "r.xml:5:24: unknown fact 'device.x'\n"
            "  \t<!-- \xC3\xA4 --><is fact=\"device.x\" op=\"exists\"/>\n"
            "  \t                    ^");
}

TEST(RuleLoaderTest, ShowsWhereTheXmlBreaks) {
  const std::string message = MessageOf({"r.xml", "<rule>\n  <title>T</titel>\n</rule>\n"});
  EXPECT_TRUE(message.starts_with("r.xml:2:")) << message;
  EXPECT_NE(message.find("not well-formed XML"), std::string::npos) << message;
  EXPECT_NE(MessageOf({"r.xml", ""}).find("r.xml:1:1: not well-formed XML"), std::string::npos);
}

TEST(RuleLoaderTest, SurvivesEveryTruncationAndFlippedByte) {
  const std::string text = SourceWith(kFlag, "<explain on=\"fail\">{device.flag}</explain>").text;
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_NE(MessageOf({"r.xml", text.substr(0, size)}), "") << size;
    std::string flipped = text;
    flipped[size] = static_cast<char>(flipped[size] ^ 0x15);
    EXPECT_NE(MessageOf({"r.xml", flipped}), "");
  }
}

TEST(RuleLoaderTest, DepthAndSizeAreBounded) {
  std::string deep;
  for (int i = 0; i < 5'000; ++i) {
    deep += "<not>";
  }
  EXPECT_NE(MessageFor(deep).find("r.xml:"), std::string::npos);
  std::string nested(kFlag);
  for (int i = 0; i < 40; ++i) {
    nested = "<not>" + nested + "</not>";
  }
  EXPECT_NE(MessageFor(nested).find("too many conditions; at most 1000, nested 32 deep"),
            std::string::npos);
  EXPECT_EQ(MessageOf({"r.xml", std::string(kMaxRuleBytes + 1, ' ')}),
            "r.xml: the rule is 1048577 bytes, the limit is 1048576");
}

TEST(RuleCatalogTest, RefusesTwoRulesWithOneId) {
  std::array sources = {SourceWith(kFlag), SourceWith(kFlag)};
  sources[0].name = "a/one.xml";
  sources[1].name = "b/two.xml";
  const Result<RuleCatalog> catalog = LoadCatalog(TestCatalog(), sources);
  ASSERT_FALSE(catalog);
  EXPECT_EQ(catalog.error().ToString(),
            "b/two.xml: the id 'test.rule' is already that of a/one.xml");
}

TEST(RuleCatalogTest, TheDigestFollowsTheTextNotTheName) {
  std::array sources = {SourceWith(kFlag)};
  const std::string before = LoadCatalog(TestCatalog(), sources)->sha256;
  sources[0].name = "elsewhere.xml";
  EXPECT_EQ(LoadCatalog(TestCatalog(), sources)->sha256, before);
  sources[0].text += "\n";
  EXPECT_NE(LoadCatalog(TestCatalog(), sources)->sha256, before);
}

TEST(RuleLoaderTest, PutsEachCommandOnALineWithWhereToRunIt) {
  const Result<Rule> rule =
      LoadRule(SourceWith(kFlag,
                          "<collect><command>dsregcmd /status &gt; dsregcmd.txt</command>"
                          "<command where=\"on each domain controller\">certutil\n -v -store "
                          "My</command></collect>"),
               TestCatalog());
  ASSERT_TRUE(rule) << rule.error().ToString();
  EXPECT_EQ(rule->info.collect,
            "dsregcmd /status > dsregcmd.txt\n# on each domain controller\ncertutil -v -store My");
}

TEST(RuleLoaderTest, RefusesWhatIsNoCommandToCollect) {
  EXPECT_THAT(MessageWith("<collect><command/></collect>"),
              testing::StartsWith("r.xml:7:11: <command> is empty\n"));
  EXPECT_THAT(MessageWith("<collect>run <command>dsregcmd</command></collect>"),
              testing::StartsWith("r.xml:7:"));
  EXPECT_THAT(MessageWith("<collect><command>dsregcmd</command><step/></collect>"),
              testing::HasSubstr("<collect> holds <command> elements, or one command as text"));
}

std::string UntilMessage(const std::string& fact) {
  RuleSource source = SourceWith(
      R"(<is fact="environment.ready" value="true" when-absent="unknown"/>)",
      "<affects until=\"" + fact + "\"><is fact=\"user.upn\" op=\"exists\"/></affects>\n");
  const std::string_view device = "subject=\"device\"";
  source.text.replace(source.text.find(device), device.size(), "subject=\"environment\"");
  const Result<Rule> rule = LoadRule(source, TestCatalog());
  return rule ? "loads" : rule.error().ToString();
}

TEST(RuleLoaderTest, UntilNamesATruthOfTheUser) {
  EXPECT_EQ(UntilMessage("user.enrolled"), "loads");
  EXPECT_THAT(UntilMessage("user.upn"), testing::HasSubstr("'user.upn' is upn"));
  EXPECT_THAT(UntilMessage("device.flag"), testing::HasSubstr("until names what a user has"));
  EXPECT_THAT(UntilMessage("user.enroled"), testing::HasSubstr("did you mean 'user.enrolled'"));
}

}  // namespace

}  // namespace whfb::rules

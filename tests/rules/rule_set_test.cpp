#include "rules/rule_set.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rules/test_facts.h"

namespace whfb::rules {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

RuleSource RuleFile(std::string_view id,
                    std::string_view severity,
                    std::string_view more = "",
                    std::string_view subject = "device") {
  std::string text =
      SourceWith(R"(<is fact="environment.ready" value="true" when-absent="false"/>)").text;
  const auto replace = [&text](std::string_view what, const std::string& by) {
    text.replace(text.find(what), what.size(), by);
  };
  replace("id=\"test.rule\"", "id=\"" + std::string(id) + "\" " + std::string(more));
  replace("severity=\"high\"", "severity=\"" + std::string(severity) + "\"");
  replace("subject=\"device\"", "subject=\"" + std::string(subject) + "\"");
  return {std::string(id) + ".xml", text};
}

RuleSource Levelled(std::string_view id) {
  RuleSource source = SourceWith(
      R"(<is fact="device.level" op="ge" value-of-parameter="least" when-absent="false"/>)",
      R"(<parameter name="least" type="int" default="7"/>)"
      R"(<lower to="medium"><is fact="device.flag" value="true" when-absent="false"/></lower>)");
  source.text.replace(source.text.find("test.rule"), 9, id);
  source.name = std::string(id) + ".xml";
  return source;
}

// A catalogue of a critical, a high and an informative rule, and one with a parameter.
RuleSetRequest Request() {
  RuleSetRequest request;
  request.instead = PackSource{
      .pack = {.name = "base", .sha256 = "00"},
      .sources = {RuleFile("a.critical", "critical"), RuleFile("b.user", "critical", "", "user"),
                  RuleFile("c.note", "info"), Levelled("d.level")}};
  return request;
}

RuleSetRequest WithSettings(std::string_view settings) {
  RuleSetRequest request = Request();
  request.settings =
      RuleSource{"s.xml", "<rule-settings>\n" + std::string(settings) + "\n</rule-settings>\n"};
  return request;
}

RuleSetRequest WithPack(RuleSource rule) {
  RuleSetRequest request = Request();
  request.added.push_back({.pack = {.name = "mine", .sha256 = "11"}, .sources = {std::move(rule)}});
  return request;
}

RuleCatalog Made(const RuleSetRequest& request) {
  Result<RuleCatalog> catalog = MakeRuleSet(TestCatalog(), request);
  if (!catalog) {
    ADD_FAILURE() << catalog.error().ToString();
    return {};
  }
  return std::move(*catalog);
}

std::string Refused(const RuleSetRequest& request) {
  const Result<RuleCatalog> catalog = MakeRuleSet(TestCatalog(), request);
  return catalog ? "made" : catalog.error().ToString();
}

std::string RefusedSetting(std::string_view settings) {
  const std::string message = Refused(WithSettings(settings));
  return message.substr(0, message.find('\n'));
}

std::vector<std::string> Ids(const RuleCatalog& catalog) {
  std::vector<std::string> ids;
  for (const Rule& rule : catalog.rules) {
    ids.push_back(rule.info.id);
  }
  return ids;
}

TEST(RuleSetTest, WithoutOptionsItIsTheCatalogueAndItsDigest) {
  const RuleCatalog catalog = Made(Request());
  const Result<RuleCatalog> plain = LoadCatalog(TestCatalog(), Request().instead->sources);
  ASSERT_TRUE(plain);
  EXPECT_EQ(catalog.sha256, plain->sha256);
  EXPECT_THAT(Ids(catalog), ElementsAre("a.critical", "b.user", "c.note", "d.level"));
  EXPECT_THAT(catalog.rule_set.changes, IsEmpty());
  EXPECT_FALSE(catalog.rule_set.built_in);
  EXPECT_EQ(catalog.rule_set.profile, "readiness");
}

TEST(RuleSetTest, APackAddsRules) {
  const RuleCatalog catalog = Made(WithPack(RuleFile("b.mine", "high")));
  EXPECT_THAT(Ids(catalog), ElementsAre("a.critical", "b.mine", "b.user", "c.note", "d.level"));
  EXPECT_EQ(catalog.rule_set.changes,
            (std::vector<RuleChange>{
                {.rule = "b.mine", .kind = RuleChange::Kind::kAdded, .detail = "mine"}}));
  ASSERT_EQ(catalog.rule_set.packs.size(), 2U);
  EXPECT_EQ(catalog.rule_set.packs[1].sha256, "11");
  EXPECT_NE(catalog.sha256, Made(Request()).sha256);
}

TEST(RuleSetTest, APackReplacesARuleOnlyWhereItSaysSo) {
  EXPECT_EQ(Refused(WithPack(RuleFile("a.critical", "low"))),
            "a.critical.xml: the id 'a.critical' is already that of a.critical.xml; a rule that is "
            "to take its place says so: <rule id=\"a.critical\" replaces=\"1\" ...>");
  const RuleCatalog catalog = Made(WithPack(RuleFile("a.critical", "low", "replaces=\"1\"")));
  EXPECT_EQ(catalog.Find("a.critical")->info.severity, Severity::kLow);
  ASSERT_EQ(catalog.rule_set.changes.size(), 1U);
  EXPECT_EQ(catalog.rule_set.changes.front().kind, RuleChange::Kind::kReplaced);
  EXPECT_THAT(Uncounted(catalog.rule_set), ElementsAre("a.critical"));
}

TEST(RuleSetTest, ARuleThatIsNotTheOneToBeReplacedIsRefused) {
  EXPECT_EQ(
      Refused(WithPack(RuleFile("a.critical", "low", "replaces=\"2\""))),
      "a.critical.xml: it replaces revision 2 of 'a.critical', which is at revision 1; compare "
      "the two, then write replaces=\"1\"");
  EXPECT_EQ(Refused(WithPack(RuleFile("a.other", "low", "replaces=\"1\""))),
            "a.other.xml: there is no rule 'a.other' that it could replace");
  EXPECT_THAT(Refused(WithPack(RuleFile("a.other", "low", "replaces=\"0\""))),
              HasSubstr("'0' is not a revision"));
}

TEST(RuleSetTest, ADisabledRuleIsNotAskedAndNamed) {
  const RuleCatalog catalog =
      Made(WithSettings(R"(<disable rule="a.critical" reason="we have no such device"/>)"));
  EXPECT_THAT(Ids(catalog), ElementsAre("b.user", "c.note", "d.level"));
  EXPECT_EQ(catalog.rule_set.changes, (std::vector<RuleChange>{{.rule = "a.critical",
                                                                .kind = RuleChange::Kind::kDisabled,
                                                                .detail = "critical",
                                                                .reason = "we have no such device",
                                                                .uncounted = true}}));
  EXPECT_NE(catalog.sha256, Made(Request()).sha256);
}

TEST(RuleSetTest, DisablingWhatReadinessDoesNotCountLeavesItWhole) {
  const RuleCatalog catalog = Made(WithSettings(R"(<disable rule="d.level" reason="r"/>)"));
  EXPECT_EQ(catalog.rule_set.changes.size(), 1U);
  EXPECT_THAT(Uncounted(catalog.rule_set), IsEmpty());
}

TEST(RuleSetTest, ASeverityIsChanged) {
  const RuleCatalog lower = Made(WithSettings(R"(<severity rule="a.critical" to="high"/>)"));
  EXPECT_EQ(lower.Find("a.critical")->info.severity, Severity::kHigh);
  EXPECT_EQ(lower.rule_set.changes.front().detail, "high, was critical");
  EXPECT_THAT(Uncounted(lower.rule_set), ElementsAre("a.critical"));
  const RuleCatalog higher = Made(WithSettings(R"(<severity rule="d.level" to="critical"/>)"));
  EXPECT_EQ(higher.Find("d.level")->info.severity, Severity::kCritical);
  EXPECT_THAT(Uncounted(higher.rule_set), IsEmpty());
  EXPECT_NE(lower.sha256, higher.sha256);
}

TEST(RuleSetTest, WhatNoLongerLowersAFailIsDropped) {
  EXPECT_EQ(Made(WithSettings(R"(<severity rule="d.level" to="critical"/>)"))
                .Find("d.level")
                ->lowerings.size(),
            1U);
  EXPECT_THAT(
      Made(WithSettings(R"(<severity rule="d.level" to="medium"/>)")).Find("d.level")->lowerings,
      IsEmpty());
}

TEST(RuleSetTest, AParameterIsSetAndIsInTheDigest) {
  const RuleCatalog nine =
      Made(WithSettings(R"(<parameter rule="d.level" name="least" value="9"/>)"));
  const RuleCatalog eight =
      Made(WithSettings(R"(<parameter rule="d.level" name="least" value="8"/>)"));
  EXPECT_EQ(nine.Find("d.level")->parameters.front().value, "9");
  EXPECT_EQ(nine.Find("d.level")->require.front().literal.number, 9);
  EXPECT_EQ(nine.rule_set.changes.front().detail, "least=9, was 7");
  EXPECT_NE(nine.sha256, eight.sha256);
}

TEST(RuleSetTest, ASettingThatIsWrongIsToldWithItsPlace) {
  EXPECT_EQ(RefusedSetting(R"(<disable rule="a.critcal" reason="r"/>)"),
            "s.xml:2:16: there is no rule 'a.critcal'; did you mean 'a.critical'?");
  EXPECT_EQ(RefusedSetting(R"(<disable rule="a.critical"/>)"),
            "s.xml:2:2: <disable> needs a reason; every report tells it beside the rule");
  EXPECT_EQ(RefusedSetting(R"(<disable rule="a.critical" reason=" "/>)"),
            "s.xml:2:2: <disable> needs a reason; every report tells it beside the rule");
  EXPECT_EQ(RefusedSetting(R"(<disabel rule="a.critical" reason="r"/>)"),
            "s.xml:2:2: unknown element <disabel> in <rule-settings>; did you mean <disable>?");
  EXPECT_EQ(RefusedSetting(R"(<severity rule="a.critical" to="hihg"/>)"),
            "s.xml:2:33: 'hihg' is none of critical, high, medium and low; did you mean 'high'?");
  EXPECT_EQ(RefusedSetting(R"(<severity rule="a.critical" to="info"/>)"),
            "s.xml:2:33: 'info' is none of critical, high, medium and low");
  EXPECT_EQ(RefusedSetting(R"(<severity rule="c.note" to="low"/>)"),
            "s.xml:2:17: 'c.note' is a note, which has no severity; <disable> silences it");
  EXPECT_EQ(RefusedSetting(R"(<parameter rule="d.level" name="leats" value="9"/>)"),
            "s.xml:2:33: 'd.level' has no parameter 'leats'; did you mean 'least'?");
  EXPECT_EQ(RefusedSetting(R"(<parameter rule="a.critical" name="least" value="9"/>)"),
            "s.xml:2:36: 'a.critical' has no parameter 'least'; the rule has no parameters");
  EXPECT_EQ(RefusedSetting(R"(<parameter rule="d.level" name="least" value="many"/>)"),
            "s.xml:2:47: 'many' is not a whole number; write 5 or 0x5");
  EXPECT_EQ(RefusedSetting("<severity rule=\"a.critical\" to=\"low\"/>\n"
                           "<severity rule=\"a.critical\" to=\"high\"/>"),
            "s.xml:3:2: a second <severity> for 'a.critical'");
  EXPECT_EQ(RefusedSetting("words"), "s.xml:1:16: <rule-settings> holds elements only, not text");
  RuleSetRequest request = Request();
  request.settings = RuleSource{"s.xml", "<rule/>"};
  EXPECT_THAT(Refused(request), HasSubstr("s.xml:1:2: <rule> is not <rule-settings>"));
}

TEST(RuleSetTest, AProfileChoosesRulesAndTheirOrder) {
  RuleSetRequest request = Request();
  request.profile = "triage";
  const RuleCatalog triage = Made(request);
  EXPECT_THAT(Ids(triage), ElementsAre("a.critical", "b.user", "d.level"));
  ASSERT_GE(triage.rule_set.order.size(), 2U);
  EXPECT_THAT(triage.rule_set.order[0], ElementsAre("b.user"));
  EXPECT_THAT(triage.rule_set.order[1], ElementsAre("a.critical", "d.level"));
  EXPECT_THAT(Uncounted(triage.rule_set), IsEmpty());
  request.profile = "audit";
  const RuleCatalog audit = Made(request);
  EXPECT_THAT(Ids(audit), ElementsAre("a.critical", "c.note", "d.level"));
  EXPECT_THAT(Uncounted(audit.rule_set), ElementsAre("b.user"));
  EXPECT_NE(audit.sha256, triage.sha256);
  request.profile = "all";
  EXPECT_EQ(Refused(request), "profile: 'all' is not a profile");
}

TEST(RuleSetTest, EveryProfileThatSaysSoHoldsEveryCriticalRule) {
  for (const std::string_view profile : {"readiness", "triage", "health"}) {
    RuleSetRequest request = Request();
    request.profile = profile;
    EXPECT_THAT(Uncounted(Made(request).rule_set), IsEmpty()) << profile;
  }
}

TEST(ProfilesTest, AWrongFileIsToldWithItsPlace) {
  const auto message = [](std::string_view text) {
    const Result<std::vector<Profile>> profiles =
        LoadProfiles({"p.xml", "<profiles>" + std::string(text) + "</profiles>"}, TestCatalog());
    return profiles ? "loaded" : profiles.error().ToString();
  };
  EXPECT_EQ(message(R"(<profile name="x" for="y"><rules/></profile>)"), "loaded");
  EXPECT_THAT(message(R"(<profile name="x" for="y"/>)"), HasSubstr("asks nothing"));
  EXPECT_THAT(message(R"(<profile name="x" for="y"><rules subject="dc"/></profile>)"),
              HasSubstr("'dc' is not a subject"));
  EXPECT_THAT(message(R"(<profile name="x" for="y"><rules at-least="bad"/></profile>)"),
              HasSubstr("'bad' is not a severity"));
}

}  // namespace

}  // namespace whfb::rules

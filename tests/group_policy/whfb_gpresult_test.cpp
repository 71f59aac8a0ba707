#include <gtest/gtest.h>

#include "tests/group_policy/policy_facts.h"

namespace whfb::test {

namespace {

constexpr std::string_view kSid = "S-1-5-21-1-2-3-1104";
constexpr std::string_view kPassportKey = "Policies\\Microsoft\\PassportForWork";

// `rank`: its precedence; empty: not told.
std::string Setting(std::string_view rest, std::string_view rank = "1") {
  std::string setting =
      "<q1:RegistrySetting><GPO><Identifier>{11111111-1111-1111-1111-111111111111}"
      "</Identifier></GPO>";
  if (!rank.empty()) {
    setting.append("<Precedence>").append(rank).append("</Precedence>");
  }
  return setting.append("<q1:KeyPath>SOFTWARE\\Policies\\Microsoft\\PassportForWork</q1:KeyPath>")
      .append(rest)
      .append("</q1:RegistrySetting>");
}

std::string Value(std::string_view name, std::string_view rank = "1") {
  return Setting(std::string("<q1:Value><q1:Name>")
                     .append(name)
                     .append("</q1:Name><q1:Number>1</q1:Number></q1:Value>"),
                 rank);
}

// A policy that does something else to the value than write it.
std::string Command(std::string_view name, std::string_view rank) {
  return Setting(std::string("<q1:Command>DeleteValue</q1:Command><q1:Value><q1:Name>")
                     .append(name)
                     .append("</q1:Name></q1:Value>"),
                 rank);
}

std::string Policy(std::string_view name, std::string_view gpo) {
  return std::string("<q1:Policy><GPO><Identifier>")
      .append(gpo)
      .append("</Identifier></GPO><Precedence>1</Precedence><q1:Name>")
      .append(name)
      .append("</q1:Name><q1:State>Enabled</q1:State></q1:Policy>");
}

constexpr std::string_view kGpo1 = "{11111111-1111-1111-1111-111111111111}";
constexpr std::string_view kEvents =
    "<EventsDetails><SinglePassEventsDetails><EventRecord><EventXml>&lt;Computer&gt;"
    "PC-0042.contoso.com&lt;/Computer&gt;&lt;Security "
    "UserID='S-1-5-21-1-2-3-1104'/&gt;</EventXml></EventRecord></SinglePassEventsDetails>"
    "</EventsDetails>";

struct WhfbGpresultTest : testing::Test {
  PolicyFacts bundle;
  Subject& user = *bundle.facts.User({.sid = kSid});

  void ReadResult(std::string_view half, const std::string& settings, std::string_view more = "") {
    const std::string name =
        half == "ComputerResults" ? "<Name>CONTOSO\\PC-0042$</Name>" : "<Name>CONTOSO\\anna</Name>";
    ASSERT_TRUE(bundle.reading.Read(
        readers::kGpresultReader, Rsop(half, name + Extension("Registry", settings).append(more))));
  }

  void Run() {
    bundle.Collect(collectors::kDeviceStateCollector);
    bundle.Collect(collectors::kWhfbPolicyCollector);
    bundle.Collect(collectors::kWhfbGpresultCollector);
    bundle.Derive(collectors::kPolicySourceDerivation);
  }

  const Cell& Device(std::string_view fact) { return bundle.Device(fact); }

  const Cell& User(std::string_view fact) { return user.facts.Get(fact); }
};

TEST_F(WhfbGpresultTest, AValueThatAGpoAppliedIsConfiguredByGroupPolicy) {
  ReadResult("ComputerResults", Value("Enabled"));
  Run();
  EXPECT_EQ(Device("device.whfb_policy.gpresult.configured").value.number, 1);
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").value.number, 1);
  EXPECT_EQ(User("user.whfb_policy.by_gpo").value.number, 1);
  EXPECT_EQ(ValueText(Device("device.whfb_policy.gpresult.gpos"), ValueType::kList), kGpo1);
  // The registry itself was not read.
  EXPECT_TRUE(Device("device.whfb_policy.gpo.configured").unknown());
  EXPECT_TRUE(Device("device.whfb_policy.gpo.enabled").unknown());
}

TEST_F(WhfbGpresultTest, AValueThatLostLeavesItOpen) {
  ReadResult("ComputerResults", Value("Enabled", "2"));
  Run();
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").why, WhyUnknown::kAmbiguous);
}

TEST_F(WhfbGpresultTest, AValueThatTheWinnerDeletesLeavesItOpen) {
  ReadResult("ComputerResults", Value("Enabled", "2") + Command("Enabled", "1"));
  Run();
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").why, WhyUnknown::kAmbiguous);
}

TEST_F(WhfbGpresultTest, AValueThatALoserWouldHaveDeletedIsThere) {
  ReadResult("ComputerResults", Value("Enabled") + Command("Enabled", "2"));
  Run();
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").value.number, 1);
}

TEST_F(WhfbGpresultTest, AValueBesideOneThatIsDeletedIsThere) {
  ReadResult("ComputerResults", Command("Enabled", "1") + Value("RequireSecurityDevice"));
  Run();
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").value.number, 1);
}

TEST_F(WhfbGpresultTest, AValueWithoutPrecedenceLeavesItOpen) {
  ReadResult("ComputerResults", Value("Enabled", ""));
  Run();
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").why, WhyUnknown::kAmbiguous);
}

TEST_F(WhfbGpresultTest, ACutResultOfAnotherComputerDoesNotHideTheGpos) {
  bundle.ReadName("PC-0042");
  ReadResult("ComputerResults", Value("Enabled"));
  const std::string foreign =
      Rsop("ComputerResults", "<Name>CONTOSO\\PC-0043$</Name>" + Extension("Registry", ""));
  ASSERT_TRUE(bundle.reading.Read(readers::kGpresultReader,
                                  foreign.substr(0, foreign.find("<ExtensionData>"))));
  Run();
  EXPECT_EQ(ValueText(Device("device.whfb_policy.gpresult.gpos"), ValueType::kList), kGpo1);
}

TEST_F(WhfbGpresultTest, AResultWithoutTheKeyNeverSaysNo) {
  ReadResult("ComputerResults", Policy("Some policy", kGpo1));
  Run();
  EXPECT_TRUE(Device("device.whfb_policy.by_gpo").unknown());
  EXPECT_TRUE(User("user.whfb_policy.by_gpo").unknown());
}

TEST_F(WhfbGpresultTest, ANameAloneNeverDecides) {
  ReadResult("ComputerResults", Policy("Use Windows Hello for Business", kGpo1));
  Run();
  EXPECT_TRUE(Device("device.whfb_policy.by_gpo").unknown());
}

TEST_F(WhfbGpresultTest, AKeyAloneLeavesItOpen) {
  ReadResult("ComputerResults", Setting(""));
  Run();
  ASSERT_TRUE(Device("device.whfb_policy.by_gpo").unknown());
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").why, WhyUnknown::kAmbiguous);
}

// Its name is in the language of the console, so that it cannot decide.
TEST_F(WhfbGpresultTest, AKeyAndAPolicyOfTheSameGpoLeaveItOpenInEveryLanguage) {
  for (const std::string_view name :
       {"Use Windows Hello for Business", "Windows Hello for Business verwenden"}) {
    PolicyFacts one;
    const std::string settings = Setting("") + Policy(name, kGpo1);
    ASSERT_TRUE(one.reading.Read(readers::kGpresultReader,
                                 Rsop("ComputerResults", "<Name>CONTOSO\\PC-0042$</Name>" +
                                                             Extension("Registry", settings))));
    one.Collect(collectors::kDeviceStateCollector);
    one.Collect(collectors::kWhfbGpresultCollector);
    const Cell& configured = one.Device("device.whfb_policy.gpresult.configured");
    ASSERT_TRUE(configured.unknown()) << name;
    EXPECT_EQ(configured.why, WhyUnknown::kAmbiguous) << name;
  }
}

TEST_F(WhfbGpresultTest, TurningOffSmartCardEmulationAloneLeavesItOpen) {
  ReadResult("ComputerResults", Value("DisableSmartCardNode"));
  Run();
  ASSERT_TRUE(Device("device.whfb_policy.by_gpo").unknown());
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").why, WhyUnknown::kAmbiguous);
}

TEST_F(WhfbGpresultTest, TheRegistryDecidesWhereItIsKnown) {
  ReadResult("ComputerResults", Value("Enabled"));
  bundle.ReadRegistry("Policies", "");
  Run();
  ASSERT_TRUE(Device("device.whfb_policy.by_gpo").present());
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").value.number, 0);
}

TEST_F(WhfbGpresultTest, ARegistryThatLeavesItOpenStaysOpen) {
  ReadResult("ComputerResults", Value("Enabled"));
  bundle.ReadRegistry(kPassportKey, "\"DisableSmartCardNode\"=dword:00000001\r\n");
  Run();
  ASSERT_TRUE(Device("device.whfb_policy.by_gpo").unknown());
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").why, WhyUnknown::kAmbiguous);
}

TEST_F(WhfbGpresultTest, DsregcmdThatDisagreesIsConflicting) {
  ReadResult("ComputerResults", Value("Enabled"));
  bundle.facts.Device().facts.Set("device.whfb_policy.cert_enrollment",
                                  Cell::Text("mobile device management", {.evidence = 1}));
  Run();
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").why, WhyUnknown::kConflicting);
  EXPECT_EQ(User("user.whfb_policy.by_gpo").why, WhyUnknown::kConflicting);
}

TEST_F(WhfbGpresultTest, TheUserHalfSpeaksOfTheUserItsEventsName) {
  ReadResult("UserResults", Value("Enabled"), kEvents);
  Run();
  EXPECT_EQ(User("user.whfb_policy.gpresult.configured").value.number, 1);
  EXPECT_EQ(User("user.whfb_policy.by_gpo").value.number, 1);
  EXPECT_TRUE(Device("device.whfb_policy.by_gpo").unknown());
  EXPECT_EQ(User("user.whfb_policy.source").value.text, "user-gpo");
}

TEST_F(WhfbGpresultTest, AUserHalfOfSomebodyElseMakesNoUser) {
  std::string events(kEvents);
  events.replace(events.find("1104"), 4, "1105");
  ReadResult("UserResults", Value("Enabled"), events);
  Run();
  EXPECT_TRUE(User("user.whfb_policy.by_gpo").unknown());
  EXPECT_EQ(bundle.facts.subjects().size(), 2U);  // the device and the user there was
}

TEST_F(WhfbGpresultTest, TheUserHalfOfAnotherComputerSaysNothing) {
  bundle.ReadName("PC-0043");
  ReadResult("UserResults", Value("Enabled"), kEvents);
  Run();
  EXPECT_TRUE(User("user.whfb_policy.gpresult.configured").unknown());
  EXPECT_TRUE(User("user.whfb_policy.by_gpo").unknown());
}

TEST_F(WhfbGpresultTest, ResultsOfTwoUsersSpeakEachOfItsOwn) {
  Subject& other = *bundle.facts.User({.sid = "S-1-5-21-1-2-3-1105"});
  std::string events(kEvents);
  events.replace(events.find("1104"), 4, "1105");
  ReadResult("UserResults", Value("Enabled"), events);
  ReadResult("UserResults", Policy("Some policy", kGpo1), kEvents);
  Run();
  EXPECT_TRUE(User("user.whfb_policy.by_gpo").unknown());
  EXPECT_EQ(other.facts.Get("user.whfb_policy.by_gpo").value.number, 1);
}

TEST_F(WhfbGpresultTest, AUserHalfWhoseEventsDoNotNameAUserSaysNothing) {
  bundle.ReadName("PC-0042");
  ReadResult("UserResults", Value("Enabled"));
  Run();
  EXPECT_TRUE(User("user.whfb_policy.by_gpo").unknown());
}

TEST_F(WhfbGpresultTest, ACutListOfEventsDoesNotTellWhoseHalfItIs) {
  const std::string whole =
      Rsop("UserResults", Extension("Registry", Value("Enabled")).append(kEvents));
  bundle.ReadName("PC-0042");
  const std::size_t cut = whole.find("</SinglePassEventsDetails>");
  ASSERT_TRUE(bundle.reading.Read(readers::kGpresultReader, whole.substr(0, cut)));
  Run();
  EXPECT_TRUE(User("user.whfb_policy.by_gpo").unknown());
}

TEST_F(WhfbGpresultTest, TheCoverageSaysWhyAHalfIsNotUsed) {
  bundle.facts.evidence.resize(6);
  bundle.ReadName("PC-0042");
  ReadResult("UserResults", Value("Enabled"));  // tells no computer
  std::string nobodys(kEvents);
  nobodys.replace(nobodys.find("&lt;Security"),
                  nobodys.find("</EventXml>") - nobodys.find("&lt;Security"), "");
  ReadResult("UserResults", Value("Enabled"), nobodys);
  std::string stranger(kEvents);
  stranger.replace(stranger.find("1104"), 4, "1105");
  ReadResult("UserResults", Value("Enabled"), stranger);
  std::string two = Rsop("ComputerResults", "<Name>CONTOSO\\PC-0042$</Name>");
  const std::size_t half = two.find("<ComputerResults>");
  const std::size_t end = two.find("</Rsop>");
  two.insert(end, two.substr(half, end - half));
  ASSERT_TRUE(bundle.reading.Read(readers::kGpresultReader, two));
  ReadResult("UserResults", Value("Enabled"), kEvents);
  Run();
  const std::vector<std::string> expected = {
      "",
      "does not tell the computer it was made on; not used",
      "the user half does not tell whose it is; not used",
      "the user half is of S-1-5-21-1-2-3-1105, a user whom no other evidence names; not used",
      "holds two results of a computer, and nothing tells of which a setting is; not used",
      ""};
  std::vector<std::string> said;
  for (const EvidenceItem& item : bundle.facts.evidence) {
    said.push_back(item.remark);
  }
  EXPECT_EQ(said, expected);
}

TEST_F(WhfbGpresultTest, ARealDomainControllerLeavesHelloOpen) {
  // The file holds no "PassportForWork" (grep) and 196 ADMX policies.
  const std::string bytes = SharedFile("gpresult/GPResult_DC.xml");
  if (bytes.empty()) {
    GTEST_SKIP() << "no " << WHFB_SHARED_DATA << "/gpresult";
  }
  ASSERT_TRUE(bundle.reading.Read(readers::kGpresultReader, bytes));
  EXPECT_EQ(bundle.reading.records.Of<readers::PolicyHint>().size(), 196U);
  Run();
  EXPECT_EQ(bundle.facts.Device().name, "WIN-1CPI0V6RVEL");
  EXPECT_TRUE(Device("device.whfb_policy.by_gpo").unknown());
}

}  // namespace

}  // namespace whfb::test

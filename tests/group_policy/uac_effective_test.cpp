#include <gtest/gtest.h>

#include "tests/group_policy/policy_facts.h"

namespace whfb::test {

namespace {

constexpr std::string_view kSystemKey = "Microsoft\\Windows\\CurrentVersion\\Policies\\System";
constexpr std::string_view kMdmKey =
    "Microsoft\\PolicyManager\\current\\device\\LocalPoliciesSecurityOptions";
constexpr std::string_view kMdmUser =
    "\"UserAccountControl_BehaviorOfTheElevationPromptForStandardUsers\"=dword:0000000";
constexpr std::string_view kMdmUserSet =
    "\"UserAccountControl_BehaviorOfTheElevationPromptForStandardUsers_ProviderSet\"=dword:0000000";

struct UacEffectiveTest : testing::Test {
  PolicyFacts bundle;

  void ReadResult(std::string_view options, std::string_view computer = "CONTOSO\\PC-0042$") {
    const std::string half = std::string("<Name>").append(computer).append("</Name>");
    ASSERT_TRUE(bundle.reading.Read(readers::kGpresultReader,
                                    Rsop("ComputerResults", half + std::string(options))));
  }

  void ReadMdm(std::string_view value, std::string_view set) {
    std::string values = std::string(kMdmUser).append(value).append("\r\n");
    if (!set.empty()) {
      values.append(kMdmUserSet).append(set).append("\r\n");
    }
    bundle.ReadRegistry(kMdmKey, values);
  }

  void Run() {
    bundle.Collect(collectors::kUacCollector);
    bundle.Collect(collectors::kDeviceStateCollector);
    bundle.Collect(collectors::kUacGpresultCollector);
    bundle.Derive(collectors::kUacEffectiveDerivation);
  }

  const Cell& User() { return bundle.Device("device.uac.effective.consent_prompt_user"); }

  std::string_view Source() {
    return bundle.Device("device.uac.effective.consent_prompt_user_source").value.text;
  }
};

TEST_F(UacEffectiveTest, TheRegistryDecidesWhereItIsKnown) {
  bundle.ReadRegistry(kSystemKey, "\"ConsentPromptBehaviorUser\"=dword:00000003\r\n");
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "1"));
  ReadMdm("1", "1");
  Run();
  EXPECT_EQ(User().value.number, 3);
  EXPECT_EQ(Source(), "registry");
}

TEST_F(UacEffectiveTest, AValueThatTheRegistryDoesNotSetIsKnownToBeNotSet) {
  bundle.ReadRegistry(kSystemKey, "\"EnableLUA\"=dword:00000001\r\n");
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "1"));
  Run();
  EXPECT_TRUE(User().absent());
  EXPECT_EQ(Source(), "registry");
}

// Reading the registry at 1 and the result at 2.
TEST_F(UacEffectiveTest, AResultReadLaterLeavesOpenWhatItContradicts) {
  bundle.ReadRegistry(kSystemKey, "\"ConsentPromptBehaviorUser\"=dword:00000003\r\n");
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "1") +
             UacOption("ConsentPromptBehaviorAdmin", "1", "1"));
  bundle.facts.evidence = {{.collected = {1, 1}}, {.collected = {2, 2}}};
  Run();
  ASSERT_TRUE(User().unknown());
  EXPECT_EQ(User().why, WhyUnknown::kConflicting);
  // "Not set" is contradicted as well.
  EXPECT_EQ(bundle.Device("device.uac.effective.consent_prompt_admin").why,
            WhyUnknown::kConflicting);
  // Read before the registry it is overtaken itself.
  bundle.facts.evidence = {{.collected = {2, 2}}, {.collected = {1, 1}}};
  bundle.Derive(collectors::kUacEffectiveDerivation);
  EXPECT_EQ(User().value.number, 3);
}

TEST_F(UacEffectiveTest, ALoggedResultDecidesWhereTheRegistryWasNotRead) {
  ReadResult(UacOption("ConsentPromptBehaviorUser", "3", "2") +
             UacOption("ConsentPromptBehaviorUser", "1", "1"));
  Run();
  ASSERT_TRUE(User().present());
  EXPECT_EQ(User().value.number, 1);
  EXPECT_EQ(Source(), "gpresult");
  EXPECT_EQ(ValueText(bundle.Device("device.uac.gpresult.gpos"), ValueType::kList),
            "{11111111-1111-1111-1111-111111111111}");
  EXPECT_TRUE(bundle.Device("device.uac.effective.enable_lua").unknown());
}

TEST_F(UacEffectiveTest, ALosingSettingDecidesNothing) {
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "2"));
  Run();
  ASSERT_TRUE(User().unknown());
  EXPECT_EQ(User().why, WhyUnknown::kAmbiguous);
  EXPECT_TRUE(bundle.Device("device.uac.gpresult.gpos").unknown());
}

// A registry policy that deletes the value (as the reader gives it: an action of its own).
TEST_F(UacEffectiveTest, AWinnerThatDoesSomethingElseLeavesItOpen) {
  const std::string command =
      "<q1:RegistrySetting><Precedence>1</Precedence><q1:KeyPath>Software\\Microsoft\\Windows\\"
      "CurrentVersion\\Policies\\System</q1:KeyPath><q1:Command>DeleteValue</q1:Command>"
      "<q1:Value><q1:Name>ConsentPromptBehaviorUser</q1:Name></q1:Value></q1:RegistrySetting>";
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "1") + Extension("Registry", command));
  Run();
  ASSERT_TRUE(User().unknown());
  EXPECT_EQ(User().why, WhyUnknown::kAmbiguous);
}

TEST_F(UacEffectiveTest, ASettingThatDoesNotTellItsPrecedenceMayBeTheWinner) {
  std::string unranked = UacOption("ConsentPromptBehaviorUser", "3", "");
  unranked.replace(unranked.find("<Precedence></Precedence>"), 25, "");
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "1") + unranked);
  Run();
  ASSERT_TRUE(User().unknown());
  EXPECT_EQ(User().why, WhyUnknown::kAmbiguous);
}

TEST_F(UacEffectiveTest, TwoWinnersThatDifferAreConflicting) {
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "1") +
             UacOption("ConsentPromptBehaviorUser", "3", "1"));
  Run();
  ASSERT_TRUE(User().unknown());
  EXPECT_EQ(User().why, WhyUnknown::kConflicting);
}

TEST_F(UacEffectiveTest, AResultThatDoesNotShowAValueSaysNothing) {
  ReadResult(UacOption("EnableLUA", "1", "1"));
  Run();
  ASSERT_TRUE(User().unknown());
  EXPECT_EQ(User().why, WhyUnknown::kNotCollected);
}

TEST_F(UacEffectiveTest, SimulationDecidesNothing) {
  std::string text = Rsop("ComputerResults", UacOption("ConsentPromptBehaviorUser", "1", "1"));
  text.replace(text.find("LoggedData"), 10, "PlanningData");
  ASSERT_TRUE(bundle.reading.Read(readers::kGpresultReader, text));
  Run();
  EXPECT_TRUE(User().unknown());
}

TEST_F(UacEffectiveTest, AFailedExtensionDecidesNothing) {
  ReadResult(
      "<ExtensionStatus><Identifier>{827D319E-6EAC-11D2-A4EA-00C04F79F83A}</Identifier>"
      "<Error>1</Error></ExtensionStatus>" +
      UacOption("ConsentPromptBehaviorUser", "1", "1"));
  Run();
  EXPECT_TRUE(User().unknown());
}

TEST_F(UacEffectiveTest, AResultOfAnotherComputerDecidesNothing) {
  bundle.ReadName("PC-0043");
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "1"));
  Run();
  ASSERT_TRUE(User().unknown());
  EXPECT_EQ(User().why, WhyUnknown::kNotCollected);
  EXPECT_TRUE(bundle.Device("device.uac.gpresult.gpos").unknown());
}

TEST_F(UacEffectiveTest, AResultThatDoesNotTellItsComputerDecidesNothing) {
  bundle.ReadName("PC-0042");
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "1"), "");
  Run();
  EXPECT_TRUE(User().unknown());
}

TEST_F(UacEffectiveTest, OfTwoResultsOnlyTheDevicesOwnCounts) {
  bundle.ReadName("PC-0042");
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "1"));
  ReadResult(UacOption("ConsentPromptBehaviorUser", "3", "1"), "CONTOSO\\PC-0043$");
  Run();
  ASSERT_TRUE(User().present());
  EXPECT_EQ(User().value.number, 1);
}

// NetBIOS names end after 15 letters.
TEST_F(UacEffectiveTest, ALongNameIsKnownByItsFirstFifteenLetters) {
  bundle.ReadName("workstation-berlin-7");
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "1"), "CONTOSO\\WORKSTATION-BER$");
  Run();
  EXPECT_TRUE(User().present());
}

TEST_F(UacEffectiveTest, AShorterNameIsNotTheBeginningOfALongerOne) {
  bundle.ReadName("pc-00421");
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "1"));
  Run();
  EXPECT_TRUE(User().unknown());
}

TEST_F(UacEffectiveTest, ACutResultLeavesOpenWhichGposThereAre) {
  const std::string whole =
      Rsop("ComputerResults", "<Name>CONTOSO\\PC-0042$</Name>" +
                                  UacOption("ConsentPromptBehaviorUser", "1", "1") +
                                  UacOption("EnableLUA", "1", "1"));
  const std::size_t cut = whole.rfind("<q1:SecurityOptions>");
  ASSERT_TRUE(bundle.reading.Read(readers::kGpresultReader, whole.substr(0, cut)));
  Run();
  ASSERT_TRUE(User().present());
  EXPECT_EQ(bundle.Device("device.uac.gpresult.gpos").why, WhyUnknown::kTruncated);
}

TEST_F(UacEffectiveTest, ARegistryThatContradictsItselfStaysOpen) {
  bundle.ReadRegistry(kSystemKey, "\"ConsentPromptBehaviorUser\"=dword:00000003\r\n");
  bundle.ReadRegistry(kSystemKey, "\"ConsentPromptBehaviorUser\"=dword:00000000\r\n");
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "1"));
  Run();
  ASSERT_TRUE(User().unknown());
  EXPECT_EQ(User().why, WhyUnknown::kConflicting);
}

TEST_F(UacEffectiveTest, MdmDecidesWhereNothingElseTells) {
  ReadMdm("1", "1");
  Run();
  EXPECT_EQ(User().value.number, 1);
  EXPECT_EQ(Source(), "mdm");
}

TEST_F(UacEffectiveTest, AnMdmValueThatNoProviderSetsIsNoSetting) {
  ReadMdm("1", "0");
  Run();
  EXPECT_TRUE(bundle.Device("device.uac.mdm.consent_prompt_user").absent());
  EXPECT_TRUE(User().unknown());
}

TEST_F(UacEffectiveTest, AnMdmValueWithoutTheMarkOfAProviderIsOpen) {
  ReadMdm("1", "");
  Run();
  ASSERT_TRUE(User().unknown());
  EXPECT_EQ(User().why, WhyUnknown::kAmbiguous);
}

TEST_F(UacEffectiveTest, DefaultsOfPolicyManagerAreNoSetting) {
  bundle.ReadRegistry(
      "Microsoft\\PolicyManager\\default\\LocalPoliciesSecurityOptions\\"
      "UserAccountControl_BehaviorOfTheElevationPromptForStandardUsers",
      "\"value\"=dword:00000003\r\n\"RegValueNameRedirect\"=\"ConsentPromptBehaviorUser\"\r\n");
  Run();
  EXPECT_TRUE(User().unknown());
}

TEST_F(UacEffectiveTest, GpresultAndMdmMustAgree) {
  ReadResult(UacOption("ConsentPromptBehaviorUser", "1", "1"));
  ReadMdm("1", "1");
  Run();
  EXPECT_EQ(User().value.number, 1);
  EXPECT_EQ(Source(), "gpresult and mdm");
}

TEST_F(UacEffectiveTest, GpresultAndMdmThatDisagreeAreConflicting) {
  ReadResult(UacOption("ConsentPromptBehaviorUser", "3", "1"));
  ReadMdm("1", "1");
  Run();
  ASSERT_TRUE(User().unknown());
  EXPECT_EQ(User().why, WhyUnknown::kConflicting);
}

TEST_F(UacEffectiveTest, MdmDoesNotSettleWhatGpresultLeavesOpen) {
  ReadResult(
      "<ExtensionStatus><Identifier>{827D319E-6EAC-11D2-A4EA-00C04F79F83A}</Identifier>"
      "<Error>1</Error></ExtensionStatus>" +
      UacOption("ConsentPromptBehaviorUser", "1", "1"));
  ReadMdm("0", "1");
  Run();
  ASSERT_TRUE(User().unknown());
  EXPECT_EQ(User().why, WhyUnknown::kAmbiguous);
  EXPECT_TRUE(Source().empty());
}

TEST_F(UacEffectiveTest, MdmDoesNotSettleANumberThatGpresultDoesNotTell) {
  ReadResult(UacOption("ConsentPromptBehaviorUser", "one", "1"));
  ReadMdm("0", "1");
  Run();
  ASSERT_TRUE(User().unknown());
  EXPECT_EQ(User().why, WhyUnknown::kMalformed);
}

TEST_F(UacEffectiveTest, MdmDecidesWhatGpresultDoesNotShow) {
  ReadResult(UacOption("EnableLUA", "1", "1"));
  ReadMdm("1", "1");
  Run();
  EXPECT_EQ(User().value.number, 1);
  EXPECT_EQ(Source(), "mdm");
}

TEST_F(UacEffectiveTest, TheLocalPolicyDatabaseDecidesNothing) {
  ASSERT_TRUE(bundle.reading.Read(readers::kSeceditExportReader,
                                  GoldenFile("secedit-export/local-policy.in.inf")));
  Run();
  EXPECT_TRUE(User().unknown());
}

TEST_F(UacEffectiveTest, ARealMemberServer) {
  const std::string bytes =
      SharedFile("gpresult/GPResult_memberserver_user_and_computer_oct2023.xml");
  if (bytes.empty()) {
    GTEST_SKIP() << "no " << WHFB_SHARED_DATA << "/gpresult";
  }
  ASSERT_TRUE(bundle.reading.Read(readers::kGpresultReader, bytes));
  Run();
  EXPECT_EQ(User().value.number, 0);
  EXPECT_EQ(bundle.Device("device.uac.effective.consent_prompt_admin").value.number, 2);
  EXPECT_EQ(bundle.Device("device.uac.effective.prompt_on_secure_desktop").value.number, 1);
  EXPECT_EQ(bundle.Device("device.uac.effective.enable_lua").value.number, 1);
  EXPECT_EQ(ValueText(bundle.Device("device.uac.gpresult.gpos"), ValueType::kList),
            "2 Local Policies DC");
}

}  // namespace

}  // namespace whfb::test

#include <gtest/gtest.h>

#include "collectors/readers/event_record.h"
#include "collectors/readers/registry_record.h"
#include "collectors/readers/small_records.h"
#include "tests/registry/collector_run.h"

namespace whfb::test {

namespace {

constexpr std::string_view kSid = "S-1-12-1-1-2-3-4";
constexpr std::string_view kTenant = "0f3ca2b1-0c5f-4b5e-9a66-2f6f2c2b7d11";

struct PolicyTest : testing::Test {
  Bundle bundle;

  void ReadExport(std::string_view body) {
    const std::string text = std::string("Windows Registry Editor Version 5.00\n\n").append(body);
    ASSERT_TRUE(bundle.reading.Read(readers::kRegTextReader, Utf16(text)));
  }

  // A script: what it leaves out is unknown.
  void ReadScript(std::string_view body) {
    const std::string text = std::string("REGEDIT4\n\n").append(body);
    ASSERT_TRUE(bundle.reading.Read(readers::kRegTextReader, text));
  }

  void Uac() { bundle.Collect(collectors::kUacCollector); }

  void Policy() { bundle.Collect(collectors::kWhfbPolicyCollector); }

  const Cell& Device(std::string_view fact) { return bundle.Device(fact); }

  const Cell& User(std::string_view fact) {
    return bundle.facts.User({.sid = kSid})->facts.Get(fact);
  }
};

using UacTest = PolicyTest;

TEST_F(UacTest, AValueMissingFromAnExportedKeyIsAbsentWithTheKeyAsItsSource) {
  ReadExport(
      "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System]\n"
      "\"ConsentPromptBehaviorAdmin\"=dword:00000001\n\n");
  Uac();
  EXPECT_EQ(Device("device.uac.consent_prompt_admin").value.number, 1);
  ASSERT_TRUE(Device("device.uac.consent_prompt_user").absent());
  EXPECT_EQ(Device("device.uac.consent_prompt_user").source.key,
            "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System");
}

TEST_F(UacTest, AValueMissingFromAScriptIsUnknown) {
  ReadScript(
      "[HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System]\n"
      "\"EnableLUA\"=dword:00000001\n\n");
  Uac();
  EXPECT_EQ(Device("device.uac.enable_lua").value.number, 1);
  EXPECT_TRUE(Device("device.uac.consent_prompt_admin").unknown());
}

TEST_F(UacTest, TheKeyIsFoundWhateverItsCase) {
  ReadExport(
      "[HKEY_LOCAL_MACHINE\\software\\microsoft\\windows\\currentversion\\POLICIES\\system]\n"
      "\"enablelua\"=dword:00000000\n\n");
  Uac();
  EXPECT_TRUE(Device("device.uac.enable_lua").present());
}

TEST_F(UacTest, TheThirtyTwoBitViewDoesNotCount) {
  ReadExport(
      "[HKEY_LOCAL_MACHINE\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Policies\\"
      "System]\n\"EnableLUA\"=dword:00000000\n\n");
  Uac();
  EXPECT_TRUE(Device("device.uac.enable_lua").unknown());
}

TEST_F(UacTest, AnotherTypeIsMalformedNotAbsent) {
  ReadExport(
      "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System]\n"
      "\"EnableLUA\"=\"1\"\n\n");
  Uac();
  ASSERT_TRUE(Device("device.uac.enable_lua").unknown());
  EXPECT_EQ(Device("device.uac.enable_lua").why, WhyUnknown::kMalformed);
}

TEST_F(UacTest, TwoExportsThatDisagreeAreConflicting) {
  const std::string key =
      "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System]\n";
  ReadExport(key + "\"EnableLUA\"=dword:00000000\n\n");
  ReadExport(key + "\"EnableLUA\"=dword:00000001\n\n");
  Uac();
  ASSERT_TRUE(Device("device.uac.enable_lua").unknown());
  EXPECT_EQ(Device("device.uac.enable_lua").why, WhyUnknown::kConflicting);
}

TEST_F(PolicyTest, PoliciesMicrosoftIsGroupPolicy) {
  ReadExport(
      "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWork]\n"
      "\"Enabled\"=dword:00000001\n\"DisableSmartCardNode\"=dword:00000001\n\n");
  Policy();
  EXPECT_EQ(Device("device.whfb_policy.gpo.configured").value.number, 1);
  EXPECT_EQ(Device("device.whfb_policy.gpo.enabled").value.number, 1);
  EXPECT_EQ(Device("device.whfb_policy.gpo.disable_smart_card_node").value.number, 1);
  EXPECT_TRUE(Device("device.whfb_policy.gpo.use_certificate_for_on_prem_auth").absent());
  EXPECT_TRUE(Device("device.whfb_policy.mdm.configured").unknown());
}

TEST_F(PolicyTest, MicrosoftPoliciesIsMdm) {
  ReadExport(std::string("[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Policies\\PassportForWork]\n\n"
                         "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Policies\\PassportForWork\\")
                 .append(kTenant)
                 .append("\\Device\\Policies]\n\"UsePassportForWork\"=dword:00000001\n\n"));
  Policy();
  EXPECT_EQ(Device("device.whfb_policy.mdm.configured").value.number, 1);
  EXPECT_EQ(Device("device.whfb_policy.mdm.enabled").value.number, 1);
  EXPECT_TRUE(Device("device.whfb_policy.gpo.configured").unknown());
}

TEST_F(PolicyTest, TenantLessNodesAreNoMdmPolicy) {
  ReadExport(
      "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Policies\\PassportForWork]\n\n"
      "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Policies\\PassportForWork\\Biometrics]\n"
      "\"EnableESSwithSupportedPeripherals\"=dword:00000001\n\n");
  Policy();
  ASSERT_TRUE(Device("device.whfb_policy.mdm.configured").present());
  EXPECT_EQ(Device("device.whfb_policy.mdm.configured").value.number, 0);
}

TEST_F(PolicyTest, ASubtreeReadWholeWithoutTheKeyIsNotConfigured) {
  ReadExport("[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies]\n\n");
  Policy();
  ASSERT_TRUE(Device("device.whfb_policy.gpo.configured").present());
  EXPECT_EQ(Device("device.whfb_policy.gpo.configured").value.number, 0);
  EXPECT_TRUE(Device("device.whfb_policy.gpo.enabled").absent());
}

TEST_F(PolicyTest, ACutSubtreeWithoutTheKeyIsUnknown) {
  ReadExport("[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies]\n\"A\"=dword:00000001\n");
  Policy();
  ASSERT_TRUE(Device("device.whfb_policy.gpo.configured").unknown());
  EXPECT_EQ(Device("device.whfb_policy.gpo.configured").why, WhyUnknown::kTruncated);
  EXPECT_TRUE(Device("device.whfb_policy.gpo.enabled").unknown());
}

TEST_F(PolicyTest, AScriptWithoutTheKeySaysNothing) {
  ReadScript("[HKLM\\SOFTWARE\\Policies]\n\n");
  Policy();
  EXPECT_EQ(Device("device.whfb_policy.gpo.configured").why, WhyUnknown::kNotCollected);
}

TEST_F(PolicyTest, AUserKeyOfMdmBelongsToThatUser) {
  ReadExport(std::string("[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Policies\\PassportForWork]\n\n"
                         "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Policies\\PassportForWork\\")
                 .append(kTenant)
                 .append("\\")
                 .append(kSid)
                 .append("\\Policies]\n\"UsePassportForWork\"=dword:00000000\n\n"));
  Policy();
  EXPECT_EQ(User("user.whfb_policy.mdm.enabled").value.number, 0);
  EXPECT_EQ(User("user.whfb_policy.mdm.configured").value.number, 1);
  EXPECT_EQ(Device("device.whfb_policy.mdm.configured").value.number, 0);
}

TEST_F(PolicyTest, AUserHiveShowsTheUsersGroupPolicy) {
  ReadExport(
      std::string("[HKEY_USERS\\")
          .append(kSid)
          .append(
              "\\SOFTWARE\\Policies\\Microsoft\\PassportForWork]\n\"Enabled\"=dword:00000001\n\n"));
  Policy();
  EXPECT_EQ(User("user.whfb_policy.gpo.enabled").value.number, 1);
  EXPECT_TRUE(Device("device.whfb_policy.gpo.enabled").unknown());
}

TEST_F(PolicyTest, AHiveThatIsNotLoadedSaysNothing) {
  (void)bundle.facts.User({.sid = kSid});
  ReadExport(
      "[HKEY_USERS]\n\n[HKEY_USERS\\.DEFAULT]\n\n[HKEY_USERS\\S-1-5-18]\n\n"
      "[HKEY_USERS\\S-1-5-18\\SOFTWARE\\Policies\\Microsoft\\PassportForWork]\n\n");
  Policy();
  for (const std::string_view fact :
       {"user.whfb_policy.gpo.configured", "user.whfb_policy.gpo.enabled"}) {
    ASSERT_TRUE(User(fact).unknown()) << fact;
    EXPECT_EQ(User(fact).why, WhyUnknown::kNotCollected) << fact;
  }
}

TEST_F(PolicyTest, ALoadedHiveWithoutThePolicyIsNotConfigured) {
  (void)bundle.facts.User({.sid = kSid});
  ReadExport(std::string("[HKEY_USERS]\n\n[HKEY_USERS\\.DEFAULT]\n\n[HKEY_USERS\\")
                 .append(kSid)
                 .append("]\n\n"));
  Policy();
  ASSERT_TRUE(User("user.whfb_policy.gpo.configured").present());
  EXPECT_EQ(User("user.whfb_policy.gpo.configured").value.number, 0);
  EXPECT_TRUE(User("user.whfb_policy.gpo.enabled").absent());
}

TEST_F(PolicyTest, TheHivesOfServicesMakeNoUsers) {
  ReadExport("[HKEY_USERS]\n\n[HKEY_USERS\\S-1-5-82-1-2-3-4-5]\n\n[HKEY_USERS\\S-1-5-18]\n\n");
  Policy();
  EXPECT_EQ(bundle.facts.Find(SubjectKind::kUser), nullptr);
}

TEST_F(PolicyTest, CurrentUserIsTheAccountThatIsTold) {
  bundle.reading.context = {.account = readers::Account::kUser, .user_sid = kSid};
  ReadExport(
      "[HKEY_CURRENT_USER\\SOFTWARE\\Policies\\Microsoft\\PassportForWork]\n"
      "\"Enabled\"=dword:00000001\n\n");
  Policy();
  EXPECT_EQ(User("user.whfb_policy.gpo.enabled").value.number, 1);
}

constexpr std::string_view kCurrentUserPolicy =
    "[HKEY_CURRENT_USER\\SOFTWARE\\Policies\\Microsoft\\PassportForWork]\n"
    "\"Enabled\"=dword:00000001\n\n";

readers::DsregcmdRun RunBy(readers::Account account, std::string_view sid) {
  return {.complete = true, .context = {.account = account, .user_sid = sid}};
}

TEST_F(PolicyTest, CurrentUserIsTheAccountOfTheCommandLine) {
  bundle.declared.collected_as = kSid;
  bundle.reading.records.Add(RunBy(readers::Account::kUser, "S-1-12-1-9-9-9-9"));
  ReadExport(kCurrentUserPolicy);
  Policy();
  EXPECT_EQ(User("user.whfb_policy.gpo.enabled").value.number, 1);
}

TEST_F(PolicyTest, CurrentUserIsTheAccountThatRanDsregcmd) {
  bundle.reading.records.Add(RunBy(readers::Account::kUser, kSid));
  bundle.reading.records.Add(RunBy(readers::Account::kUser, kSid));
  ReadExport("[HKEY_CURRENT_USER\\SOFTWARE\\Policies]\n\n");
  Policy();
  ASSERT_TRUE(User("user.whfb_policy.gpo.configured").present());
  EXPECT_EQ(User("user.whfb_policy.gpo.configured").value.number, 0);
}

TEST_F(PolicyTest, CurrentUserOfNobodyToldLeavesTheUsersOpen) {
  (void)bundle.facts.User({.sid = kSid});
  ReadExport(kCurrentUserPolicy);
  Policy();
  ASSERT_TRUE(User("user.whfb_policy.gpo.configured").unknown());
  EXPECT_EQ(User("user.whfb_policy.gpo.configured").why, WhyUnknown::kAmbiguous);
  EXPECT_EQ(User("user.whfb_policy.gpo.enabled").why, WhyUnknown::kAmbiguous);
}

TEST_F(PolicyTest, CurrentUserBesideTwoAccountsIsNotTold) {
  for (const readers::DsregcmdRun& second :
       {RunBy(readers::Account::kUser, "S-1-12-1-9-9-9-9"), RunBy(readers::Account::kSystem, ""),
        RunBy(readers::Account::kUnknown, "")}) {
    Bundle other;
    Subject& user = *other.facts.User({.sid = kSid});
    other.reading.records.Add(RunBy(readers::Account::kUser, kSid));
    other.reading.records.Add(second);
    const std::string text = std::string("Windows Registry Editor Version 5.00\n\n")
                                 .append("[HKEY_CURRENT_USER\\SOFTWARE\\Policies]\n\n");
    ASSERT_TRUE(other.reading.Read(readers::kRegTextReader, Utf16(text)));
    other.Collect(collectors::kWhfbPolicyCollector);
    ASSERT_TRUE(user.facts.Get("user.whfb_policy.gpo.configured").unknown());
    EXPECT_EQ(user.facts.Get("user.whfb_policy.gpo.configured").why, WhyUnknown::kAmbiguous);
  }
}

TEST_F(PolicyTest, CurrentUserOfSystemIsTheWrongContext) {
  (void)bundle.facts.User({.sid = kSid});
  bundle.declared.collected_as = kSid;
  bundle.reading.context = {.account = readers::Account::kSystem};
  ReadExport("[HKEY_CURRENT_USER\\SOFTWARE\\Policies]\n\n");
  Policy();
  ASSERT_TRUE(User("user.whfb_policy.gpo.configured").unknown());
  EXPECT_EQ(User("user.whfb_policy.gpo.configured").why, WhyUnknown::kWrongContext);
}

TEST_F(PolicyTest, AnotherPartOfCurrentUserSaysNothingOfThePolicy) {
  (void)bundle.facts.User({.sid = kSid});
  ReadExport("[HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\SystemCertificates]\n\n");
  Policy();
  EXPECT_EQ(User("user.whfb_policy.gpo.configured").why, WhyUnknown::kNotCollected);
}

TEST_F(PolicyTest, SilenceAboutAKnownUserIsAbsent) {
  (void)bundle.facts.User({.sid = kSid});
  ReadExport("[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Policies]\n\n");
  Policy();
  EXPECT_EQ(User("user.whfb_policy.mdm.configured").value.number, 0);
  EXPECT_TRUE(User("user.whfb_policy.mdm.configured").present());
  EXPECT_TRUE(User("user.whfb_policy.gpo.configured").unknown());
}

readers::Event PolicyEvent(std::uint64_t id, Ticks time, const readers::EventField& field) {
  return {.provider = "Microsoft-Windows-User Device Registration",
          .id = 360,
          .record_id = id,
          .time = time,
          .fields = {&field, 1},
          .source = {.evidence = 1, .place = id}};
}

TEST_F(PolicyTest, TheNewestEventNamesTheSource) {
  const readers::EventField gpo{"MachinePolicySource", "enrollment authority"};
  const readers::EventField mdm{"MachinePolicySource", "mobile device management"};
  bundle.reading.records.Add(PolicyEvent(1, 100, gpo));
  bundle.reading.records.Add(PolicyEvent(2, 200, mdm));
  Policy();
  EXPECT_EQ(Device("device.whfb_policy.event_source").value.text, "mdm");
  EXPECT_EQ(Device("device.whfb_policy.event_source").source.place, 2U);
}

TEST_F(PolicyTest, AnOldEventIsStale) {
  const readers::EventField gpo{"MachinePolicySource", "enrollment authority"};
  bundle.moment.collected = {100 * kTicksPerDay, 100 * kTicksPerDay};
  bundle.reading.records.Add(PolicyEvent(1, 60 * kTicksPerDay, gpo));
  Policy();
  EXPECT_EQ(Device("device.whfb_policy.event_source").why, WhyUnknown::kStale);
}

TEST_F(PolicyTest, AnOldEventSettlesNoSourceOnAnyWay) {
  const readers::EventField mdm{"MachinePolicySource", "mobile device management"};
  bundle.moment.collected = {100 * kTicksPerDay, 100 * kTicksPerDay};
  bundle.reading.records.Add(PolicyEvent(1, 60 * kTicksPerDay, mdm));
  bundle.Collect(collectors::kDeviceStateCollector);
  Policy();
  bundle.Derive(collectors::kPolicySourceDerivation);
  EXPECT_EQ(Device("device.whfb_policy.cert_enrollment").why, WhyUnknown::kNotCollected)
      << "only dsregcmd says this";
  ASSERT_TRUE(Device("device.whfb_policy.by_gpo").unknown());
  EXPECT_EQ(Device("device.whfb_policy.by_gpo").why, WhyUnknown::kStale);
}

TEST_F(PolicyTest, ReadsTheTls13Switch) {
  ReadExport(
      "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\"
      "Protocols]\n\n"
      "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\"
      "Protocols\\TLS 1.3\\Client]\n\"Enabled\"=dword:00000000\n\n");
  Policy();
  EXPECT_EQ(Device("device.tls13.client_enabled").value.number, 0);
  EXPECT_TRUE(Device("device.tls13.client_disabled_by_default").absent());
}

}  // namespace

}  // namespace whfb::test

#include <gtest/gtest.h>

#include "collectors/readers/event_record.h"
#include "collectors/readers/registry_record.h"
#include "tests/text/collector_run.h"

namespace whfb::readers {
extern const ReaderSpec kDsregcmdReader;
extern const ReaderSpec kDstemplateReader;
}  // namespace whfb::readers

namespace whfb::collectors {

extern const CollectorSpec kDeviceStateCollector;
extern const CollectorSpec kTemplateCollector;
extern const DerivationSpec kJoinTypeDerivation;

namespace {

constexpr std::string_view kHybrid =
    "| Device State |\n"
    "             AzureAdJoined : YES\n"
    "          EnterpriseJoined : NO\n"
    "              DomainJoined : YES\n"
    "               Device Name : PC-0042.corp.contoso.com\n"
    "| Device Details |\n"
    "                  DeviceId : 1F2E3D4C-0000-4000-8000-00000000ABCD\n"
    "| Tenant Details |\n"
    "                  TenantId : 72F988BF-0000-4000-8000-00000000ABCD\n"
    "                TenantName : Contoso\n"
    "| User State |\n"
    "                    NgcSet : YES\n"
    "                  NgcKeyId : {0000AAAA-0000-4000-8000-00000000ABCD}\n"
    "                  CanReset : DestructiveAndNonDestructive\n"
    "| Ngc Prerequisite Check |\n"
    "        SessionIsNotRemote : YES\n"
    "            CertEnrollment : enrollment authority\n"
    "              PreReqResult : WillNotProvision\n";

const Cell& DeviceFact(CollectorRun& run, std::string_view id) {
  return run.facts.Device().facts.Get(id);
}

TEST(DeviceStateTest, ReadsARunOfTheUser) {
  CollectorRun run;
  run.Add(readers::kDsregcmdReader, kHybrid,
          {.account = readers::Account::kUser, .user_upn = "amanda@contoso.com"});
  run.Collect(kDeviceStateCollector);
  run.Derive(kJoinTypeDerivation);
  EXPECT_EQ(DeviceFact(run, "device.join_type").value.text, "hybrid");
  EXPECT_EQ(DeviceFact(run, "device.tenant_id").value.text, "72f988bf-0000-4000-8000-00000000abcd");
  EXPECT_EQ(DeviceFact(run, "device.whfb_policy.cert_enrollment").value.text,
            "enrollment authority");
  EXPECT_EQ(run.facts.Device().name, "PC-0042");
  Subject* const user = run.facts.User({.upn = "amanda@contoso.com"});
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(user->facts.Get("user.ngc_set").value.number, 1);
  EXPECT_EQ(user->facts.Get("user.ngc_key_id").value.text, "0000aaaa-0000-4000-8000-00000000abcd");
  EXPECT_EQ(user->facts.Get("user.session_is_not_remote").value.number, 1);
}

TEST(DeviceStateTest, SystemSaysNothingAboutUsers) {
  CollectorRun run;
  Subject* const user = run.facts.User({.sid = "S-1-12-1-1-2-3-4"});
  run.Add(readers::kDsregcmdReader, kHybrid, {.account = readers::Account::kSystem});
  run.Collect(kDeviceStateCollector);
  EXPECT_TRUE(DeviceFact(run, "device.entra_joined").present());
  const Cell& ngc = user->facts.Get("user.ngc_set");
  EXPECT_TRUE(ngc.unknown());
  EXPECT_EQ(ngc.why, WhyUnknown::kWrongContext);
}

TEST(DeviceStateTest, AnUnknownAccountSaysNothingAboutUsers) {
  CollectorRun run;
  Subject* const user = run.facts.User({.sid = "S-1-12-1-1-2-3-4"});
  run.Add(readers::kDsregcmdReader, kHybrid);
  run.Collect(kDeviceStateCollector);
  EXPECT_TRUE(user->facts.Get("user.ngc_set").unknown());
  EXPECT_EQ(user->facts.Get("user.ngc_set").why, WhyUnknown::kAmbiguous);
}

TEST(DeviceStateTest, TheCommandLineNamesTheAccount) {
  CollectorRun run;
  run.declared.collected_as = "S-1-12-1-1-2-3-4";
  run.Add(readers::kDsregcmdReader, kHybrid);
  run.Collect(kDeviceStateCollector);
  EXPECT_EQ(run.facts.User({.sid = "S-1-12-1-1-2-3-4"})->facts.Get("user.ngc_set").value.number, 1);
}

TEST(DeviceStateTest, ReadsTheRegistry) {
  CollectorRun run;
  const std::string join =
      "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\CloudDomainJoin\\JoinInfo";
  const std::string thumbprint = join + "\\00112233";
  run.records.Add(readers::RegistryKey{.path = thumbprint, .complete = true});
  run.records.Add(readers::RegistryValue{.key = thumbprint,
                                         .name = "TenantId",
                                         .type = readers::RegistryType::kText,
                                         .text = "72F988BF-0000-4000-8000-00000000ABCD"});
  run.records.Add(readers::RegistryValue{
      .key = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",
      .name = "CurrentBuildNumber",
      .type = readers::RegistryType::kText,
      .text = "22631"});
  run.records.Add(readers::RegistryRoot{
      .path = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Enrollments", .complete = true});
  run.Collect(kDeviceStateCollector);
  EXPECT_EQ(DeviceFact(run, "device.entra_joined").value.number, 1);
  EXPECT_EQ(DeviceFact(run, "device.os_build").value.number, 22631);
  ASSERT_TRUE(DeviceFact(run, "device.mdm_enrolled").present());
  EXPECT_EQ(DeviceFact(run, "device.mdm_enrolled").value.number, 0);
  EXPECT_TRUE(DeviceFact(run, "device.domain_joined").unknown());
}

TEST(DeviceStateTest, EventsTellAboutUsersButMakeNone) {
  CollectorRun run;
  const std::vector<readers::EventField> fields = {{"UPN", "amanda@contoso.com"}};
  run.records.Add(readers::Event{.provider = "Microsoft-Windows-User Device Registration",
                                 .computer = "PC-0042",
                                 .id = 300,
                                 .fields = fields});
  run.Collect(kDeviceStateCollector);
  EXPECT_EQ(run.facts.Find(SubjectKind::kUser), nullptr);
  EXPECT_EQ(run.facts.Device().name, "PC-0042");
  Subject* const user = run.facts.User({.upn = "amanda@contoso.com"});
  run.Collect(kDeviceStateCollector);
  EXPECT_EQ(user->facts.Get("user.hello_key_registered").value.number, 1);
}

TEST(DeviceStateTest, AnOldPrerequisiteCheckSaysNothingOfTheSession) {
  constexpr std::string_view kUser = "S-1-12-1-1-2-3-4";
  const std::vector<readers::EventField> fields = {{"UserIsRemote", "Yes"}};
  for (const auto& [day, known] : {std::pair{60, false}, std::pair{80, true}}) {
    CollectorRun run;
    run.moment.collected = {100 * kTicksPerDay, 100 * kTicksPerDay};
    Subject* const user = run.facts.User({.sid = kUser});
    run.records.Add(readers::Event{.provider = "Microsoft-Windows-User Device Registration",
                                   .user_sid = kUser,
                                   .id = 358,
                                   .time = day * kTicksPerDay,
                                   .fields = fields});
    run.Collect(kDeviceStateCollector);
    EXPECT_EQ(user->facts.Get("user.session_is_not_remote").present(), known) << day;
  }
}

struct JoinCase {
  const char* entra;
  const char* domain;
  const char* enterprise;
  const char* join_type;
};

TEST(JoinTypeTest, FollowsTheDocumentedTable) {
  for (const JoinCase& one :
       {JoinCase{"YES", "NO", "NO", "entra"}, JoinCase{"YES", "YES", "NO", "hybrid"},
        JoinCase{"NO", "YES", "NO", "domain"}, JoinCase{"NO", "YES", "YES", "on-premises-drs"},
        JoinCase{"NO", "NO", "NO", "none"}}) {
    CollectorRun run;
    run.Add(readers::kDsregcmdReader, std::string("| Device State |\n AzureAdJoined : ") +
                                          one.entra + "\n DomainJoined : " + one.domain +
                                          "\n EnterpriseJoined : " + one.enterprise + "\n");
    run.Collect(kDeviceStateCollector);
    run.Derive(kJoinTypeDerivation);
    EXPECT_EQ(DeviceFact(run, "device.join_type").value.text, one.join_type);
  }
  CollectorRun run;
  run.Add(readers::kDsregcmdReader, "| Device State |\n AzureAdJoined : YES\n");
  run.Collect(kDeviceStateCollector);
  run.Derive(kJoinTypeDerivation);
  EXPECT_TRUE(DeviceFact(run, "device.join_type").unknown());
}

constexpr std::string_view kTemplate =
    "[RDPLogon]\n"
    "    objectClass = \"top\", \"pKICertificateTemplate\"\n"
    "    cn = \"RDPLogon\"\n"
    "    displayName = \"RDP Logon\"\n"
    "    flags = \"131642\"\n"
    "    msPKI-Certificate-Name-Flag = \"-2113929216\"\n"
    "    msPKI-RA-Application-Policies = "
    "\"msPKI-Asymmetric-Algorithm`PZPWSTR`RSA`msPKI-Hash-Algorithm`PZPWSTR`SHA256`\"\n";

TEST(TemplateCollectorTest, ReadsFlagsProvidersAndPackedNames) {
  CollectorRun run;
  run.Add(readers::kDstemplateReader,
          std::string(kTemplate) +
              "    pKIDefaultCSPs = \"2,Microsoft Software Key Storage Provider\", "
              "\"1,Microsoft Passport Key Storage Provider\"\n[TemplateList]\n");
  run.Collect(kTemplateCollector);
  const SubjectFacts& facts = run.facts.Named(SubjectKind::kCertificateTemplate, "rdplogon").facts;
  EXPECT_EQ(facts.Get("template.certificate_name_flag").value.number, 0x82000000);
  EXPECT_EQ(facts.Get("template.algorithm").value.text, "RSA");
  EXPECT_EQ(facts.Get("template.hash").value.text, "SHA256");
  ASSERT_EQ(facts.Get("template.providers").value.list.size(), 2U);
  EXPECT_EQ(facts.Get("template.providers").value.list[0],
            "Microsoft Passport Key Storage Provider");
  EXPECT_TRUE(facts.Get("template.minimal_key_size").absent());
}

TEST(TemplateCollectorTest, AMissingProviderListIsAbsentOnlyInAWholeRecord) {
  CollectorRun whole;
  whole.Add(readers::kDstemplateReader, std::string(kTemplate) + "[TemplateList]\n");
  whole.Collect(kTemplateCollector);
  EXPECT_TRUE(whole.facts.Named(SubjectKind::kCertificateTemplate, "RDPLogon")
                  .facts.Get("template.providers")
                  .absent());
  CollectorRun cut;
  cut.Add(readers::kDstemplateReader, kTemplate);
  cut.Collect(kTemplateCollector);
  const Cell& providers = cut.facts.Named(SubjectKind::kCertificateTemplate, "RDPLogon")
                              .facts.Get("template.providers");
  EXPECT_TRUE(providers.unknown());
  EXPECT_EQ(providers.why, WhyUnknown::kTruncated);
}

}  // namespace
}  // namespace whfb::collectors

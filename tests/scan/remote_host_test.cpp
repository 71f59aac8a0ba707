// Declared Remote Desktop hosts: judged by what is asked of hosts, and as clients only where
// somebody signs in from them or they are expected as clients.

#include <algorithm>
#include <string>
#include <string_view>

#include "samples/contoso_host.h"
#include "samples/reg_file.h"
#include "samples/store_listing.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

using samples::Files;

constexpr const char* kHost = "device:SRV-RDP01";
constexpr const char* kDeclared = "<remote-host name=\"srv-rdp01.corp.contoso.com\"/>";
constexpr const char* kAda =
    "<expected-user sid=\"S-1-5-21-1004336348-1177238915-682003330-1101\"/>";

struct RemoteHostTest : ScanTest {
  void PutIntent(const std::string& elements) const {
    Put("environment/intent.xml",
        "<intent version=\"1\"><forest name=\"corp.contoso.com\"/>" + elements + "</intent>\n");
  }

  void PutHost(const Files& files = samples::HostFiles(Pki())) const { PutFiles("devices", files); }

  static bool HasUser(const Results& results, std::string_view name) {
    return std::ranges::any_of(results.subjects, [name](const SubjectRecord& subject) {
      return subject.kind == SubjectKind::kUser && subject.parent.ends_with(name);
    });
  }
};

TEST_F(RemoteHostTest, AHostIsJudgedByWhatIsAskedOfHosts) {
  PutHost();
  PutIntent(std::string(kDeclared) + kAda);
  const Results results = Scan();
  Expect(results, {.subject = kHost,
                   .rule = "rdp.enabled",
                   .verdict = Verdict::kPass,
                   .says = {"fDenyTSConnections is not set by policy and 0"},
                   .from = "ts.reg"});
  Expect(results, {.subject = kHost,
                   .rule = "rdp.user-authorised",
                   .verdict = Verdict::kPass,
                   .says = {"-1101 holds the right", "denied to not set", "S-1-5-32-555"},
                   .from = "secedit.inf"});
  Expect(results, {.subject = kHost, .rule = "rdp.prompt-for-password", .verdict = Verdict::kFail});
  Expect(results, {.subject = kHost,
                   .rule = "whfb.emulation-off",
                   .verdict = Verdict::kNotApplicable,
                   .says = {"declared as a Remote Desktop host and nothing else"}});
  EXPECT_FALSE(HasUser(results, "SRV-RDP01"));
  EXPECT_EQ(results.ReadinessOf(kHost), "ready");
}

TEST_F(RemoteHostTest, AHostThatRefusesConnectionsIsBlocked) {
  Files files = samples::HostFiles(Pki());
  Replace(files, "ts.reg",
          samples::RegExport(
              {{.path = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server",
                .values = {{"fDenyTSConnections", std::uint32_t{1}}}}}));
  PutHost(files);
  PutIntent(std::string(kDeclared) + kAda);
  const Results results = Scan();
  Expect(results, {.subject = kHost, .rule = "rdp.enabled", .verdict = Verdict::kFail});
  EXPECT_EQ(results.ReadinessOf(kHost), "blocked");
}

TEST_F(RemoteHostTest, WithoutTheMembersOfTheGroupItIsUndetermined) {
  Files files = samples::HostFiles(Pki());
  Drop(files, "S-1-5-32-555.json");
  PutHost(files);
  PutIntent(std::string(kDeclared) + kAda);
  const Results results = Scan();
  Expect(results, {.subject = kHost,
                   .rule = "rdp.user-authorised",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected});
  EXPECT_EQ(results.ReadinessOf(kHost), "undetermined");
}

TEST_F(RemoteHostTest, AHalfWrittenExportOfRightsDoesNotProveThatNobodyIsDenied) {
  Files files = samples::HostFiles(Pki());
  Replace(files, "secedit.inf",
          "[Unicode]\r\nUnicode=yes\r\n[Privilege Rights]\r\n"
          "SeRemoteInteractiveLogonRight = *S-1-5-32-555\r\n");
  PutHost(files);
  PutIntent(std::string(kDeclared) + kAda);
  Expect(Scan(), {.subject = kHost,
                  .rule = "rdp.user-authorised",
                  .verdict = Verdict::kUnknown,
                  .because = WhyUnknown::kNotCollected});
}

TEST_F(RemoteHostTest, AHostThatIsExpectedAsAClientHasThePlaceholderUser) {
  PutHost();
  PutIntent(std::string(kDeclared) + kAda + "<expected-device name=\"SRV-RDP01\"/>");
  const Results results = Scan();
  EXPECT_TRUE(HasUser(results, "SRV-RDP01"));
  EXPECT_EQ(results.ReadinessOf(kHost), "undetermined");
  EXPECT_NE(results.Find(kHost, "whfb.emulation-off")->verdict, Verdict::kNotApplicable);
  Expect(results, {.subject = kHost, .rule = "rdp.enabled", .verdict = Verdict::kPass});
}

TEST_F(RemoteHostTest, AHostThatSomebodySignsInFromIsAClientToo) {
  const samples::Story story = Healthy();
  PutDevice(story);
  PutIntent("<remote-host name=\"" + story.device + "\"/>");
  const Results results = Scan();
  Expect(results,
         {.subject = DeviceOf(story), .rule = "whfb.emulation-off", .verdict = Verdict::kPass});
  Expect(results, {.subject = DeviceOf(story),
                   .rule = "rdp.enabled",
                   .verdict = Verdict::kFail,
                   .says = {"Remote Desktop connections are refused"}});
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "blocked");
}

TEST_F(RemoteHostTest, WhatNoIntentFileNamesIsNoHost) {
  const samples::Story story = Healthy();
  PutDevice(story);
  PutHost();
  PutIntent("<remote-host name=\"another\"/>");
  const Results results = Scan();
  for (const char* const rule :
       {"rdp.enabled", "rdp.user-authorised", "rdp.smartcard-redirection", "rdp.nla",
        "rdp.prompt-for-password", "rdp.security-layer", "rcg.host-allows"}) {
    Expect(results, {.subject = DeviceOf(story),
                     .rule = rule,
                     .verdict = Verdict::kNotApplicable,
                     .says = {"No intent file names this device as a Remote Desktop host"}});
  }
  EXPECT_TRUE(HasUser(results, "SRV-RDP01")) << "nobody knows that it is no client";
}

TEST_F(RemoteHostTest, AnExpectedHostWithoutEvidenceIsNotForgottenAndOthersAreNotMissed) {
  PutDevice(Healthy());
  PutIntent(
      "<remote-host name=\"SRV-9\"/><expected-device name=\"srv-9.corp.contoso.com\"/>"
      "<remote-host name=\"SRV-8\"/>");
  const Results results = Scan();
  EXPECT_EQ(results.totals.devices, 2U) << "one of the two hosts is expected";
  EXPECT_EQ(results.ReadinessOf("device:srv-9.corp.contoso.com"), "undetermined");
  Expect(results, {.subject = "device:srv-9.corp.contoso.com",
                   .rule = "rdp.enabled",
                   .verdict = Verdict::kUnknown,
                   .because = WhyUnknown::kNotCollected});
}

TEST_F(RemoteHostTest, ARejectedIntentFileLeavesOpenWhetherADeviceIsAHost) {
  const samples::Story story = Healthy();
  PutDevice(story);
  PutIntent("<remote-hots name=\"x\"/>");
  Expect(Scan(), {.subject = DeviceOf(story),
                  .rule = "rdp.enabled",
                  .verdict = Verdict::kUnknown,
                  .because = WhyUnknown::kMalformed,
                  .says = {"An intent file was rejected"}});
}

// A host in another forest: the intent file of Contoso declares every domain of its own.
struct ForeignHostTest : RemoteHostTest {
  static constexpr const char* kForeign = "device:SRV-RDP02";

  void PutContoso(const std::string& host) const {
    Put("contoso/intent.xml",
        "<intent version=\"1\"><forest name=\"corp.contoso.com\" domains-complete=\"true\"/>"
        "<remote-host name=\"" +
            host + "\"/></intent>\n");
  }
};

TEST_F(ForeignHostTest, BelongsToTheEnvironmentThatDeclaresItByItsFullName) {
  PutFiles("devices", samples::ForeignHostFiles(Pki()));
  PutContoso("srv-rdp02.fabrikam.example");
  options.environment = {(folder() / "contoso").string()};
  Expect(Scan(), {.subject = kForeign,
                  .rule = "rdp.same-forest",
                  .verdict = Verdict::kFail,
                  .says = {"fabrikam.example", "corp.contoso.com"}});
}

TEST_F(ForeignHostTest, AHostNameAloneMayBeThatOfAStranger) {
  PutFiles("devices", samples::ForeignHostFiles(Pki()));
  PutContoso("srv-rdp02");
  options.environment = {(folder() / "contoso").string()};
  Expect(Scan(), {.subject = kForeign, .rule = "rdp.same-forest", .verdict = Verdict::kUnknown});
}

TEST_F(ForeignHostTest, BelongsToItsOwnForestWhereThatIsKnown) {
  PutFiles("devices", samples::ForeignHostFiles(Pki()));
  PutContoso("srv-rdp02.fabrikam.example");
  Put("fabrikam/intent.xml",
      "<intent version=\"1\"><forest name=\"fabrikam.example\"/><remote-host "
      "name=\"srv-rdp02.fabrikam.example\"/></intent>\n");
  options.environment = {(folder() / "contoso").string(), (folder() / "fabrikam").string()};
  const Results results = Scan();
  Expect(results, {.subject = kForeign, .rule = "rdp.same-forest", .verdict = Verdict::kPass});
}

TEST_F(ForeignHostTest, TheForestThatDeclaresItComesBeforeOneThatDoesNot) {
  PutFiles("devices", samples::ForeignHostFiles(Pki()));
  PutContoso("srv-rdp02.fabrikam.example");
  Put("fabrikam/intent.xml",
      "<intent version=\"1\"><forest name=\"fabrikam.example\"/></intent>\n");
  options.environment = {(folder() / "contoso").string(), (folder() / "fabrikam").string()};
  Expect(Scan(), {.subject = kForeign, .rule = "rdp.same-forest", .verdict = Verdict::kFail});
}

// A host whose Trusted Root store holds this certificate alone.
struct HostTrustTest : RemoteHostTest {
  Results ScanHost(const std::string& root, const char* complete) {
    Files files = samples::HostFiles(Pki());
    Replace(files, "machine_root.txt",
            samples::StoreListing({.store = "Root",
                                   .display_name = "Trusted Root Certification Authorities",
                                   .certificates = {{.der = root}}}));
    PutHost(files);
    Put("environment/issuing.cer", Pki().issuing);
    Put("environment/root.cer", Pki().root);
    Put("environment/intent.xml",
        std::string("<intent version=\"1\" issuing-cas-complete=\"") + complete +
            "\"><forest name=\"corp.contoso.com\"/>" + kDeclared +
            "<issuing-ca subject=\"CN=Contoso Issuing CA 1, DC=contoso, DC=com\"/></intent>\n");
    return Scan();
  }
};

TEST_F(HostTrustTest, TheRootOfEachIssuingCaHasToBeThere) {
  Expect(ScanHost(Pki().root, "true"), {.subject = kHost,
                                        .rule = "trust.ca-on-target",
                                        .verdict = Verdict::kPass,
                                        .says = {"Contoso Issuing CA 1"},
                                        .from = "machine_root.txt"});
}

TEST_F(HostTrustTest, WithoutItTheHostRefusesTheCertificates) {
  Expect(ScanHost(Pki().dc01, "false"), {.subject = kHost,
                                         .rule = "trust.ca-on-target",
                                         .verdict = Verdict::kFail,
                                         .says = {"Contoso Issuing CA 1"},
                                         .from = "machine_root.txt"});
}

TEST_F(HostTrustTest, AnotherCaMayIssueWhereNotAllAreDeclared) {
  Expect(ScanHost(Pki().root, "false"), {.subject = kHost,
                                         .rule = "trust.ca-on-target",
                                         .verdict = Verdict::kUnknown,
                                         .because = WhyUnknown::kNotCollected});
}

}  // namespace

}  // namespace whfb::scan_test

// Which environment a device is judged in, and what an environment itself comes to.

#include <algorithm>

#include "samples/contoso_files.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

using samples::Files;
using samples::Story;

constexpr std::string_view kOtherTenant = "11111111-2222-4333-8444-555555555555";

std::string Intent(std::string_view inside) {
  return "<intent version=\"1\">" + std::string(inside) + "</intent>";
}

std::string Tenant(std::string_view id) {
  return "<tenant id=\"" + std::string(id) + "\"/>";
}

// The text with every occurrence of `from` replaced.
std::string With(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

class EnvironmentsTest : public ScanTest {
 protected:
  // A hybrid joined device whose dsregcmd names the domain by its DNS name.
  [[nodiscard]] Story PutDomainMember(const std::string& domain = "corp.contoso.com",
                                      bool with_tenant = true) const {
    Story story = samples::ContosoStories().at(1);
    Files files = samples::DeviceFiles(story, Pki());
    std::erase_if(files, [](const auto& file) { return file.first.ends_with("tcpip.reg"); });
    for (auto& [path, content] : files) {
      if (path.ends_with("dsregcmd.txt")) {
        content = With(content, "DomainName : CORP", "DomainName : " + domain);
        content = with_tenant ? content : With(content, "TenantId :", "NotToldId :");
      }
    }
    PutFiles("devices", files);
    return story;
  }

  static std::string ParentOf(const Results& results, std::string_view id) {
    const auto found = std::ranges::find(results.subjects, id, &SubjectRecord::id);
    return found == results.subjects.end() ? "no such subject" : found->parent;
  }

  static std::vector<std::string> Environments(const Results& results) {
    std::vector<std::string> ids;
    for (const SubjectRecord& subject : results.subjects) {
      if (subject.kind == SubjectKind::kEnvironment) {
        ids.push_back(subject.id);
      }
    }
    std::ranges::sort(ids);
    return ids;
  }
};

using Ids = std::vector<std::string>;

TEST_F(EnvironmentsTest, ADeviceOfAnotherTenantIsNotJudgedByTheGivenOne) {
  const Story story = Healthy();
  PutDevice(story);
  Put("environment/intent.xml",
      Intent(Tenant(kOtherTenant) + "<route>adcs</route><forest name=\"fabrikam.com\"/>"));
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
  EXPECT_TRUE(ParentOf(results, DeviceOf(story)).starts_with("environment:tenant-"));
  Expect(results, {.subject = UserOf(story),
                   .rule = "policy.gpo-with-intune-certs",
                   .verdict = Verdict::kPass,
                   .says = {"intune-scep"}});
}

TEST_F(EnvironmentsTest, AMistypedTenantOfTheOwnDomainGivesAnEnvironmentOfItsOwn) {
  const Story story = PutDomainMember();
  PutEnvironment();
  Put("environment/contoso-intent.xml",
      Intent(Tenant(kOtherTenant) + "<forest name=\"corp.contoso.com\"/>"));
  const Results results = Scan();
  const std::string parent = ParentOf(results, DeviceOf(story));
  EXPECT_TRUE(parent.starts_with("environment:tenant-")) << parent;
  EXPECT_EQ(Environments(results), (Ids{kEnvironment, parent}));
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
}

TEST_F(EnvironmentsTest, ADomainBelowTheForestIsOfAnotherOneOnlyWhereAllDomainsAreDeclared) {
  const Story story = PutDomainMember("lab.corp.contoso.com", false);
  Put("environment/intent.xml", Intent("<forest name=\"corp.contoso.com\"/>"));
  EXPECT_EQ(ParentOf(Scan(), DeviceOf(story)), kEnvironment);
  Put("environment/intent.xml",
      Intent("<forest name=\"corp.contoso.com\" domains-complete=\"true\"/>"));
  EXPECT_EQ(ParentOf(Scan(), DeviceOf(story)), "environment:lab.corp.contoso.com");
  Put("environment/intent.xml",
      Intent("<forest name=\"corp.contoso.com\" domains-complete=\"true\">"
             "<domain name=\"lab.corp.contoso.com\"/></forest>"));
  EXPECT_EQ(ParentOf(Scan(), DeviceOf(story)), kEnvironment);
}

TEST_F(EnvironmentsTest, EachIntentFileKeepsItsOwnEvidence) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment();
  Put("fabrikam/intent.xml",
      Intent(Tenant(kOtherTenant) + "<route>adcs</route><forest name=\"fabrikam.com\"/>"));
  options.paths = {folder() / "devices"};
  options.environment = {folder() / "environment", folder() / "fabrikam"};
  const Results results = Scan();
  EXPECT_EQ(Environments(results), (Ids{kEnvironment, "environment:fabrikam.com"}));
  EXPECT_EQ(ParentOf(results, DeviceOf(story)), kEnvironment);
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  EXPECT_EQ(results.ReadinessOf("environment:fabrikam.com"), "undetermined");
}

TEST_F(EnvironmentsTest, TwoTenantsWithOneForestNameStayTwo) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment();
  Put("other/intent.xml", Intent(Tenant(kOtherTenant) + "<forest name=\"corp.contoso.com\"/>"));
  options.paths = {folder() / "devices"};
  options.environment = {folder() / "environment", folder() / "other"};
  const Results results = Scan();
  EXPECT_EQ(Environments(results), (Ids{kEnvironment, "environment:corp.contoso.com~11111111"}));
  EXPECT_EQ(ParentOf(results, DeviceOf(story)), kEnvironment);
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
}

TEST_F(EnvironmentsTest, EvidenceOfNobodyKnowsWhichEnvironmentIsSaidToBeUnused) {
  PutDevice(Healthy());
  Put("environment/a/intent.xml", Intent(Tenant(kOtherTenant)));
  Put("environment/b/intent.xml", Intent("<tenant id=\"99999999-2222-4333-8444-555555555555\"/>"));
  Put("environment/root.cer", Pki().root);
  const Results results = Scan();
  const auto root = std::ranges::find_if(results.coverage, [](const CoverageRecord& record) {
    return record.file.ends_with("root.cer");
  });
  ASSERT_NE(root, results.coverage.end());
  EXPECT_EQ(root->status, CoverageStatus::kIgnored);
  EXPECT_EQ(root->reason,
            "several environments are declared and nothing tells to which of them this belongs; "
            "name the folder of each with an --environment of its own");
}

TEST_F(EnvironmentsTest, WithoutAnyEvidenceAnEnvironmentIsUndetermined) {
  Put("environment/intent.xml", Intent("<forest name=\"corp.contoso.com\"/>"));
  std::filesystem::create_directories(folder() / "devices");
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(kEnvironment), "undetermined");
}

TEST_F(EnvironmentsTest, AnEnvironmentWhoseControllersAllExpiredIsBlocked) {
  PutEnvironment(
      {.controllers = {{.host = "dc01", .expired = true}, {.host = "dc02", .expired = true}}});
  std::filesystem::create_directories(folder() / "devices");
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(kEnvironment), "blocked");
}

// Its certificate may have been renewed since the listing was made.
TEST_F(EnvironmentsTest, AnOldListingDoesNotProveThatTheCertificateOfAControllerHasExpired) {
  PutEnvironment();
  std::filesystem::create_directories(folder() / "devices");
  options.paths = {folder() / "devices"};
  options.environment = {folder() / "environment"};
  options.now = DefaultNow() + 112 * kTicksPerDay;  // 2027-03-10, ten days after its end
  Expect(Scan(), {.subject = kDc01,
                  .rule = "dc.time-valid",
                  .verdict = Verdict::kFail,
                  .says = {"The age of this evidence is not known."}});
  const auto dated = folder() / "environment-20261118T080000Z";
  std::filesystem::rename(folder() / "environment", dated);
  options.environment = {dated};
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(kEnvironment), "undetermined");
  for (const char* const controller : {kDc01, kDc02}) {
    Expect(results, {.subject = controller,
                     .rule = "dc.time-valid",
                     .verdict = Verdict::kUnknown,
                     .because = WhyUnknown::kStale});
  }
}

TEST_F(EnvironmentsTest, ADeviceThatIsExpectedAndNotThereIsNotForgotten) {
  const Story story = Healthy();
  PutDevice(story);
  Put("environment/intent.xml", Intent("<expected-device name=\"pc-0001.corp.contoso.com\"/>"
                                       "<expected-device name=\"PC-9999\"/>"));
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf("device:PC-9999"), "undetermined");
  EXPECT_EQ(results.totals.devices, 2U) << "the one that is there is not expected again";
  for (const Finding& finding : results.findings) {
    if (finding.subject.find("PC-9999") != std::string::npos) {
      EXPECT_EQ(finding.verdict, Verdict::kUnknown) << finding.rule << ": " << finding.reason;
    }
  }
}

TEST_F(EnvironmentsTest, AFolderCalledLikeADeclaredControllerIsNoClient) {
  const Story story = Healthy();
  PutDevice(story);
  PutEnvironment();
  options.paths = {folder()};  // everything in one place, nothing named --environment
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "ready");
  EXPECT_EQ(results.ReadinessOf("device:dc01"), "no such subject");
  EXPECT_EQ(results.ReadinessOf(kDc01), "ready");
}

}  // namespace

}  // namespace whfb::scan_test

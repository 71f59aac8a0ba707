#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "scanner/core/truth.h"
#include "tests/registry/collector_run.h"

namespace whfb::test {

namespace {

constexpr Provenance kHere = {.evidence = 1, .place = 1};

using Names = std::vector<std::string_view>;

Cell List(const Names& items, FactSpace& facts) {
  return facts.ListCell(items, kHere);
}

struct ProfileReferenceTest : testing::Test {
  Bundle bundle;

  SubjectFacts& Profile(std::string_view name, std::string_view type) {
    SubjectFacts& facts = bundle.facts.Named(SubjectKind::kCertificateProfile, name).facts;
    facts.Put("profile.display_name", Cell::Text(name, kHere));
    facts.Put("profile.type", Cell::Text(type, kHere));
    facts.Put("profile.judged", Cell::Bool(type != "trusted-root", kHere));
    return facts;
  }

  SubjectFacts& Root(std::string_view name, std::string_view id) {
    SubjectFacts& facts = Profile(name, "trusted-root");
    facts.Put("profile.id", Cell::Text(id, kHere));
    facts.Put("profile.certificate_sha1", Cell::Text("aa", kHere));
    facts.Put("profile.certificate_self_issued", Cell::Bool(true, kHere));
    facts.Put("profile.excluded", Cell::Absent(kHere));
    return facts;
  }

  void Assign(SubjectFacts& profile, const Names& to) {
    profile.Put("profile.assigned", Cell::Bool(!to.empty(), kHere));
    profile.Put("profile.assigned_to", to.empty() ? Cell::Absent(kHere) : List(to, bundle.facts));
  }

  SubjectFacts& Environment() { return bundle.facts.Environment().facts; }

  void Ca(std::string_view sha1,
          std::string_view subject,
          std::string_view issuer,
          std::string_view key,
          std::string_view issuer_key) {
    Table& table = Environment().TableOf("environment.ca_certificate");
    std::vector<Cell> row(table.spec().columns.size());
    const auto set = [&](std::string_view column, const Cell& cell) {
      row[static_cast<std::size_t>(FindColumn(table.spec(), column))] = cell;
    };
    set("sha1", Cell::Text(sha1, kHere));
    set("subject", Cell::Text(subject, kHere));
    set("issuer", Cell::Text(issuer, kHere));
    set("subject_key_id", Cell::Text(key, kHere));
    set("authority_key_id", Cell::Text(issuer_key, kHere));
    set("self_issued", Cell::Bool(subject == issuer, kHere));
    table.Add(row);
  }

  void Derive() { bundle.Derive(collectors::kProfileReferenceDerivation); }
};

TEST_F(ProfileReferenceTest, OnlyAnUnassignedProfileBesideAnAssignedOneIsADraft) {
  SubjectFacts& used = Profile("A", "scep");
  SubjectFacts& copy = Profile("B", "scep");
  SubjectFacts& other = Profile("C", "pkcs");
  SubjectFacts& open = Profile("D", "scep");
  Assign(used, {"all-users"});
  Assign(copy, {});
  Assign(other, {});
  Derive();
  EXPECT_EQ(used.Get("profile.draft").value.number, 0);
  EXPECT_EQ(copy.Get("profile.draft").value.number, 1);
  EXPECT_EQ(other.Get("profile.draft").value.number, 0);
  ASSERT_TRUE(open.Get("profile.draft").present());
  EXPECT_EQ(open.Get("profile.draft").value.number, 0);
}

TEST_F(ProfileReferenceTest, AnAssignedWiFiProfileMakesNoDraft) {
  SubjectFacts& wifi = Profile("Wi-Fi", "scep");
  SubjectFacts& own = Profile("A", "scep");
  wifi.Put("profile.judged", Cell::Bool(false, kHere));
  Assign(wifi, {"all-users"});
  Assign(own, {});
  Derive();
  EXPECT_EQ(own.Get("profile.draft").value.number, 0);
}

TEST_F(ProfileReferenceTest, TheRootIsFoundByIdElseByItsOnlyName) {
  SubjectFacts& by_id = Profile("A", "scep");
  SubjectFacts& by_name = Profile("B", "scep");
  SubjectFacts& lost = Profile("C", "scep");
  (void)Root("Root", "11");
  by_id.Put("profile.root_certificate", Cell::Text("11", kHere));
  by_name.Put("profile.root_certificate_name", Cell::Text("Root", kHere));
  lost.Put("profile.root_certificate", Cell::Text("12", kHere));
  lost.Put("profile.root_certificate_name", Cell::Text("Root", kHere));
  Derive();
  EXPECT_EQ(by_id.Get("profile.root.sha1").value.text, "aa");
  EXPECT_EQ(by_name.Get("profile.root.sha1").value.text, "aa");
  EXPECT_TRUE(lost.Get("profile.root.sha1").unknown());
  SubjectFacts& twin = Root("Root 2", "13");
  twin.Put("profile.display_name", Cell::Text("Root", kHere));
  by_name.Put("profile.root.sha1", Cell{});
  Derive();
  EXPECT_TRUE(by_name.Get("profile.root.sha1").unknown());
}

struct AnchorTest : ProfileReferenceTest {
  SubjectFacts& profile = Profile("A", "scep");

  AnchorTest() {
    (void)Root("Root", "11");
    profile.Put("profile.root_certificate", Cell::Text("11", kHere));
    Ca("aa", "CN=Root", "CN=Root", "01", "01");
    Ca("bb", "CN=Issuing", "CN=Root", "02", "01");
    Ca("cc", "CN=Old root", "CN=Old root", "03", "03");
    Ca("dd", "CN=Old issuing", "CN=Old root", "04", "03");
  }

  void Declare(const Names& cas, bool all) {
    Environment().Put("environment.issuing_cas", List(cas, bundle.facts));
    Environment().Put("environment.issuing_cas_complete", Cell::Bool(all, kHere));
    Derive();
  }

  const Cell& Anchors() { return profile.Get("profile.root.anchors_issuing_ca"); }
};

TEST_F(AnchorTest, TheDeclaredCaChainsToTheRoot) {
  Declare({"CN=Issuing"}, false);
  ASSERT_TRUE(Anchors().present());
  EXPECT_EQ(Anchors().value.number, 1);
}

TEST_F(AnchorTest, AnotherRootIsWrongOnlyWhereEveryCaIsDeclared) {
  Declare({"CN=Old issuing"}, true);
  ASSERT_TRUE(Anchors().present());
  EXPECT_EQ(Anchors().value.number, 0);
  Declare({"CN=Old issuing"}, false);
  EXPECT_EQ(Anchors().why, WhyUnknown::kAmbiguous);
}

TEST_F(AnchorTest, CasOfTwoRootsLeaveItOpen) {
  Declare({"CN=Issuing", "CN=Old issuing"}, true);
  EXPECT_TRUE(Anchors().unknown());
  EXPECT_EQ(Anchors().why, WhyUnknown::kAmbiguous);
}

TEST_F(AnchorTest, ACaThatNobodyCollectedLeavesItOpen) {
  Declare({"CN=Issuing", "CN=Other"}, true);
  EXPECT_TRUE(Anchors().unknown());
  Declare({"CN=Other"}, true);
  EXPECT_EQ(Anchors().why, WhyUnknown::kNotCollected);
}

TEST_F(AnchorTest, TheRootItselfMayIssue) {
  Declare({"CN=Root"}, true);
  EXPECT_EQ(Anchors().value.number, 1);
}

TEST_F(AnchorTest, WithoutADeclarationTheEnrolmentServicesTell) {
  Derive();
  EXPECT_EQ(Anchors().why, WhyUnknown::kNotCollected);
  Table& table = Environment().TableOf("environment.enrolment_service");
  std::vector<Cell> row(table.spec().columns.size());
  row[static_cast<std::size_t>(FindColumn(table.spec(), "name"))] = Cell::Text("Issuing", kHere);
  row[static_cast<std::size_t>(FindColumn(table.spec(), "ca_sha1"))] = List({"bb"}, bundle.facts);
  table.Add(row);
  Derive();
  ASSERT_TRUE(Anchors().present());
  EXPECT_EQ(Anchors().value.number, 1);
}

TEST_F(ProfileReferenceTest, AssignmentsAreAlikeWhereEachTargetIsOneOfTheRoot) {
  struct Pair {
    Names own{};
    Names root{};
    Truth alike = Truth::kUnknown;
  };

  SubjectFacts& profile = Profile("A", "scep");
  SubjectFacts& root = Root("Root", "11");
  profile.Put("profile.root_certificate", Cell::Text("11", kHere));
  profile.Put("profile.excluded", Cell::Absent(kHere));
  Environment().Put("environment.profile_list_complete", Cell::Bool(true, kHere));
  const std::vector<Pair> pairs = {{{"group 1"}, {"group 1"}, Truth::kTrue},
                                   {{"group 1"}, {"group 1", "group 2"}, Truth::kTrue},
                                   {{"group 1", "group 2"}, {"group 1"}, Truth::kUnknown},
                                   {{"group 1"}, {"group 2"}, Truth::kUnknown},
                                   {{"group 1"}, {"all-devices"}, Truth::kUnknown},
                                   {{"all-users"}, {"all-users"}, Truth::kTrue},
                                   {{"all-users"}, {"all-devices"}, Truth::kFalse},
                                   {{"all-devices"}, {"all-users"}, Truth::kFalse},
                                   {{"all-users"}, {"all-devices", "group 1"}, Truth::kUnknown},
                                   {{"all-users"}, {"all-users filter include f"}, Truth::kUnknown},
                                   {{"group 1"}, {}, Truth::kFalse}};
  for (const Pair& pair : pairs) {
    Assign(profile, pair.own);
    Assign(root, pair.root);
    Derive();
    for (const char* const fact : {"profile.root.assigned_alike", "profile.covered_by_root"}) {
      const Cell& cell = profile.Get(fact);
      EXPECT_EQ(cell.present(), pair.alike != Truth::kUnknown) << fact;
      EXPECT_EQ(cell.value.number != 0, pair.alike == Truth::kTrue) << fact;
    }
  }
}

TEST_F(ProfileReferenceTest, WhoIsExcludedFromTheRootIsNotCovered) {
  SubjectFacts& profile = Profile("A", "scep");
  SubjectFacts& root = Root("Root", "11");
  Assign(profile, {"all-users"});
  Assign(root, {"all-users"});
  root.Put("profile.excluded", List({"group 9"}, bundle.facts));
  profile.Put("profile.excluded", Cell::Absent(kHere));
  Derive();
  EXPECT_EQ(profile.Get("profile.covered_by_root").why, WhyUnknown::kAmbiguous);
  profile.Put("profile.excluded", List({"group 8", "group 9"}, bundle.facts));
  Derive();
  EXPECT_EQ(profile.Get("profile.covered_by_root").value.number, 1);
}

TEST_F(ProfileReferenceTest, ThatNoRootCoversNeedsTheWholeList) {
  SubjectFacts& profile = Profile("A", "pkcs");
  Assign(profile, {"all-users"});
  Derive();
  EXPECT_EQ(profile.Get("profile.covered_by_root").why, WhyUnknown::kNotCollected);
  Environment().Put("environment.profile_list_complete", Cell::Bool(true, kHere));
  Derive();
  ASSERT_TRUE(profile.Get("profile.covered_by_root").present());
  EXPECT_EQ(profile.Get("profile.covered_by_root").value.number, 0);
  SubjectFacts& issuing = Root("Issuing", "12");
  issuing.Put("profile.certificate_self_issued", Cell::Bool(false, kHere));
  Assign(issuing, {"all-users"});
  Derive();
  EXPECT_EQ(profile.Get("profile.covered_by_root").value.number, 0);
}

TEST_F(ProfileReferenceTest, ATemplateIsNamedByItsNameNotByItsDisplayName) {
  SubjectFacts& profile = Profile("A", "pkcs");
  SubjectFacts& one = bundle.facts.Named(SubjectKind::kCertificateTemplate, "HelloRdp").facts;
  one.Put("template.cn", Cell::Text("HelloRdp", kHere));
  one.Put("template.display_name", Cell::Text("Hello RDP", kHere));
  const auto is_name = [&](std::string_view name) {
    profile.Put("profile.template_name", Cell::Text(name, kHere));
    Derive();
    return profile.Get("profile.template_is_name");
  };
  EXPECT_EQ(is_name("hellordp").value.number, 1);
  ASSERT_TRUE(is_name("Hello RDP").present());
  EXPECT_EQ(is_name("Hello RDP").value.number, 0);
  EXPECT_EQ(is_name("Other").why, WhyUnknown::kNotCollected);
  const Cell issued = Cell::Text("issued only", kHere);
  bundle.facts.Environment()
      .facts.TableOf("environment.issued_template")
      .Add(std::array{issued, Cell::Text("CA", kHere)});
  EXPECT_EQ(is_name("Issued Only").value.number, 1);
  SubjectFacts& two = bundle.facts.Named(SubjectKind::kCertificateTemplate, "Hello RDP").facts;
  two.Put("template.cn", Cell::Text("Hello RDP", kHere));
  EXPECT_EQ(is_name("Hello RDP").value.number, 1);
}

TEST_F(ProfileReferenceTest, ThatTheTenantHasNoCertificateProfileNeedsTheWholeList) {
  (void)Root("Root", "11");
  Derive();
  EXPECT_TRUE(Environment().Get("environment.issuing_profile").unknown());
  Environment().Put("environment.profile_list_complete", Cell::Bool(true, kHere));
  Derive();
  EXPECT_TRUE(Environment().Get("environment.issuing_profile").absent());
  (void)Profile("A", "pkcs");
  Derive();
  EXPECT_EQ(Environment().Get("environment.issuing_profile").value.text, "A");
}

}  // namespace

}  // namespace whfb::test

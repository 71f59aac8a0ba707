// What the certificate of a domain controller and those of its CAs name.

#include <ostream>
#include <vector>

#include <gtest/gtest.h>

#include "forest.h"

namespace whfb::collectors {

namespace {

// What is declared, what the certificate of dc1.emea.lab.com names, and whether its domain is
// among that.
struct DomainCase {
  const char* name = nullptr;
  std::vector<const char*> declared{};
  bool complete = false;
  std::vector<const char*> dns{};
  Cell answer{};
  const char* domain = "";  // empty: not known
};

void PrintTo(const DomainCase& one, std::ostream* out) {
  *out << one.name;
}

class DomainInSanTest : public testing::TestWithParam<DomainCase> {};

TEST_P(DomainInSanTest, IsJudgedByADomainFromElsewhere) {
  const DomainCase& one = GetParam();
  Forest forest;
  for (const char* const domain : one.declared) {
    forest.Declare("forest@name", domain);
    forest.Declare("forest@domains-complete", one.complete ? "true" : "false");
  }
  forest.AddController({.common_name = "dc1.emea.lab.com", .dns = one.dns},
                       forest.AddFile("my.txt"));
  forest.Scan();
  const Subject* const controller = forest.Controller("dc1.emea.lab.com");
  ASSERT_NE(controller, nullptr);
  EXPECT_TRUE(SameAnswer(controller->facts.Get("dc.kdc_certificate.san_has_domain"), one.answer,
                         ValueType::kBool));
  EXPECT_EQ(controller->facts.Get("dc.domain_dns_name").value.text, one.domain);
}

const Cell kYes = Cell::Bool(true, {});
const Cell kNo = Cell::Bool(false, {});
const Cell kOpen = Cell::Unknown(WhyUnknown::kAmbiguous);

// NOLINTNEXTLINE(modernize-avoid-c-arrays): for ValuesIn
const DomainCase kDomainCases[] = {
    {"RestOfTheHostName", {}, false, {"dc1.emea.lab.com", "emea.lab.com"}, kYes, "emea.lab.com"},
    {"OnlyAParentOfIt", {}, false, {"dc1.emea.lab.com", "lab.com"}, kOpen, ""},
    {"OnlyTheHost", {}, false, {"dc1.emea.lab.com"}, kNo, ""},
    {"UndeclaredChildOfADeclaredForest",
     {"lab.com"},
     false,
     {"dc1.emea.lab.com", "emea.lab.com"},
     kYes,
     "emea.lab.com"},
    {"ParentOfAnUndeclaredChild", {"lab.com"}, false, {"dc1.emea.lab.com", "lab.com"}, kOpen, ""},
    {"DeclaredAndMissing",
     {"lab.com", "emea.lab.com"},
     false,
     {"dc1.emea.lab.com", "lab.com"},
     kNo,
     "emea.lab.com"},
    {"TheOnlyDomainThereIs", {"lab.com"}, true, {"dc1.emea.lab.com", "lab.com"}, kYes, "lab.com"},
    {"TheOnlyDomainIsMissing",
     {"corp.com"},
     true,
     {"dc1.emea.lab.com", "lab.com"},
     kNo,
     "corp.com"},
};

INSTANTIATE_TEST_SUITE_P(Domains,
                         DomainInSanTest,
                         testing::ValuesIn(kDomainCases),
                         [](const auto& one) { return std::string(one.param.name); });

// A domain controller below an issuing CA below the root. Not all of it need be collected.
struct TwoTiers : Forest {
  // `cdp` null: the certificate of the issuing CA has no such extension.
  Authority MakeIssuing(const char* cdp) const {
    Authority issuing;
    tests::Recipe recipe = CaRecipe("Issuing");
    if (cdp != nullptr) {
      recipe.extensions.emplace_back("crlDistributionPoints", cdp);
    }
    issuing.certificate =
        tests::Issue(recipe, issuing.key.get(), root.certificate.get(), root.key.get());
    return issuing;
  }

  void AddFileOf(X509* certificate) {
    environment_records.Add(CertificateRecord{.fields = Fields(certificate, environment)});
  }

  // The answer for a leaf that `issuing` signed.
  const SubjectFacts& Judge(const Authority& issuing) {
    const auto leaf =
        tests::Issue(RecipeOf({.dns = {"dc1.contoso.com", "contoso.com"}}), tests::SharedKey(),
                     issuing.certificate.get(), issuing.key.get());
    AddFileOf(leaf.get());
    Scan();
    return Controller("dc1.contoso.com")->facts;
  }
};

constexpr const char* kIssuersHaveHttp = "dc.kdc_certificate.issuers_have_http_cdp";

TEST(CrlOfIssuers, IsThereWhenEachCaButTheRootNamesAnHttpAddress) {
  TwoTiers forest;
  const Authority issuing = forest.MakeIssuing("URI:ldap:///CN=Root,URI:http://pki/root.crl");
  forest.AddFileOf(issuing.certificate.get());
  forest.AddFileOf(forest.root.certificate.get());
  EXPECT_EQ(forest.Judge(issuing).Get(kIssuersHaveHttp).value.number, 1);
}

TEST(CrlOfIssuers, IsMissingWhenAnIssuingCaNamesNoneOrOnlyLdap) {
  for (const char* const cdp : {static_cast<const char*>(nullptr), "URI:ldap:///CN=Root"}) {
    TwoTiers forest;
    const Authority issuing = forest.MakeIssuing(cdp);
    forest.AddFileOf(issuing.certificate.get());
    const SubjectFacts& facts = forest.Judge(issuing);
    ASSERT_TRUE(facts.Get(kIssuersHaveHttp).present());
    EXPECT_EQ(facts.Get(kIssuersHaveHttp).value.number, 0);
    EXPECT_EQ(ValueText(facts.Get("dc.kdc_certificate.issuers_without_http_cdp"), ValueType::kList),
              "CN=Issuing");
    EXPECT_EQ(facts.Get("dc.kdc_certificate.cdp_has_http").value.number, 1);
  }
}

TEST(CrlOfIssuers, IsUnknownWhereTheIssuingCaOrTheRootWasNotCollected) {
  for (const bool with_issuing : {true, false}) {
    TwoTiers forest;
    const Authority issuing = forest.MakeIssuing("URI:http://pki/root.crl");
    if (with_issuing) {
      forest.AddFileOf(issuing.certificate.get());
    }
    const Cell& answer = forest.Judge(issuing).Get(kIssuersHaveHttp);
    EXPECT_TRUE(answer.unknown());
    EXPECT_EQ(answer.why, WhyUnknown::kNotCollected);
  }
}

TEST(CrlOfIssuers, IsOpenWhenARenewedCaHasOneCertificateWithAndOneWithout) {
  TwoTiers forest;
  const Authority issuing = forest.MakeIssuing("URI:http://pki/root.crl");
  const auto older = tests::Issue(CaRecipe("Issuing"), issuing.key.get(),
                                  forest.root.certificate.get(), forest.root.key.get());
  forest.AddFileOf(older.get());
  forest.AddFileOf(issuing.certificate.get());
  forest.AddFileOf(forest.root.certificate.get());
  const Cell& answer = forest.Judge(issuing).Get(kIssuersHaveHttp);
  EXPECT_EQ(answer.why, WhyUnknown::kAmbiguous);
  EXPECT_TRUE(answer.unknown());
}

TEST(CrlOfIssuers, AsksNothingOfARootThatIssuesItself) {
  Forest forest;
  forest.environment_records.Add(CertificateRecord{
      .fields = Scene::Fields(forest.root.certificate.get(), forest.environment)});
  forest.AddController({.dns = {"dc1.contoso.com", "contoso.com"}}, forest.AddFile("my.txt"));
  forest.Scan();
  EXPECT_EQ(forest.Controller("dc1.contoso.com")->facts.Get(kIssuersHaveHttp).value.number, 1);
}

}  // namespace

}  // namespace whfb::collectors

// What the judged certificate says about its account.

#include <vector>

#include <gtest/gtest.h>

#include "collectors/readers/small_records.h"
#include "scene.h"

namespace whfb::collectors {

namespace {

// A device whose user amanda@contoso.com has one certificate in the Hello container.
struct Account : Scene {
  Authority ca = MakeAuthority("CA");

  Account() { with_environment = true; }

  CertificateRecord& AddCertificate(const tests::Recipe& recipe) {
    const auto leaf = tests::Issue(recipe, tests::SharedKey(), ca.certificate.get(), ca.key.get());
    List(StoreScope::kUser, "my", true);
    return AddUser(leaf.get(), kPassportProvider);
  }

  void Declare(std::string_view path, std::string_view value) {
    environment_records.Add(readers::IntentItem{.path = path, .value = value});
  }
};

struct SuffixCase {
  const char* name = nullptr;
  std::vector<const char*> domains{};
  bool complete = false;
  Cell answer{};  // is contoso.com the domain of the account?
};

void PrintTo(const SuffixCase& one, std::ostream* out) {
  *out << one.name;
}

class UpnSuffixTest : public testing::TestWithParam<SuffixCase> {};

TEST_P(UpnSuffixTest, IsHeldAgainstTheDeclaredDomains) {
  Account run;
  for (const char* const domain : GetParam().domains) {
    run.Declare("forest@name", domain);
    run.Declare("forest@domains-complete", GetParam().complete ? "true" : "false");
  }
  run.AddCertificate(UserRecipe(kNow - 50, true));
  run.Scan();
  const Cell& answer = run.Fact("upn_suffix_is_domain");
  EXPECT_TRUE(SameAnswer(answer, GetParam().answer, ValueType::kBool));
  EXPECT_EQ(answer.why, GetParam().answer.why);
}

const SuffixCase kSuffixCases[] = {
    // NOLINT(modernize-avoid-c-arrays): for ValuesIn
    {"TheDeclaredDomain", {"contoso.com"}, false, Cell::Bool(true, {})},
    {"NoneOfAllDomains", {"corp.contoso.com"}, true, Cell::Bool(false, {})},
    {"NoneOfSomeDomains", {"corp.contoso.com"}, false, Cell::Unknown(WhyUnknown::kNotCollected)},
    {"OneOfSeveral",
     {"contoso.com", "emea.contoso.com"},
     true,
     Cell::Unknown(WhyUnknown::kAmbiguous)},
    {"NothingDeclared", {}, false, Cell::Unknown(WhyUnknown::kNotCollected)},
};

INSTANTIATE_TEST_SUITE_P(Suffixes,
                         UpnSuffixTest,
                         testing::ValuesIn(kSuffixCases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(Issuer, IsComparedWithNothingWhereNothingIsDeclared) {
  Account run;
  run.AddCertificate(UserRecipe(kNow - 50, true));
  run.Scan();
  EXPECT_TRUE(run.Fact("issuer_is_declared_ca").absent());
}

TEST(Issuer, IsNoneOfTheDeclaredCas) {
  Account run;
  run.Declare("issuing-ca@subject", "CN=Another CA");
  run.AddCertificate(UserRecipe(kNow - 50, true));
  run.Scan();
  ASSERT_TRUE(run.Fact("issuer_is_declared_ca").present());
  EXPECT_EQ(run.Fact("issuer_is_declared_ca").value.number, 0);
}

TEST(Issuer, IsUnknownWhileTheDeclaredCasAre) {
  Account stale;
  stale.environment.Environment().facts.Set("environment.issuing_cas",
                                            Cell::Unknown(WhyUnknown::kStale));
  stale.AddCertificate(UserRecipe(kNow - 50, true));
  stale.Scan();
  EXPECT_EQ(stale.Fact("issuer_is_declared_ca").why, WhyUnknown::kStale);

  Account two_fit;
  two_fit.with_environment = false;
  two_fit.AddCertificate(UserRecipe(kNow - 50, true));
  two_fit.Scan();
  EXPECT_EQ(two_fit.Fact("issuer_is_declared_ca").why, WhyUnknown::kAmbiguous);
}

TEST(ExplicitMapping, IsUnknownUntilTheIntentFileRulesItOut) {
  struct Declared {
    const char* used;  // null: nothing is declared
    Cell answer;
  };

  const Cell open = Cell::Unknown(WhyUnknown::kNotCollected);
  for (const Declared& one : {Declared{nullptr, open}, Declared{"true", open},
                              Declared{"false", Cell::Bool(false, {})}}) {
    Account run;
    run.Declare("@version", "1");
    if (one.used != nullptr) {
      run.Declare("explicit-mappings@used", one.used);
    }
    run.AddCertificate(UserRecipe(kNow - 50, true));
    run.Scan();
    EXPECT_EQ(run.Fact("strong_mapping").value.text, "none");
    EXPECT_TRUE(SameAnswer(run.Fact("explicit_mapping"), one.answer, ValueType::kBool));
  }
}

}  // namespace

}  // namespace whfb::collectors

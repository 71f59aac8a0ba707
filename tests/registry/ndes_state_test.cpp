// NDES servers of the evidence: which template each asks for, and which of them is meant.

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/derived/judged_certificate.h"
#include "scanner/core/truth.h"
#include "tests/registry/collector_run.h"

namespace whfb::test {

namespace {

constexpr Provenance kHere = {.evidence = 1, .place = 1};

struct NdesStateTest : testing::Test {
  Bundle bundle;

  void Server(std::string_view place,
              std::string_view host,
              const std::vector<std::string_view>& templates) {
    Table& servers = Environment().TableOf("environment.ndes_server");
    std::vector<Cell> row(servers.spec().columns.size());
    const auto column = [&](std::string_view name) -> Cell& {
      return row[static_cast<std::size_t>(FindColumn(servers.spec(), name))];
    };
    column("place") = Cell::Text(place, kHere);
    column("host") = Cell::Text(host, kHere);
    column("signature_template") = Cell::Text(templates[0], kHere);
    column("encryption_template") = Cell::Text(templates[1], kHere);
    column("general_template") = Cell::Text(templates[2], kHere);
    servers.Add(row);
    servers.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, kHere);
  }

  SubjectFacts& Profile(std::string_view name, const std::vector<std::string_view>& usage) {
    SubjectFacts& facts = bundle.facts.Named(SubjectKind::kCertificateProfile, name).facts;
    facts.Put("profile.route", Cell::Text("intune-scep", kHere));
    facts.Put("profile.judged", Cell::Bool(true, kHere));
    facts.Put("profile.draft", Cell::Bool(false, kHere));
    facts.Put("profile.key_usage", bundle.facts.ListCell(usage, kHere));
    return facts;
  }

  SubjectFacts& Environment() { return bundle.facts.Environment().facts; }

  // Of the server that was added as number `server`.
  const Cell& Told(std::string_view column, std::size_t server = 0) {
    bundle.Derive(collectors::kNdesStateDerivation);
    const Table& table = Environment().TableOf("environment.ndes");
    return table.Row(server)[static_cast<std::size_t>(FindColumn(table.spec(), column))];
  }
};

struct UsageCase {
  const char* name = nullptr;
  std::vector<std::vector<std::string_view>> profiles{};  // key usages
  const char* asked = nullptr;                            // null: not known
};

struct KeyUsageTest : NdesStateTest, testing::WithParamInterface<UsageCase> {};

// certificates-scep-configure: SignatureTemplate for signing, EncryptionTemplate for encryption,
// GeneralPurposeTemplate for both.
TEST_P(KeyUsageTest, OfTheProfilesSaysWhichValueCounts) {
  Server("a", "a.x", {"Sign", "Encrypt", "Both"});
  std::vector<std::string> names;
  for (const auto& usage : GetParam().profiles) {
    names.push_back("P" + std::to_string(names.size()));
    (void)Profile(bundle.facts.pool.Intern(names.back()), usage);
  }
  const Cell& asked = Told("template");
  if (GetParam().asked == nullptr) {
    ASSERT_TRUE(asked.unknown());
    EXPECT_EQ(asked.why, WhyUnknown::kAmbiguous);
    return;
  }
  ASSERT_TRUE(asked.present());
  EXPECT_EQ(asked.value.text, GetParam().asked);
}

INSTANTIATE_TEST_SUITE_P(
    Usages,
    KeyUsageTest,
    testing::Values(UsageCase{"none", {}, nullptr},
                    UsageCase{"signs", {{"digitalSignature"}}, "Sign"},
                    UsageCase{"encrypts", {{"keyEncipherment"}}, "Encrypt"},
                    UsageCase{"another", {{"nonRepudiation"}}, nullptr},
                    UsageCase{"both", {{"keyEncipherment", "digitalSignature"}}, "Both"},
                    UsageCase{"two", {{"digitalSignature"}, {"keyEncipherment"}}, nullptr},
                    UsageCase{"two_alike", {{"digitalSignature"}, {"digitalSignature"}}, "Sign"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(NdesStateTest, AProfileThatMayBeMeantMayAskOtherwise) {
  Server("a", "a.x", {"Sign", "Encrypt", "Both"});
  (void)Profile("P", {"digitalSignature"});
  Profile("Q", {"digitalSignature"})
      .Put("profile.judged", Cell::Unknown(WhyUnknown::kNotCollected));
  EXPECT_TRUE(Told("template").unknown());
}

TEST_F(NdesStateTest, WhereAllThreeSayTheSameTheKeyUsageDoesNotMatter) {
  Server("a", "a.x", {"One", "One", "One"});
  EXPECT_EQ(Told("template").value.text, "One");
}

TEST_F(NdesStateTest, TheTemplateOfSetUpNeverFits) {
  Server("a", "a.x",
         {"IPSECIntermediateOffline", "IPSECIntermediateOffline", "IPSECIntermediateOffline"});
  EXPECT_EQ(collectors::IsTrue(Told("template_fits")), Truth::kFalse);
}

TEST_F(NdesStateTest, OnlyAProfileTellsWhichServerIsMeant) {
  Server("a", "a.x", {"One", "One", "One"});
  Server("b", "b.x", {"Two", "Two", "Two"});
  Profile("P", {"digitalSignature"})
      .Put("profile.server_urls",
           bundle.facts.ListCell(
               std::vector<std::string_view>{"https://B.x:443/certsrv/mscep/mscep.dll"}, kHere));
  EXPECT_EQ(collectors::IsTrue(Told("serves", 0)), Truth::kUnknown);
  EXPECT_EQ(collectors::IsTrue(Told("serves", 1)), Truth::kTrue);
}

}  // namespace

}  // namespace whfb::test

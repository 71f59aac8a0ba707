// What the judged certificate says about its account.

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/readers/registry_record.h"
#include "collectors/readers/small_records.h"
#include "scene.h"

namespace whfb::collectors {

namespace {

// A device whose user amanda@contoso.com has one certificate in the Hello container.
struct Account : Scene {
  Authority ca = MakeAuthority("CA");

  Account() { with_environment = true; }

  // In a store that was listed whole by the user.
  CertificateRecord& AddCertificate(const tests::Recipe& recipe) {
    List(StoreScope::kUser, "my", true);
    return AddRow(recipe);
  }

  CertificateRecord& AddRow(const tests::Recipe& recipe) {
    const auto leaf = tests::Issue(recipe, tests::SharedKey(), ca.certificate.get(), ca.key.get());
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

// NOLINTNEXTLINE(modernize-avoid-c-arrays): for ValuesIn
const SuffixCase kSuffixCases[] = {
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
  run.Declare("@version", "1");
  run.Declare("@issuing-cas-complete", "true");
  run.Declare("issuing-ca@subject", "CN=Another CA");
  run.AddCertificate(UserRecipe(kNow - 50, true));
  run.Scan();
  ASSERT_TRUE(run.Fact("issuer_is_declared_ca").present());
  EXPECT_EQ(run.Fact("issuer_is_declared_ca").value.number, 0);
}

TEST(Issuer, MayBeOneThatAnOpenListLeavesOut) {
  Account run;
  run.Declare("@version", "1");
  run.Declare("issuing-ca@subject", "CN=Another CA");
  run.AddCertificate(UserRecipe(kNow - 50, true));
  run.Scan();
  EXPECT_TRUE(run.Fact("issuer_is_declared_ca").unknown());
  EXPECT_EQ(run.Fact("issuer_is_declared_ca").why, WhyUnknown::kNotCollected);
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

// A CA that was collected did not sign what bears its name and the identifier of its key.
TEST(FalseSignature, OfTheUsersCertificateProvesNothing) {
  for (const bool forged : {false, true}) {
    Account run;
    const Authority other;
    run.environment_records.Add(
        CertificateRecord{.fields = Scene::Fields(run.ca.certificate.get(), run.environment)});
    run.List(StoreScope::kUser, "my", true);
    const auto leaf =
        tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(), run.ca.certificate.get(),
                     forged ? other.key.get() : run.ca.key.get());
    run.AddUser(leaf.get(), kPassportProvider);
    run.Scan();
    EXPECT_EQ(run.Fact("exists").present(), !forged);
    EXPECT_EQ(run.Fact("not_after").present(), !forged);
    const Table& passport = run.User().facts.TableOf("user.passport_certificate");
    EXPECT_EQ(passport.size(), forged ? 0U : 1U);
    EXPECT_EQ(passport.coverage(), forged ? Coverage::kPartial : Coverage::kComplete);
    if (forged) {
      EXPECT_EQ(run.Fact("exists").why, WhyUnknown::kMalformed);
      EXPECT_EQ(run.Fact("issuer_is_declared_ca").why, WhyUnknown::kMalformed);
    }
  }
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

// A certificate whose SAN holds these URIs, of a user whose SID is `sid`.
struct MappingCase {
  const char* name = nullptr;
  std::vector<const char*> uris{};
  std::string_view sid = kEntraSid;
  bool in_domain = false;
  const char* mapping = "";
};

void PrintTo(const MappingCase& one, std::ostream* out) {
  *out << one.name;
}

class StrongMappingTest : public testing::TestWithParam<MappingCase> {};

TEST_P(StrongMappingTest, HoldsTheSidAgainstTheAccount) {
  Account run;
  tests::Recipe recipe = UserRecipe(kNow - 50, true);
  for (const char* const uri : GetParam().uris) {
    recipe.san.emplace_back("URI", uri);
  }
  std::string container(kHelloContainer);
  container.replace(0, kEntraSid.size(), GetParam().sid);
  CertificateRecord& record = run.AddCertificate(recipe);
  record.context.user_sid = GetParam().sid;
  record.container = readers::Known<std::string_view>::Present(container);
  run.device.Device().facts.Set("device.domain_joined", Cell::Bool(GetParam().in_domain, {}));
  run.Scan();
  EXPECT_EQ(run.Fact("strong_mapping").value.text, GetParam().mapping);
}

constexpr const char* kOwn = "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-1102";
constexpr const char* kForeign = "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-9999";
constexpr const char* kEntra = "tag:microsoft.com,2022-09-14:sid:S-1-12-1-1-2-3-4";

// NOLINTNEXTLINE(modernize-avoid-c-arrays): for ValuesIn
const MappingCase kMappingCases[] = {
    {"OwnSid", {kOwn}, "S-1-5-21-1-2-3-1102", true, "san-uri"},
    {"SidOfAnother", {kForeign}, "S-1-5-21-1-2-3-1102", true, "other-account"},
    {"OwnSidBesideAnother", {kForeign, kOwn}, "S-1-5-21-1-2-3-1102", true, "san-uri"},
    {"EntraSid", {kEntra}, kEntraSid, false, "other-account"},
    {"AccountNotKnown", {kForeign}, kEntraSid, false, "san-uri"},
    {"LocalAccountProvesNothing", {kForeign}, "S-1-5-21-1-2-3-1102", false, "san-uri"},
    {"NoSid", {"urn:x"}, "S-1-5-21-1-2-3-1102", true, "none"},
};

INSTANTIATE_TEST_SUITE_P(Mappings,
                         StrongMappingTest,
                         testing::ValuesIn(kMappingCases),
                         [](const auto& one) { return std::string(one.param.name); });

// Who listed the store, beside what the container is called, and whether they match.
struct ContainerCase {
  const char* name = nullptr;
  readers::Context context{};
  Cell matches{};
};

void PrintTo(const ContainerCase& one, std::ostream* out) {
  *out << one.name;
}

class ContainerMatchTest : public testing::TestWithParam<ContainerCase> {};

TEST_P(ContainerMatchTest, NeedsTheUserFromElsewhere) {
  Account run;
  run.AddRow(UserRecipe(kNow - 50, true)).context = GetParam().context;
  run.Scan();
  EXPECT_TRUE(SameAnswer(run.Fact("container_matches_user"), GetParam().matches, ValueType::kBool));
  EXPECT_EQ(run.User().facts.Get("user.sid").value.text, kEntraSid);
}

const Cell kOpen = Cell::Unknown(WhyUnknown::kNotCollected);
constexpr readers::Account kSomebody = readers::Account::kUser;

// NOLINTNEXTLINE(modernize-avoid-c-arrays): for ValuesIn
const ContainerCase kContainerCases[] = {
    {"NobodyIsTold", {}, kOpen},
    {"OnlyTheSidIsTold", {.account = kSomebody, .user_sid = kEntraSid}, kOpen},
    {"OnlyTheUpnIsTold", {.account = kSomebody, .user_upn = "amanda@contoso.com"}, kOpen},
    {"BothAreTold",
     {.account = kSomebody, .user_sid = kEntraSid, .user_upn = "amanda@contoso.com"},
     Cell::Bool(true, {})},
    {"AnotherUpnIsTold",
     {.account = kSomebody, .user_sid = kEntraSid, .user_upn = "bo@contoso.com"},
     Cell::Bool(false, {})},
};

INSTANTIATE_TEST_SUITE_P(Users,
                         ContainerMatchTest,
                         testing::ValuesIn(kContainerCases),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(Upn, IsNotJudgedByTheNameOfTheContainer) {
  Account run;
  run.AddCertificate(UserRecipe(kNow - 50, true));
  run.Scan();
  EXPECT_TRUE(run.Fact("upn_matches_user").unknown());
}

TEST(Upn, IsJudgedByAToldName) {
  Account run;
  run.AddRow(UserRecipe(kNow - 50, true)).context = {.account = kSomebody,
                                                     .user_upn = "amanda@contoso.com"};
  run.Scan();
  const Cell& matches = run.Fact("upn_matches_user");
  EXPECT_TRUE(matches.present() && matches.value.number == 1);
}

TEST(Container, MatchesTheSidOfAnExportedHive) {
  for (const char* const hive : {"S-1-12-1-1-2-3-4", "S-1-12-1-9-9-9-9"}) {
    Account run;
    run.AddRow(UserRecipe(kNow - 50, true)).context = {.account = kSomebody,
                                                       .user_upn = "amanda@contoso.com"};
    const std::string path =
        std::string("HKEY_USERS\\").append(hive).append("\\SOFTWARE\\Policies");
    run.device_records.Add(readers::RegistryRoot{.path = path, .complete = true});
    run.Scan();
    EXPECT_EQ(run.Fact("container_matches_user").present(), kEntraSid == hive) << hive;
  }
}

TEST(Container, MatchesTheSidOfAScepRequest) {
  Account run;
  run.AddRow(UserRecipe(kNow - 50, true)).context = {.account = kSomebody,
                                                     .user_upn = "amanda@contoso.com"};
  Table& scep = run.device.Device().facts.TableOf("device.scep_enrolment");
  std::vector<Cell> row(scep.spec().columns.size());
  row[static_cast<std::size_t>(FindColumn(scep.spec(), "user_sid"))] = Cell::Text(kEntraSid, {});
  scep.Add(row);
  run.Scan();
  EXPECT_EQ(run.Fact("container_matches_user").value.number, 1);
}

// The CA names a SID beside the UPN: of the account whose container this is, or of another one.
TEST(Container, MatchesTheSidThatTheCaWroteBesideTheUpn) {
  struct Named {
    std::string sid;
    const char* listed_by;
    bool matches;
  };

  const std::string own = "S-1-5-21-1-2-3-1102";
  for (const Named& one :
       {Named{own, "amanda@contoso.com", true},
        Named{"S-1-5-21-1-2-3-9999", "amanda@contoso.com", false}, Named{own, "", false}}) {
    Account run;
    std::string container(kHelloContainer);
    container.replace(0, kEntraSid.size(), own);
    const std::string uri = "tag:microsoft.com,2022-09-14:sid:" + one.sid;
    tests::Recipe recipe = UserRecipe(kNow - 50, true);
    recipe.san.emplace_back("URI", uri.c_str());
    CertificateRecord& record = run.AddRow(recipe);
    record.context = {.account = kSomebody, .user_upn = one.listed_by};
    record.container = readers::Known<std::string_view>::Present(container);
    run.Scan();
    const Cell& answer = run.Fact("container_matches_user");
    EXPECT_EQ(answer.present(), one.matches) << one.sid << one.listed_by;
    EXPECT_EQ(answer.value.number, one.matches ? 1 : 0);
  }
}

// What is known of the user's Hello: NgcSet, a registration event, and the key of the certificate.
struct HelloCase {
  const char* name = nullptr;
  Cell ngc{};
  bool registered = false;
  readers::Known<bool> key{};
  Cell answer{};
};

void PrintTo(const HelloCase& one, std::ostream* out) {
  *out << one.name;
}

class HelloSetUpTest : public testing::TestWithParam<HelloCase> {};

TEST_P(HelloSetUpTest, FollowsTheSurestEvidence) {
  const HelloCase& one = GetParam();
  Account run;
  CertificateRecord& record = run.AddCertificate(UserRecipe(kNow - 50, true));
  record.context = {};
  record.key_present = one.key;
  SubjectFacts& user = run.device.User({.sid = kEntraSid})->facts;
  user.Set("user.ngc_set", one.ngc);
  if (one.registered) {
    user.Set("user.hello_key_registered", Cell::Bool(true, {}));
  }
  run.Scan();
  const Cell& answer = run.User().facts.Get("user.hello_set_up");
  EXPECT_TRUE(SameAnswer(answer, one.answer, ValueType::kBool));
  EXPECT_EQ(answer.why, one.answer.why);
}

const Cell kYes = Cell::Bool(true, {});
const Cell kNo = Cell::Bool(false, {});
const auto kKey = readers::Known<bool>::Present(true);
const auto kNoKey = readers::Known<bool>::Present(false);

// NOLINTNEXTLINE(modernize-avoid-c-arrays): for ValuesIn
const HelloCase kHelloCases[] = {
    {"NgcSet", kYes, false, {}, kYes},
    {"NotSetTodayThoughOnceRegistered", kNo, true, kKey, kNo},
    {"RegistrationEvent", kOpen, true, {}, kYes},
    {"KeyInTheContainer", kOpen, false, kKey, kYes},
    {"KeyThatDsregcmdOfAnotherAccountCouldNotSee", Cell::Unknown(WhyUnknown::kWrongContext), false,
     kKey, kYes},
    {"KeyThatIsGone", kOpen, false, kNoKey, kOpen},
    {"KeyThatWasNotOpened", kOpen, false, {}, kOpen},
    {"RunsThatDisagree", Cell::Unknown(WhyUnknown::kConflicting), true, kKey,
     Cell::Unknown(WhyUnknown::kConflicting)},
    {"OldRun", Cell::Unknown(WhyUnknown::kStale), true, kKey, Cell::Unknown(WhyUnknown::kStale)},
};

INSTANTIATE_TEST_SUITE_P(Evidence,
                         HelloSetUpTest,
                         testing::ValuesIn(kHelloCases),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace

}  // namespace whfb::collectors

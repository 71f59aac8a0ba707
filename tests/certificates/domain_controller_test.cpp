// Domain controllers and their certificates, from records to judged facts.

#include <ostream>

#include <gtest/gtest.h>

#include "forest.h"

namespace whfb::collectors {

namespace {

TEST(DomainController, IsNamedAndJudgedByItsCertificate) {
  const Authority root = MakeAuthority("Root");
  const tests::Recipe recipe = {
      .subject = {},
      .not_before = kNow - 100,
      .not_after = kNow + kYear,
      .extensions = {{"extendedKeyUsage", "clientAuth,serverAuth,1.3.6.1.5.2.3.5"},
                     {"crlDistributionPoints", "URI:http://pki/ca.crl"},
                     {"authorityKeyIdentifier", "keyid"}},
      .san = {{"DNS", "DC1.contoso.com"}, {"DNS", "contoso.com"}, {"DNS", "CONTOSO"}}};
  const auto leaf =
      tests::Issue(recipe, tests::SharedKey(), root.certificate.get(), root.key.get());
  Scene run;
  run.with_environment = true;
  for (X509* const one : {leaf.get(), root.certificate.get()}) {
    run.environment_records.Add(CertificateRecord{.fields = Scene::Fields(one, run.environment)});
  }
  run.AddMachine("root", root.certificate.get());
  run.Scan();
  const Subject* const dc = run.environment.Find(SubjectKind::kDomainController);
  ASSERT_NE(dc, nullptr);
  EXPECT_EQ(dc->name, "dc1.contoso.com");
  EXPECT_EQ(dc->facts.Get("dc.domain_dns_name").value.text, "contoso.com");
  EXPECT_EQ(dc->facts.Get("dc.kdc_certificate.san_has_domain").value.number, 1);
  EXPECT_EQ(dc->facts.Get("dc.kdc_certificate.cdp_has_http").value.number, 1);
  EXPECT_EQ(dc->facts.Get("dc.kdc_certificate.chain_proof").value.text, "signature");
  EXPECT_TRUE(dc->facts.Get("dc.kdc_certificate.key_present").unknown());
  EXPECT_EQ(dc->facts.TableOf("dc.certificate").coverage(), Coverage::kPartial);
  const Table& roots = run.device.Device().facts.TableOf("device.dc_root");
  ASSERT_EQ(roots.size(), 1U);
  EXPECT_EQ(roots.Row(0)[3].value.number, 1);
}

TEST(DomainController, OneInvalidCertificateIsSeenInTheEnvironment) {
  for (const long end : {kNow + kYear, kNow - 50}) {
    Forest forest;
    forest.AddController({.dns = {"dc1.contoso.com", "contoso.com"}}, forest.AddFile("dc1.txt"));
    forest.AddController({.dns = {"dc2.contoso.com", "contoso.com"}, .to = end},
                         forest.AddFile("dc2.txt"));
    forest.Scan();
    const Cell& seen =
        forest.environment.Environment().facts.Get("environment.invalid_kdc_certificate_seen");
    ASSERT_TRUE(seen.present());
    EXPECT_EQ(seen.value.number, end < kNow ? 1 : 0);
  }
}

TEST(DomainController, IsCalledAsItsCommonNameSays) {
  // An alias that every domain controller carries comes first in the SAN of both.
  Forest forest;
  forest.AddController(
      {.common_name = "dc2.lab.com", .dns = {"ldap.lab.com", "dc2.lab.com", "lab.com"}},
      forest.AddFile("d2/my.txt"));
  forest.AddController({.common_name = "dc3.lab.com",
                        .dns = {"ldap.lab.com", "dc3.lab.com", "lab.com"},
                        .to = kNow - 50},
                       forest.AddFile("d3/my.txt"));
  forest.Scan();
  EXPECT_EQ(forest.Controllers(), 2U);
  ASSERT_NE(forest.Controller("dc2.lab.com"), nullptr);
  ASSERT_NE(forest.Controller("dc3.lab.com"), nullptr);
  EXPECT_EQ(forest.Controller("dc3.lab.com")->facts.TableOf("dc.certificate").size(), 1U);
}

struct Naming {
  const char* name = nullptr;
  Plan plan{};
  const char* path = "";
  const char* host = "";  // expected
};

void PrintTo(const Naming& naming, std::ostream* out) {
  *out << naming.name;
}

class ControllerNamingTest : public testing::TestWithParam<Naming> {};

TEST_P(ControllerNamingTest, FindsTheHost) {
  Forest forest;
  forest.Declare("forest/domain-controllers/domain-controller@name", "DC7.lab.com.");
  forest.AddController(GetParam().plan, forest.AddFile(GetParam().path));
  forest.Scan();
  ASSERT_EQ(forest.Controllers(), 1U);
  EXPECT_NE(forest.Controller(GetParam().host), nullptr);
}

// NOLINTNEXTLINE(modernize-avoid-c-arrays): for ValuesIn
const Naming kNamings[] = {
    {"OneSanEntryBelowAnother", {.dns = {"lab.com", "DC1.lab.com", "LAB"}}, "x.txt", "dc1.lab.com"},
    {"TheDomainIsBelowAnotherDomain",
     {.dns = {"emea.lab.com", "lab.com", "dc1.emea.lab.com"}},
     "x.txt",
     "dc1.emea.lab.com"},
    {"CommonNameWithoutDomain",
     {.common_name = "DC2", .dns = {"ldap.lab.com", "dc2.lab.com", "lab.com"}},
     "x.txt",
     "dc2.lab.com"},
    {"NoSan", {.common_name = "dc4.lab.com"}, "x.txt", "dc4.lab.com"},
    {"FolderOfTheListing",
     {.dns = {"ldap.lab.com", "dc5.lab.com", "lab.com"}},
     "exports/DC5/certutil_-store_my.txt",
     "dc5.lab.com"},
    {"FileOfTheListing",
     {.dns = {"ldap.lab.com", "dc5.lab.com", "lab.com"}},
     "exports/dc5.lab.com.txt",
     "dc5.lab.com"},
    {"DeclaredName", {.dns = {"ldap.lab.com", "dc7.lab.com", "lab.com"}}, "x.txt", "dc7.lab.com"},
};

INSTANTIATE_TEST_SUITE_P(Names,
                         ControllerNamingTest,
                         testing::ValuesIn(kNamings),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(DomainController, AnAliasThatAnotherStoreNamesTooIsNoHost) {
  Forest forest;
  const std::uint32_t first = forest.AddFile("a.txt");
  const std::uint32_t second = forest.AddFile("b.txt");
  forest.AddController({.dns = {"ldap.lab.com", "dc2.lab.com", "lab.com"}}, first);
  forest.AddController({.dns = {"ldap.lab.com", "dc3.lab.com", "lab.com"}}, second);
  forest.Scan();
  EXPECT_EQ(forest.Controllers(), 2U);
  EXPECT_NE(forest.Controller("dc2.lab.com"), nullptr);
  EXPECT_NE(forest.Controller("dc3.lab.com"), nullptr);
}

// The store of dc9, which holds the certificate of a web server and nothing for the KDC.
struct StoreWithoutKdc : Forest {
  explicit StoreWithoutKdc(bool complete, bool named = true) {
    const std::uint32_t file = AddFile("DC9/dc-my.txt");
    tests::Recipe web = RecipeOf({.common_name = "www.lab.com", .dns = {"www.lab.com"}});
    web.extensions[0].second = "serverAuth";
    const auto leaf = tests::Issue(web, tests::SharedKey(), root.certificate.get(), root.key.get());
    environment_records.Add(CertificateRecord{.fields = Fields(leaf.get(), environment),
                                              .scope = StoreScope::kMachine,
                                              .store = "my",
                                              .archived = readers::Known<bool>::Present(false),
                                              .source = {.evidence = file}});
    ListStore(file, complete);
    if (named) {
      Declare("forest/domain-controllers/domain-controller@name", "dc9.lab.com");
    }
    Scan();
  }
};

TEST(DomainController, ADeclaredOneWhoseStoreHoldsNothingForTheKdcFails) {
  const StoreWithoutKdc forest(true);
  const Subject* const controller = forest.Controller("dc9.lab.com");
  ASSERT_NE(controller, nullptr);
  const Cell& exists = controller->facts.Get("dc.kdc_certificate.exists");
  ASSERT_TRUE(exists.present());
  EXPECT_EQ(exists.value.number, 0);
  EXPECT_EQ(controller->facts.TableOf("dc.certificate").size(), 1U);
  EXPECT_EQ(controller->facts.Get("dc.dns_name").value.text, "dc9.lab.com");
  EXPECT_TRUE(controller->facts.Get("dc.kdc_certificate.sha1").absent());
}

TEST(DomainController, ACutListingOfADeclaredOneLeavesItOpen) {
  const StoreWithoutKdc forest(false);
  const Subject* const controller = forest.Controller("dc9.lab.com");
  ASSERT_NE(controller, nullptr);
  EXPECT_EQ(controller->facts.Get("dc.kdc_certificate.exists").why, WhyUnknown::kTruncated);
}

TEST(DomainController, AStoreOfNobodyDeclaredMakesNone) {
  EXPECT_EQ(StoreWithoutKdc(true, false).Controllers(), 0U);
}

TEST(DomainController, AnEmptySubjectInTheListingIsTheOneOfTheCertificateFile) {
  // Kerberos Authentication leaves the subject empty: the text names no host, the file does.
  Forest forest;
  const std::uint32_t file = forest.AddFile("dc1.cer");
  const std::uint32_t listing = forest.AddFile("my.txt");
  forest.AddController({.dns = {"dc1.lab.com", "lab.com"}}, file);
  CertificateRecord text = forest.environment_records.Of<CertificateRecord>()[0];
  text.fields = {.sha1 = text.fields.sha1};
  text.fields.template_name = readers::Known<std::string_view>::Present("KerberosAuthentication");
  text.source = {.evidence = listing};
  forest.environment_records.Add(text);
  forest.ListStore(listing);
  forest.Scan();
  ASSERT_EQ(forest.Controllers(), 1U);
  const Table& table = forest.Controller("dc1.lab.com")->facts.TableOf("dc.certificate");
  EXPECT_EQ(table.coverage(), Coverage::kComplete);
  EXPECT_EQ(table.size(), 1U);
}

// A certificate file of dc1 beside the complete listing of its store, which holds one that has
// expired.
struct FileBesideListing : Forest {
  explicit FileBesideListing(bool complete) {
    const std::uint32_t listing = AddFile("dc1/my.txt");
    AddController({.dns = {"dc1.lab.com", "lab.com"}, .to = kNow - 50}, listing);
    ListStore(listing, complete);
    AddLoose({.dns = {"dc1.lab.com", "lab.com"}, .from = kNow - 60}, root);
    Scan();
  }

  void AddLoose(const Plan& plan, const Authority& signer) {
    const auto leaf = tests::Issue(RecipeOf(plan), tests::SharedKey(), signer.certificate.get(),
                                   signer.key.get());
    environment_records.Add(CertificateRecord{.fields = Fields(leaf.get(), environment),
                                              .source = {.evidence = AddFile("dc1/new.cer")}});
  }
};

TEST(DomainController, AFileThatTheListedStoreDoesNotHoldIsNoCertificateOfIt) {
  const FileBesideListing forest(true);
  const SubjectFacts& facts = forest.Controller("dc1.lab.com")->facts;
  EXPECT_EQ(facts.TableOf("dc.certificate").size(), 1U);
  EXPECT_EQ(facts.Get("dc.kdc_certificate.not_after").value.time.earliest, TicksOf(kNow - 50));
  EXPECT_EQ(forest.environment.evidence[1].remark,
            "the store of dc1.lab.com was listed and holds no such certificate");
  EXPECT_EQ(forest.environment.evidence[1].doubtful, 0U);
}

TEST(DomainController, AFileCountsBesideAListingThatWasCut) {
  const FileBesideListing forest(false);
  const SubjectFacts& facts = forest.Controller("dc1.lab.com")->facts;
  EXPECT_EQ(facts.TableOf("dc.certificate").size(), 2U);
  EXPECT_EQ(facts.Get("dc.kdc_certificate.not_after").value.time.earliest, TicksOf(kNow + kYear));
  EXPECT_EQ(forest.environment.evidence[1].remark, "");
}

// Somebody else's key signed it under the name of the collected CA and with its key identifier.
struct Foreign : Forest {
  explicit Foreign(bool foreign, long to = kNow + kYear, int copies = 1) {
    Authority other;
    other.certificate = tests::Issue(CaRecipe("Root"), root.key.get(), nullptr, nullptr);
    for (int copy = 0; copy < copies; ++copy) {
      environment_records.Add(
          CertificateRecord{.fields = Fields(root.certificate.get(), environment)});
    }
    const auto leaf =
        tests::Issue(RecipeOf({.dns = {"dc1.lab.com", "lab.com"}, .to = to}), tests::SharedKey(),
                     root.certificate.get(), foreign ? other.key.get() : root.key.get());
    environment_records.Add(CertificateRecord{.fields = Fields(leaf.get(), environment),
                                              .source = {.evidence = AddFile("dc1.cer")}});
    Scan();
  }
};

TEST(DomainController, ACertificateWhoseSignatureIsFalseProvesNothing) {
  for (const bool foreign : {false, true}) {
    const Foreign forest(foreign);
    const SubjectFacts& facts = forest.Controller("dc1.lab.com")->facts;
    const Cell& exists = facts.Get("dc.kdc_certificate.exists");
    EXPECT_EQ(exists.present(), !foreign);
    EXPECT_EQ(facts.Get("dc.kdc_certificate.not_after").present(), !foreign);
    EXPECT_EQ(forest.environment.evidence[0].doubtful, foreign ? 1U : 0U);
    if (foreign) {
      EXPECT_EQ(exists.why, WhyUnknown::kMalformed);
      EXPECT_EQ(forest.environment.evidence[0].remark,
                "a certificate is not signed by the CA whose name and key it names");
    }
  }
}

// As a folder of each domain controller holds one.
TEST(DomainController, ManyCopiesOfTheCaHideNoFalseSignature) {
  const Foreign forest(true, kNow + kYear, 40);
  EXPECT_EQ(forest.Controller("dc1.lab.com")->facts.Get("dc.kdc_certificate.exists").why,
            WhyUnknown::kMalformed);
}

TEST(DomainController, WhetherAnInvalidCertificateIsSeenIsOpenWhereTheOnlyOneIsDoubtful) {
  Foreign forest(true, kNow - 50);
  EXPECT_TRUE(forest.environment.Environment()
                  .facts.Get("environment.invalid_kdc_certificate_seen")
                  .unknown());
}

// What follows the expired certificate in the store of dc1.
enum class Rest { kNothing, kCut, kWithoutUsages };

void PrintTo(Rest rest, std::ostream* out) {
  *out << static_cast<int>(rest);
}

class ExpiredControllerTest : public testing::TestWithParam<Rest> {};

TEST_P(ExpiredControllerTest, IsNotJudgedWhereTheRenewedOneMayBeUnseen) {
  Forest forest;
  const std::uint32_t listing = forest.AddFile("dc1/my.txt");
  forest.AddController({.dns = {"dc1.lab.com", "lab.com"}, .to = kNow - 50}, listing);
  if (GetParam() == Rest::kWithoutUsages) {
    CertificateRecord text = forest.environment_records.Of<CertificateRecord>()[0];
    text.fields = {
        .sha1 = readers::Known<std::string_view>::Present("aa01"),
        .not_before =
            readers::Known<TimeInterval>::Present({TicksOf(kNow - 60), TicksOf(kNow - 60)}),
        .not_after =
            readers::Known<TimeInterval>::Present({TicksOf(kNow + kYear), TicksOf(kNow + kYear)})};
    text.fields.subject = readers::Known<std::string_view>::Present("CN=dc1.lab.com");
    forest.environment_records.Add(text);
    forest.Declare("forest/domain-controllers/domain-controller@name", "dc1.lab.com");
  }
  forest.ListStore(listing, GetParam() != Rest::kCut);
  forest.Scan();
  const bool judged = GetParam() == Rest::kNothing;
  const Cell& exists = forest.Controller("dc1.lab.com")->facts.Get("dc.kdc_certificate.exists");
  EXPECT_EQ(exists.present(), judged);
  if (!judged) {
    EXPECT_EQ(exists.why,
              GetParam() == Rest::kCut ? WhyUnknown::kTruncated : WhyUnknown::kAmbiguous);
  }
  const Cell& seen =
      forest.environment.Environment().facts.Get("environment.invalid_kdc_certificate_seen");
  EXPECT_EQ(seen.present() && seen.value.number == 1, judged);
  EXPECT_EQ(seen.unknown(), GetParam() == Rest::kCut);
}

INSTANTIATE_TEST_SUITE_P(Rests,
                         ExpiredControllerTest,
                         testing::Values(Rest::kNothing, Rest::kCut, Rest::kWithoutUsages));

}  // namespace

}  // namespace whfb::collectors

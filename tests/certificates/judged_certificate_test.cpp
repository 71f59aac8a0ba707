// From certificates to judged facts, through the collectors and derivations as a scan runs them.

#include <functional>

#include <gtest/gtest.h>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/readers/x509.h"
#include "generated_certificate.h"

namespace whfb::collectors {

namespace {

using readers::CertificateRecord;
using readers::StoreListing;
using readers::StoreScope;

constexpr long kNow = 1'750'000'000;
constexpr long kYear = 31'536'000;
constexpr std::string_view kSid = "S-1-12-1-1-2-3-4";
constexpr std::string_view kContainer =
    "S-1-12-1-1-2-3-4/5f3c0000-0000-0000-0000-000000000000/login.windows.net/"
    "11111111-1111-1111-1111-111111111111/Amanda@contoso.com";

Ticks TicksOf(long seconds) {
  return kUnixEpochTicks + seconds * kTicksPerSecond;
}

// A CA that issues; the certificates of a test hang below one.
struct Authority {
  tests::Key key = tests::MakeEcKey("P-256");
  tests::Certificate certificate{};
};

tests::Recipe CaRecipe(const char* name) {
  return {.subject = {{"CN", name}},
          .not_before = kNow - 10 * kYear,
          .not_after = kNow + 10 * kYear,
          .extensions = {{"basicConstraints", "critical,CA:TRUE"},
                         {"subjectKeyIdentifier", "hash"},
                         {"authorityKeyIdentifier", "keyid"}}};
}

Authority MakeAuthority(const char* name, const Authority* parent = nullptr) {
  Authority authority;
  authority.certificate = tests::Issue(CaRecipe(name), authority.key.get(),
                                       parent == nullptr ? nullptr : parent->certificate.get(),
                                       parent == nullptr ? nullptr : parent->key.get());
  return authority;
}

tests::Recipe UserRecipe(long from, bool logon) {
  tests::Recipe recipe = {
      .subject = {{"CN", "amanda@contoso.com"}},
      .serial = from,
      .not_before = from,
      .not_after = from + kYear,
      .extensions = {{"extendedKeyUsage",
                      logon ? "clientAuth,1.3.6.1.4.1.311.20.2.2" : "clientAuth"},
                     {"authorityKeyIdentifier", "keyid"}},
      .san = {{"UPN", "amanda@contoso.com"}}};
  return recipe;
}

// One scan: a device and, when asked for, its environment.
struct Scene {
  FactCatalog catalog = MakeCatalog();
  FactSpace device{catalog};
  FactSpace environment{catalog};
  readers::Records device_records{device.pool};
  readers::Records environment_records{environment.pool};
  Declared declared{};
  bool with_environment = false;

  static readers::CertificateFields Fields(X509* certificate, FactSpace& space) {
    auto fields = readers::ParseCertificate(tests::Der(certificate), space.pool,
                                            readers::Hashes::kSha1AndSha256, "test");
    EXPECT_TRUE(fields);
    return *fields;
  }

  CertificateRecord& AddUser(X509* certificate, std::string_view provider) {
    return device_records.Add(
        CertificateRecord{.fields = Fields(certificate, device),
                          .scope = StoreScope::kUser,
                          .store = "my",
                          .archived = readers::Known<bool>::Present(false),
                          .provider = readers::Known<std::string_view>::Present(provider),
                          .container = provider == kPassportProvider
                                           ? readers::Known<std::string_view>::Present(kContainer)
                                           : readers::Known<std::string_view>::Present("te-1"),
                          .context = {.account = readers::Account::kUser, .user_sid = kSid},
                          .source = {.evidence = 1}});
  }

  void AddMachine(std::string_view store, X509* certificate) {
    device_records.Add(CertificateRecord{.fields = Fields(certificate, device),
                                         .scope = StoreScope::kMachine,
                                         .store = store,
                                         .source = {.evidence = 2}});
  }

  void List(StoreScope scope,
            std::string_view store,
            bool complete,
            readers::Account account = readers::Account::kUser) {
    const bool user = scope == StoreScope::kUser && account == readers::Account::kUser;
    device_records.Add(
        StoreListing{.scope = scope,
                     .store = store,
                     .complete = complete,
                     .context = {.account = account, .user_sid = user ? kSid : std::string_view{}},
                     .source = {.evidence = scope == StoreScope::kUser ? 1U : 2U}});
  }

  void Collect(Scope scope, const readers::Records& records, FactSpace& facts) {
    for (const CollectorSpec* const collector : AllCollectors()) {
      if (collector->scope == scope) {
        collector->collect({.records = records, .declared = declared}, facts);
      }
    }
  }

  void Derive(Scope scope, FactSpace& facts, const FactSpace* around) {
    for (const DerivationSpec* const derivation : AllDerivations()) {
      if (derivation->scope == scope) {
        derivation->derive(
            {.moment = {.now = TicksOf(kNow)}, .declared = declared, .environment = around}, facts);
      }
    }
  }

  void Scan() {
    Collect(Scope::kEnvironment, environment_records, environment);
    Derive(Scope::kEnvironment, environment, nullptr);
    Collect(Scope::kDevice, device_records, device);
    Derive(Scope::kDevice, device, with_environment ? &environment : nullptr);
  }

  [[nodiscard]] const Subject& User() const {
    const Subject* const user = device.Find(SubjectKind::kUser);
    EXPECT_NE(user, nullptr);
    return *user;
  }

  [[nodiscard]] const Cell& Fact(std::string_view name) const {
    return User().facts.Get("user.rdp_certificate." + std::string(name));
  }
};

TEST(RdpCertificate, TakesContainerAndEkuFromOneCertificate) {
  // The decoy: the EKU is on B, the Hello container on A. A is judged, and lacks the EKU.
  const Authority ca = MakeAuthority("CA");
  const auto a = tests::Issue(UserRecipe(kNow - 100, false), tests::SharedKey(),
                              ca.certificate.get(), ca.key.get());
  const auto b = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(), ca.certificate.get(),
                              ca.key.get());
  Scene run;
  run.AddUser(b.get(), "Microsoft Software Key Storage Provider");
  const auto sha1 = run.AddUser(a.get(), kPassportProvider).fields.sha1.value;
  run.List(StoreScope::kUser, "my", true);
  run.Scan();
  EXPECT_EQ(run.Fact("sha1").value.text, sha1);
  EXPECT_EQ(run.Fact("eku").value.list.size(), 1U);
  EXPECT_EQ(run.Fact("candidates").value.number, 2);
  EXPECT_EQ(run.Fact("container_sid").value.text, kSid);
  EXPECT_EQ(run.Fact("container_matches_user").value.number, 1);
  EXPECT_EQ(run.Fact("upn_matches_user").value.number, 1);
  EXPECT_EQ(run.Fact("strong_mapping").value.text, "none");
  EXPECT_EQ(run.User().facts.Get("user.upn").value.text, "amanda@contoso.com");
}

TEST(RdpCertificate, TakesTheRenewedOneBesideTheExpired) {
  const Authority ca = MakeAuthority("CA");
  const auto old = tests::Issue(UserRecipe(kNow - 2 * kYear, true), tests::SharedKey(),
                                ca.certificate.get(), ca.key.get());
  const auto renewed = tests::Issue(UserRecipe(kNow - 100, true), tests::SharedKey(),
                                    ca.certificate.get(), ca.key.get());
  Scene run;
  const auto sha1 = run.AddUser(renewed.get(), kPassportProvider).fields.sha1.value;
  run.AddUser(old.get(), kPassportProvider);
  run.List(StoreScope::kUser, "my", true);
  run.Scan();
  EXPECT_EQ(run.Fact("sha1").value.text, sha1);
  EXPECT_EQ(run.Fact("renewal_from").value.time.earliest, TicksOf(kNow - 100 + kYear / 5 * 4));
}

TEST(RdpCertificate, DoesNotExistWhenOnlyKeyTrustIsThere) {
  Scene run;
  const auto key_trust =
      tests::Issue(UserRecipe(kNow - 100, true), tests::SharedKey(), nullptr, nullptr);
  run.AddUser(key_trust.get(), kPassportProvider);
  run.List(StoreScope::kUser, "my", true);
  run.Scan();
  EXPECT_TRUE(run.Fact("exists").present());
  EXPECT_EQ(run.Fact("exists").value.number, 0);
  EXPECT_TRUE(run.Fact("sha1").absent());
  const Table& passport = run.User().facts.TableOf("user.passport_certificate");
  EXPECT_EQ(passport.size(), 1U);
  EXPECT_EQ(passport.coverage(), Coverage::kComplete);
}

TEST(RdpCertificate, IsUnknownWhenAPartOfTheStoreShowsNoHelloKey) {
  const Authority ca = MakeAuthority("CA");
  const auto other = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                  ca.certificate.get(), ca.key.get());
  Scene run;
  run.AddUser(other.get(), "Microsoft Software Key Storage Provider");
  run.List(StoreScope::kUser, "my", false);
  run.Scan();
  EXPECT_TRUE(run.Fact("exists").unknown());
  EXPECT_EQ(run.Fact("exists").why, WhyUnknown::kTruncated);
}

TEST(RdpCertificate, IsUnknownWhenSystemListedTheStore) {
  const Authority ca = MakeAuthority("CA");
  const auto one = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                ca.certificate.get(), ca.key.get());
  Scene run;
  run.AddUser(one.get(), kPassportProvider).context = {.account = readers::Account::kSystem};
  run.List(StoreScope::kUser, "my", true, readers::Account::kSystem);
  run.device.User({.sid = "S-1-5-21-1-2-3-1001"});
  run.Scan();
  EXPECT_EQ(run.device.subjects().size(), 2U);  // the device and the user known from elsewhere
  EXPECT_EQ(run.Fact("exists").why, WhyUnknown::kWrongContext);
}

TEST(RdpCertificate, CountsRowsOfAnUntoldAccountByTheirContainer) {
  const Authority ca = MakeAuthority("CA");
  const auto one = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                ca.certificate.get(), ca.key.get());
  Scene run;
  run.AddUser(one.get(), kPassportProvider).context = {};
  run.List(StoreScope::kUser, "my", true, readers::Account::kUnknown);
  run.Scan();
  EXPECT_EQ(run.Fact("exists").value.number, 1);
  EXPECT_EQ(run.User().facts.TableOf("user.certificate").coverage(), Coverage::kPartial);

  Scene settled;
  settled.declared.collected_as = kSid;
  settled.AddUser(one.get(), kPassportProvider).context = {};
  settled.List(StoreScope::kUser, "my", true, readers::Account::kUnknown);
  settled.Scan();
  EXPECT_EQ(settled.User().facts.TableOf("user.certificate").coverage(), Coverage::kComplete);
}

TEST(Chain, IsProvenBySignatureThroughAnIntermediate) {
  const Authority root = MakeAuthority("Root");
  const Authority issuing = MakeAuthority("Issuing", &root);
  const auto leaf = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                 issuing.certificate.get(), issuing.key.get());
  Scene run;
  run.AddUser(leaf.get(), kPassportProvider);
  run.List(StoreScope::kUser, "my", true);
  run.AddMachine("root", root.certificate.get());
  run.AddMachine("ca", issuing.certificate.get());
  run.Scan();
  EXPECT_EQ(run.Fact("chain_proof").value.text, "signature");
  EXPECT_EQ(run.Fact("chain_root_in_device_root").value.number, 1);
  EXPECT_EQ(run.Fact("chain_intermediates_in_device_ca").value.number, 1);
}

TEST(Chain, TellsThatTheIntermediateIsMissing) {
  const Authority root = MakeAuthority("Root");
  const Authority issuing = MakeAuthority("Issuing", &root);
  const auto leaf = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                 issuing.certificate.get(), issuing.key.get());
  for (const bool complete : {true, false}) {
    Scene run;
    run.AddUser(leaf.get(), kPassportProvider);
    run.List(StoreScope::kUser, "my", true);
    run.AddMachine("root", root.certificate.get());
    run.List(StoreScope::kMachine, "root", complete);
    run.List(StoreScope::kMachine, "ca", complete);
    run.Scan();
    EXPECT_TRUE(run.Fact("chain_root_sha1").unknown());
    EXPECT_EQ(run.Fact("chain_intermediates_in_device_ca").present(), complete);
    EXPECT_EQ(run.Fact("chain_intermediates_in_device_ca").value.number, 0);
  }
}

TEST(Chain, PrefersTheTrustedRootOfACrossSignedCa) {
  const Authority trusted = MakeAuthority("New Root");
  const Authority other = MakeAuthority("Old Root");
  Authority issuing = MakeAuthority("Issuing", &other);
  const auto cross = tests::Issue(CaRecipe("Issuing"), issuing.key.get(), trusted.certificate.get(),
                                  trusted.key.get());
  const auto leaf = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                 issuing.certificate.get(), issuing.key.get());
  Scene run;
  run.AddUser(leaf.get(), kPassportProvider);
  run.List(StoreScope::kUser, "my", true);
  run.AddMachine("ca", other.certificate.get());
  run.AddMachine("ca", issuing.certificate.get());
  run.AddMachine("ca", cross.get());
  run.AddMachine("root", trusted.certificate.get());
  run.Scan();
  EXPECT_EQ(run.Fact("chain_root_in_device_root").value.number, 1);
  EXPECT_EQ(run.Fact("chain_proof").value.text, "signature");
}

TEST(Chain, NamesAloneProveNothing) {
  const Authority root = MakeAuthority("Root");
  const auto leaf = tests::Issue(UserRecipe(kNow - 50, true), tests::SharedKey(),
                                 root.certificate.get(), root.key.get());
  Scene run;
  readers::CertificateFields& text = run.AddUser(leaf.get(), kPassportProvider).fields;
  text.der = {};  // certutil text: names and thumbprint only
  text.authority_key_id = {};
  run.List(StoreScope::kUser, "my", true);
  run.AddMachine("root", root.certificate.get());
  run.Scan();
  EXPECT_EQ(run.Fact("chain_proof").value.text, "name");
  EXPECT_EQ(run.Fact("chain_root_in_device_root").why, WhyUnknown::kAmbiguous);
}

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

}  // namespace

}  // namespace whfb::collectors

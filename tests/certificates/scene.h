// One scan over made certificates: a device and, when asked for, its environment, through the
// collectors and derivations as a scan runs them.

#ifndef WHFB_TESTS_CERTIFICATES_SCENE_H_
#define WHFB_TESTS_CERTIFICATES_SCENE_H_

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/readers/x509.h"
#include "generated_certificate.h"

namespace whfb::collectors {

using readers::CertificateRecord;
using readers::StoreListing;
using readers::StoreScope;

inline constexpr long kNow = 1'750'000'000;
inline constexpr long kYear = 31'536'000;
inline constexpr std::string_view kEntraSid = "S-1-12-1-1-2-3-4";
inline constexpr std::string_view kHelloContainer =
    "S-1-12-1-1-2-3-4/5f3c0000-0000-0000-0000-000000000000/login.windows.net/"
    "11111111-1111-1111-1111-111111111111/Amanda@contoso.com";

inline Ticks TicksOf(long seconds) {
  return kUnixEpochTicks + seconds * kTicksPerSecond;
}

// A CA that issues; the certificates of a test hang below one.
struct Authority {
  tests::Key key = tests::MakeEcKey("P-256");
  tests::Certificate certificate{};
};

inline tests::Recipe CaRecipe(const char* name) {
  return {.subject = {{"CN", name}},
          .not_before = kNow - 10 * kYear,
          .not_after = kNow + 10 * kYear,
          .extensions = {{"basicConstraints", "critical,CA:TRUE"},
                         {"subjectKeyIdentifier", "hash"},
                         {"authorityKeyIdentifier", "keyid"}}};
}

inline Authority MakeAuthority(const char* name, const Authority* parent = nullptr) {
  Authority authority;
  authority.certificate = tests::Issue(CaRecipe(name), authority.key.get(),
                                       parent == nullptr ? nullptr : parent->certificate.get(),
                                       parent == nullptr ? nullptr : parent->key.get());
  return authority;
}

inline tests::Recipe UserRecipe(long from, bool logon) {
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
    return device_records.Add(CertificateRecord{
        .fields = Fields(certificate, device),
        .scope = StoreScope::kUser,
        .store = "my",
        .archived = readers::Known<bool>::Present(false),
        .provider = readers::Known<std::string_view>::Present(provider),
        .container = provider == kPassportProvider
                         ? readers::Known<std::string_view>::Present(kHelloContainer)
                         : readers::Known<std::string_view>::Present("te-1"),
        .context = {.account = readers::Account::kUser, .user_sid = kEntraSid},
        .source = {.evidence = 1}});
  }

  CertificateRecord& AddMachine(std::string_view store, X509* certificate) {
    return device_records.Add(CertificateRecord{.fields = Fields(certificate, device),
                                                .scope = StoreScope::kMachine,
                                                .store = store,
                                                .source = {.evidence = 2}});
  }

  void List(StoreScope scope,
            std::string_view store,
            bool complete,
            readers::Account account = readers::Account::kUser) {
    const bool user = scope == StoreScope::kUser && account == readers::Account::kUser;
    device_records.Add(StoreListing{
        .scope = scope,
        .store = store,
        .complete = complete,
        .context = {.account = account, .user_sid = user ? kEntraSid : std::string_view{}},
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

}  // namespace whfb::collectors

#endif  // WHFB_TESTS_CERTIFICATES_SCENE_H_

// Whether the issuer of a certificate is in NTAuth, with certificates that OpenSSL signed.

#include <gtest/gtest.h>

#include "collectors/certificate_rows.h"
#include "collectors/derived/ntauth_issuer.h"
#include "collectors/readers/x509.h"
#include "tests/certificates/generated_certificate.h"
#include "tests/directory/directory_run.h"

namespace whfb::test {

namespace {

constexpr long kNow = 1'750'000'000;

std::string Base64(const tests::Bytes& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

struct Authority {
  tests::Key key = tests::MakeEcKey("P-256");
  tests::Certificate certificate{};
};

tests::Recipe CaRecipe(const char* name, long serial = 1, bool key_ids = true) {
  tests::Recipe recipe = {.subject = {{"CN", name}},
                          .serial = serial,
                          .not_before = kNow - 1000,
                          .not_after = kNow + 1000,
                          .extensions = {{"basicConstraints", "critical,CA:TRUE"}}};
  if (key_ids) {
    recipe.extensions.emplace_back("subjectKeyIdentifier", "hash");
  }
  return recipe;
}

Authority MakeAuthority(const char* name) {
  Authority authority;
  authority.certificate = tests::Issue(CaRecipe(name), authority.key.get(), nullptr, nullptr);
  return authority;
}

std::string NtAuth(std::initializer_list<const X509*> certificates) {
  std::string text =
      "dn: CN=NTAuthCertificates,CN=Public Key Services,CN=Services,CN=Configuration,DC=a\n"
      "objectClass: certificationAuthority\n";
  for (const X509* const certificate : certificates) {
    text.append("cACertificate:: ").append(Base64(tests::Der(certificate))).append("\n");
  }
  return text + "\n";
}

std::string EnrolmentService(const X509* certificate) {
  return "dn: CN=CA,CN=Enrollment Services,CN=Public Key Services,CN=Services,CN=Configuration,"
         "DC=a\nobjectClass: pKIEnrollmentService\ncn: CA\ncACertificate:: " +
         Base64(tests::Der(certificate)) + "\n\n";
}

// The answer for a leaf that `issuer` signed, in this environment.
std::string Ask(Environment& environment, const Authority& issuer) {
  const tests::Recipe recipe = {.subject = {{"CN", "user"}},
                                .not_before = kNow,
                                .not_after = kNow + 10,
                                .extensions = {{"authorityKeyIdentifier", "keyid"}}};
  const auto leaf =
      tests::Issue(recipe, tests::SharedKey(), issuer.certificate.get(), issuer.key.get());
  const auto fields = readers::ParseCertificate(tests::Der(leaf.get()), environment.facts.pool,
                                                readers::Hashes::kSha1, "leaf");
  const auto row = collectors::FillCertificateRow({.fields = *fields}, environment.facts);
  collectors::ChainBuilder builder;
  builder.AddTable(environment.TableOf("environment.ca_certificate"), environment.facts, false);
  return Answer(collectors::IssuerInNtAuth(builder, collectors::NodeOfRow(row, environment.facts),
                                           environment.TableOf("environment.ntauth_certificate")),
                ValueType::kBool);
}

TEST(NtAuthTest, KnowsItsIssuersBySignature) {
  const Authority ours = MakeAuthority("Ours");
  const Authority other = MakeAuthority("Other");
  Environment environment;
  environment.Add(readers::kLdifReader, NtAuth({ours.certificate.get()}))
      .Add(readers::kLdifReader, EnrolmentService(other.certificate.get()))
      .Finish();
  EXPECT_EQ(Ask(environment, ours), "true");
  EXPECT_EQ(Ask(environment, other), "false");
}

TEST(NtAuthTest, AnotherCaOfTheSameNameIsNotTheIssuer) {
  const Authority ours = MakeAuthority("CA");
  const Authority impostor = MakeAuthority("CA");
  Environment environment;
  environment.Add(readers::kLdifReader, NtAuth({ours.certificate.get()})).Finish();
  EXPECT_EQ(Ask(environment, impostor), "false");
}

TEST(NtAuthTest, ARenewedCertificateOfTheSameKeyCounts) {
  const Authority ours = MakeAuthority("CA");
  const auto renewed = tests::Issue(CaRecipe("CA", 2), ours.key.get(), nullptr, nullptr);
  Environment environment;
  environment.Add(readers::kLdifReader, NtAuth({renewed.get()})).Finish();
  EXPECT_EQ(Ask(environment, ours), "true");
}

TEST(NtAuthTest, AThumbprintCountsWhenItsCertificateIsKnown) {
  const Authority ours = MakeAuthority("CA");
  TextPool pool;
  const auto fields = readers::ParseCertificate(tests::Der(ours.certificate.get()), pool,
                                                readers::Hashes::kSha1, "ca");
  const std::string json =
      R"({"data":[{"Properties":{"name":"NTAUTHCERTIFICATES@A","certthumbprints":[")" +
      std::string(fields->sha1.value) + R"("]}}],"meta":{"type":"ntauthstores","version":6}})";
  Environment unknown;
  unknown.Add(readers::kBloodhoundReader, json).Finish();
  EXPECT_EQ(Ask(unknown, ours), "unknown (not-collected)");
  Environment known;
  known.Add(readers::kBloodhoundReader, json)
      .Add(readers::kLdifReader, EnrolmentService(ours.certificate.get()))
      .Finish();
  EXPECT_EQ(Ask(known, ours), "true");
}

TEST(NtAuthTest, WithoutTheStoreNothingIsKnown) {
  const Authority ours = MakeAuthority("CA");
  Environment environment;
  environment.Add(readers::kLdifReader, EnrolmentService(ours.certificate.get())).Finish();
  EXPECT_EQ(Ask(environment, ours), "unknown (not-collected)");
  std::string damaged = NtAuth({ours.certificate.get()});
  damaged.replace(damaged.find("cACertificate:: ") + 16, 8, "AAAAAAAA");
  Environment broken;
  broken.Add(readers::kLdifReader, damaged).Finish();
  EXPECT_EQ(Ask(broken, ours), "unknown (malformed)");
}

TEST(NtAuthTest, AnEmptyStoreHoldsNobody) {
  const Authority ours = MakeAuthority("CA");
  std::string text = NtAuth({});
  text.insert(text.size() - 1, "cACertificate:: AA==\n");
  Environment environment;
  environment.Add(readers::kLdifReader, text).Finish();
  EXPECT_EQ(Ask(environment, ours), "false");
}

}  // namespace

}  // namespace whfb::test

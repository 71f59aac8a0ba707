#include "collectors/readers/x509.h"

#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "generated_certificate.h"
#include "openssl_fields.h"

namespace whfb::readers {

extern const ReaderSpec kX509Reader;

namespace {

namespace fs = std::filesystem;
using tests::Bytes;

constexpr long kStart = 1'700'000'000;  // 2023-11-14T22:13:20Z
constexpr long kYear = 31'536'000;

tests::Recipe UserRecipe() {
  return {
      .subject = {{"DC", "com"}, {"DC", "contoso"}, {"CN", "Amanda, \"the\" Brady"}},
      .serial = 0x9F00000001,
      .not_before = kStart,
      .not_after = kStart + kYear,
      .extensions = {
          {"keyUsage", "critical,digitalSignature,keyEncipherment"},
          {"extendedKeyUsage", "1.3.6.1.4.1.311.20.2.2,clientAuth"},
          {"basicConstraints", "CA:FALSE"},
          {"subjectKeyIdentifier", "hash"},
          {"authorityInfoAccess",
           "caIssuers;URI:http://pki.contoso.com/ca.crt,OCSP;URI:http://ocsp.contoso.com"},
          {"crlDistributionPoints", "URI:ldap:///CN=x,URI:http://pki.contoso.com/ca.crl"},
          // SEQUENCE { [0] { OID 1.3.6.1.4.1.311.25.2.1, [0] OCTET STRING "S-1-5-21-1-2-3-1104" } }
          {"1.3.6.1.4.1.311.25.2",
           "DER:30:25:A0:23:06:0A:2B:06:01:04:01:82:37:19:02:01:A0:15:04:13:53:2D:31:2D:35:2D:"
           "32:31:2D:31:2D:32:2D:33:2D:31:31:30:34"},
          {"1.3.6.1.4.1.311.21.7", "DER:30:0E:06:09:2B:06:01:04:01:82:37:15:08:02:01:64"},
          {"1.3.6.1.4.1.311.20.2", "ASN1:BMPSTRING:KerberosAuthentication"},
      }};
}

Result<CertificateFields> Parse(std::span<const std::byte> der, TextPool& pool) {
  return ParseCertificate(der, pool, Hashes::kSha1AndSha256, "test.cer");
}

// Compares one certificate with OpenSSL, field by field.
void ExpectSameFields(std::span<const std::byte> der) {
  TextPool pool;
  const Result<CertificateFields> fields = Parse(der, pool);
  X509* const openssl = tests::ParseByOpenssl(der);
  ASSERT_NE(openssl, nullptr);
  ASSERT_TRUE(fields) << fields.error().ToString();
  EXPECT_EQ(tests::Describe(*fields), tests::DescribeByOpenssl(openssl));
  X509_free(openssl);
}

Bytes ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto* const data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

TEST(X509, AgreesWithOpensslOnAUserCertificate) {
  ExpectSameFields(
      tests::Der(tests::Issue(UserRecipe(), tests::SharedKey(), nullptr, nullptr).get()));
}

TEST(X509, AgreesWithOpensslOnEllipticCurves) {
  for (const char* const curve : {"P-256", "P-384", "P-521", "brainpoolP320r1", "secp256k1"}) {
    SCOPED_TRACE(curve);
    const tests::Key key = tests::MakeEcKey(curve);
    tests::Recipe recipe = UserRecipe();
    recipe.hash = EVP_sha384();
    ExpectSameFields(tests::Der(tests::Issue(recipe, key.get(), nullptr, nullptr).get()));
  }
}

TEST(X509, ReadsWhatMicrosoftAdds) {
  TextPool pool;
  const Result<CertificateFields> fields = Parse(
      tests::Der(tests::Issue(UserRecipe(), tests::SharedKey(), nullptr, nullptr).get()), pool);
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->subject.value, "CN=\"Amanda, \"\"the\"\" Brady\", DC=contoso, DC=com");
  EXPECT_EQ(fields->serial.value, "9f00000001");
  EXPECT_EQ(fields->sid_extension.value, "S-1-5-21-1-2-3-1104");
  EXPECT_EQ(fields->template_oid.value, "1.3.6.1.4.1.311.21.8");
  EXPECT_EQ(fields->template_name.value, "KerberosAuthentication");
  EXPECT_EQ(fields->key_usage.value, 0xA0);
  EXPECT_EQ(fields->der.size(), static_cast<std::size_t>(fields->der.size()));
}

// [MS-WCCE] 2.2.2.7.7.2.
TEST(X509, ReadsTheVersionOfTheTemplate) {
  const auto version = [](const char* numbers) {
    TextPool pool;
    tests::Recipe recipe = {.subject = {{"CN", "x"}}, .not_before = 0, .not_after = 1};
    recipe.extensions = {{"1.3.6.1.4.1.311.21.7",
                          std::string("DER:30:").append(numbers).insert(9, ":06:03:2A:03:04")}};
    const auto fields =
        Parse(tests::Der(tests::Issue(recipe, tests::SharedKey(), nullptr, nullptr).get()), pool);
    EXPECT_TRUE(fields);
    EXPECT_EQ(fields->template_oid.value, "1.2.3.4") << numbers;
    return fields->template_version.present() ? std::string(fields->template_version.value)
           : fields->template_version.knowledge == Knowledge::kAbsent ? "absent"
                                                                      : "unknown";
  };
  EXPECT_EQ(version("0B:02:01:64:02:01:04"), "100.4");
  EXPECT_EQ(version("0C:02:02:00:FF:02:01:00"), "255.0");
  EXPECT_EQ(version("0F:02:05:00:FF:FF:FF:FF:02:01:05"), "4294967295.5");
  EXPECT_EQ(version("0F:02:05:01:00:00:00:00:02:01:05"), "unknown");
  EXPECT_EQ(version("0B:02:01:80:02:01:05"), "unknown");
  EXPECT_EQ(version("0A:02:00:02:01:05"), "unknown");
  EXPECT_EQ(version("08:02:01:64"), "absent");
  EXPECT_EQ(version("05"), "absent");
  EXPECT_EQ(version("0B:02:01:64:02:03:04"), "unknown");
}

TEST(X509, TellsAbsentExtensionsFromUnreadableOnes) {
  TextPool pool;
  const tests::Recipe bare = {.subject = {{"CN", "x"}}, .not_before = 0, .not_after = 1};
  const auto none =
      Parse(tests::Der(tests::Issue(bare, tests::SharedKey(), nullptr, nullptr).get()), pool);
  ASSERT_TRUE(none);
  EXPECT_EQ(none->eku.knowledge, Knowledge::kAbsent);
  EXPECT_EQ(none->sid_extension.knowledge, Knowledge::kAbsent);

  tests::Recipe damaged = bare;
  damaged.extensions = {{"2.5.29.37", "DER:30:03:06:05:2A"}, {"2.5.29.15", "DER:03:02:05:A0"}};
  const auto unknown =
      Parse(tests::Der(tests::Issue(damaged, tests::SharedKey(), nullptr, nullptr).get()), pool);
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->eku.knowledge, Knowledge::kUnknown);
  EXPECT_EQ(unknown->eku.why, WhyUnknown::kMalformed);
  EXPECT_EQ(unknown->key_usage.value, 0xA0);
}

// No SID, and two of them: neither says whose the certificate is.
TEST(X509, TakesNoDamagedSidForOne) {
  for (const char* const value : {
           // "S-1-", "S-1-5-", "S-1--5"
           "DER:30:16:A0:14:06:0A:2B:06:01:04:01:82:37:19:02:01:A0:06:04:04:53:2D:31:2D",
           "DER:30:18:A0:16:06:0A:2B:06:01:04:01:82:37:19:02:01:A0:08:04:06:53:2D:31:2D:35:2D",
           "DER:30:18:A0:16:06:0A:2B:06:01:04:01:82:37:19:02:01:A0:08:04:06:53:2D:31:2D:2D:35",
           // "S-1-5-21-1" and "S-1-5-21-2"
           "DER:30:38:A0:1A:06:0A:2B:06:01:04:01:82:37:19:02:01:A0:0C:04:0A:53:2D:31:2D:35:2D:32:"
           "31:2D:31:A0:1A:06:0A:2B:06:01:04:01:82:37:19:02:01:A0:0C:04:0A:53:2D:31:2D:35:2D:32:31:"
           "2D:32",
       }) {
    tests::Recipe recipe = UserRecipe();
    recipe.extensions = {{"1.3.6.1.4.1.311.25.2", value}};
    const Bytes der = tests::Der(tests::Issue(recipe, tests::SharedKey(), nullptr, nullptr).get());
    TextPool pool;
    const auto fields = ParseCertificate(der, pool, Hashes::kNone, "x");
    ASSERT_TRUE(fields) << value;
    EXPECT_EQ(fields->sid_extension.knowledge, Knowledge::kUnknown) << value;
    EXPECT_EQ(fields->unread_extensions, 1U) << value;
  }
}

TEST(X509, DoesNotChooseBetweenTwoExtensionsOfOneKind) {
  tests::Recipe recipe = {.subject = {{"CN", "x"}}, .not_before = 0, .not_after = 1};
  recipe.extensions = {{"2.5.29.37", "DER:30:0A:06:08:2B:06:01:05:05:07:03:02"},
                       {"extendedKeyUsage", "serverAuth"}};
  TextPool pool;
  const auto fields =
      Parse(tests::Der(tests::Issue(recipe, tests::SharedKey(), nullptr, nullptr).get()), pool);
  ASSERT_TRUE(fields);
  EXPECT_TRUE(fields->eku.knowledge == Knowledge::kUnknown);
}

TEST(X509, PrintsNamesAsCertutilDoes) {
  const tests::Recipe recipe = {.subject = {{"C", "US"},
                                            {"ST", "Washington"},
                                            {"DC", "net"},
                                            {"+DC", "windows"},
                                            {"+OU", "82dbaca4-3e81-46ca-9c73-0950c1eaca97"},
                                            {"emailAddress", "a@b"},
                                            {"CN", " padded"},
                                            {"title", "a;b"},
                                            {"organizationIdentifier", "VAT\xC3\xA9"},
                                            {"pseudonym", "\xF0\x9F\x94\x91"}},
                                .not_before = 0,
                                .not_after = 1};
  const Bytes der = tests::Der(tests::Issue(recipe, tests::SharedKey(), nullptr, nullptr).get());
  TextPool pool;
  const auto fields = Parse(der, pool);
  ASSERT_TRUE(fields);
  EXPECT_TRUE(fields->subject.value.ends_with("S=Washington, C=US")) << fields->subject.value;
  EXPECT_TRUE(fields->subject.value.starts_with("OID.2.5.4.65=")) << fields->subject.value;
  EXPECT_NE(fields->subject.value.find("CN=\" padded\", E=a@b"), std::string_view::npos);
  ExpectSameFields(der);
}

TEST(X509, SaysWhatIsWrongWithInputThatIsNoCertificate) {
  TextPool pool;
  const Bytes der =
      tests::Der(tests::Issue(UserRecipe(), tests::SharedKey(), nullptr, nullptr).get());
  const auto cut = Parse(std::span(der).first(100), pool);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().ToString(), "test.cer: the certificate ends before its length");
  const auto other = Parse(std::as_bytes(std::span("hello")), pool);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().ToString(), "test.cer: this is not an X.509 certificate in DER");
}

TEST(X509, RefusesEveryTruncation) {
  const Bytes der =
      tests::Der(tests::Issue(UserRecipe(), tests::SharedKey(), nullptr, nullptr).get());
  TextPool pool;
  for (std::size_t size = 0; size < der.size(); ++size) {
    const Bytes exact(der.begin(), der.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(Parse(exact, pool)) << size;
  }
}

TEST(X509, SurvivesMutations) {
  const Bytes der =
      tests::Der(tests::Issue(UserRecipe(), tests::SharedKey(), nullptr, nullptr).get());
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    Bytes copy = der;
    for (unsigned n = 0; n <= random() % 3; ++n) {
      copy[random() % copy.size()] = static_cast<std::byte>(random());
    }
    TextPool pool;
    (void)Parse(copy, pool);
    (void)kX509Reader.recognise({copy, "x.cer"});
  }
}

TEST(X509, AgreesWithOpensslOnEveryDerFileOfTheCorpus) {
  const fs::path folder = fs::path(WHFB_SHARED_DATA) / "certs/samba";
  if (!fs::exists(folder)) {
    GTEST_SKIP() << "no shared corpus at " << folder;
  }
  int count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const Bytes bytes = ReadFile(entry.path());
    const bool certificate = entry.path().extension() == ".cer";
    const auto head = std::span(bytes).first(std::min(bytes.size(), kHeadBytes));
    EXPECT_EQ(kX509Reader.recognise({head, "x"}) > 0, certificate) << entry.path();
    if (certificate) {
      SCOPED_TRACE(entry.path().filename());
      ExpectSameFields(bytes);
      ++count;
    }
  }
  EXPECT_EQ(count, 3);
}

// 1,024 names are the limit.
TEST(X509Reader, MoreNamesThanTheLimitAreAGap) {
  for (const int names : {1024, 1025}) {
    tests::Recipe recipe = {.subject = {{"CN", "x"}}, .not_before = 0, .not_after = 1};
    for (int i = 0; i < names; ++i) {
      recipe.san.emplace_back("DNS", "a" + std::to_string(i) + ".contoso.com");
    }
    const Bytes der = tests::Der(tests::Issue(recipe, tests::SharedKey(), nullptr, nullptr).get());
    TextPool pool;
    Records records(pool);
    RecordSink sink{.records = records};
    ASSERT_TRUE(kX509Reader.read({.path = "kdc.cer", .bytes = der}, sink));
    ASSERT_EQ(records.Of<CertificateRecord>().size(), 1U);
    const Known<TextList>& dns = records.Of<CertificateRecord>()[0].fields.san_dns;
    if (names == 1024) {
      EXPECT_EQ(dns.value.size(), 1024U);
      EXPECT_TRUE(sink.gaps.empty());
      continue;
    }
    EXPECT_EQ(dns.knowledge, Knowledge::kUnknown);
    EXPECT_EQ(dns.why, WhyUnknown::kTooLarge);
    ASSERT_EQ(sink.gaps.size(), 1U);
    EXPECT_EQ(sink.gaps[0].why, WhyUnknown::kTooLarge);
    EXPECT_EQ(sink.gaps[0].message, "an extension has more than 1024 entries");
  }
}

TEST(X509Reader, ADamagedExtensionIsAGap) {
  const tests::Recipe recipe = {.subject = {{"CN", "x"}},
                                .not_before = 0,
                                .not_after = 1,
                                .extensions = {{"2.5.29.37", "DER:30:03:06:05:2A"}}};
  const Bytes der = tests::Der(tests::Issue(recipe, tests::SharedKey(), nullptr, nullptr).get());
  TextPool pool;
  Records records(pool);
  RecordSink sink{.records = records};
  ASSERT_TRUE(kX509Reader.read({.path = "x.cer", .bytes = der}, sink));
  EXPECT_EQ(records.Of<CertificateRecord>().size(), 1U);
  ASSERT_EQ(sink.gaps.size(), 1U);
  EXPECT_EQ(sink.gaps[0].message, "an extension cannot be read");
}

TEST(X509Reader, ReadsCertificatesThatFollowEachOther) {
  Bytes der = tests::Der(tests::Issue(UserRecipe(), tests::SharedKey(), nullptr, nullptr).get());
  const Bytes once = der;
  der.insert(der.end(), once.begin(), once.end());
  der.push_back(std::byte{0});
  TextPool pool;
  Records records(pool);
  RecordSink sink{.records = records};
  ASSERT_TRUE(kX509Reader.read({.path = "two.cer", .bytes = der}, sink));
  EXPECT_EQ(records.Of<CertificateRecord>().size(), 2U);
  ASSERT_EQ(sink.gaps.size(), 1U);
  EXPECT_EQ(sink.gaps[0].place, once.size() * 2);
}

TEST(X509Reader, SaysThatItDoesNotReadMoreThan4096Certificates) {
  const Bytes once =
      tests::Der(tests::Issue({.subject = {{"CN", "x"}}, .not_before = 0, .not_after = 1},
                              tests::SharedKey(), nullptr, nullptr)
                     .get());
  Bytes der;
  for (int i = 0; i < 4096; ++i) {
    der.insert(der.end(), once.begin(), once.end());
  }
  for (const bool more : {false, true}) {
    TextPool pool;
    Records records(pool);
    RecordSink sink{.records = records};
    ASSERT_TRUE(kX509Reader.read({.path = "all.cer", .bytes = der}, sink));
    EXPECT_EQ(records.Of<CertificateRecord>().size(), 4096U);
    ASSERT_EQ(sink.gaps.size(), more ? 1U : 0U);
    if (more) {
      EXPECT_EQ(sink.gaps[0].place, once.size() * 4096);
      EXPECT_EQ(sink.gaps[0].why, WhyUnknown::kTooLarge);
    }
    der.insert(der.end(), once.begin(), once.end());
  }
}

}  // namespace

}  // namespace whfb::readers

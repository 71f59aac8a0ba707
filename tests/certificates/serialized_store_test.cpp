#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "collectors/readers/certificate_blob.h"
#include "generated_certificate.h"
#include "openssl_fields.h"
#include "store_bytes.h"

namespace whfb::readers {

extern const ReaderSpec kSerializedStoreReader;

namespace {

namespace fs = std::filesystem;
using tests::AddNumber;
using tests::AddProperty;
using tests::Bytes;
using tests::kContainer;
using tests::KeyProvider;
using tests::kPassport;
using tests::SomeCertificate;
using tests::Utf16;

struct Outcome {
  TextPool pool{};
  Records records{pool};
  RecordSink sink{.records = records};

  Status Read(std::span<const std::byte> bytes, std::string_view path) {
    return kSerializedStoreReader.read({.path = path, .bytes = bytes}, sink);
  }

  [[nodiscard]] std::span<const CertificateRecord> certificates() const {
    return records.Of<CertificateRecord>();
  }

  [[nodiscard]] const StoreListing& listing() const { return records.Of<StoreListing>()[0]; }
};

Bytes Store(const Bytes& elements) {
  Bytes bytes;
  AddNumber(bytes, 0);
  AddNumber(bytes, 0x54524543);  // "CERT"
  bytes.insert(bytes.end(), elements.begin(), elements.end());
  bytes.resize(bytes.size() + 12);
  return bytes;
}

TEST(SerializedStore, ReadsTheRootListOfWindowsUpdate) {
  const fs::path path = fs::path(WHFB_SHARED_DATA) / "certstore/root_wu_490.sst";
  if (!fs::exists(path)) {
    GTEST_SKIP() << "no shared corpus at " << path;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Outcome outcome;
  ASSERT_TRUE(outcome.Read(std::as_bytes(std::span(text)), "root_wu_490.sst"));
  // Counts and thumbprints: PROVENANCE.md.
  ASSERT_EQ(outcome.certificates().size(), 490U);
  EXPECT_EQ(outcome.certificates().front().fields.sha1.value,
            "ffbdcde782c8435e3c6f26865ccaa83a455bc30a");
  EXPECT_EQ(outcome.certificates().back().fields.sha1.value,
            "010c0695a6981914ffbf5fc6b0b695ea29e912a6");
  EXPECT_TRUE(outcome.sink.gaps.empty());
  EXPECT_TRUE(outcome.listing().complete);
  EXPECT_EQ(outcome.listing().store, "root");
  for (const CertificateRecord& record : outcome.certificates()) {
    EXPECT_TRUE(record.friendly_name.present());
    X509* const openssl = tests::ParseByOpenssl(record.fields.der);
    ASSERT_NE(openssl, nullptr);
    EXPECT_EQ(tests::Describe(record.fields), tests::DescribeByOpenssl(openssl));
    X509_free(openssl);
  }
}

TEST(SerializedStore, ReadsTheKeyOfAHelloCertificate) {
  Bytes elements;
  AddProperty(elements, kKeyProviderProperty, KeyProvider(kContainer, kPassport));
  AddProperty(elements, kFriendlyNameProperty, Utf16("Hello"));
  AddProperty(elements, kCertificateElement, SomeCertificate("first"));
  AddProperty(elements, kArchivedProperty, {});
  AddProperty(elements, kCertificateElement, SomeCertificate("second"));
  Outcome outcome;
  ASSERT_TRUE(outcome.Read(Store(elements), "PC-1.zip!/user_my.sst"));
  ASSERT_EQ(outcome.certificates().size(), 2U);
  const CertificateRecord& first = outcome.certificates()[0];
  EXPECT_EQ(first.provider.value, kPassport);
  EXPECT_EQ(first.container.value, kContainer);
  EXPECT_EQ(first.friendly_name.value, "Hello");
  EXPECT_EQ(first.scope, StoreScope::kUser);
  EXPECT_FALSE(first.archived.value);
  EXPECT_EQ(first.key_present.knowledge, Knowledge::kUnknown);
  const CertificateRecord& second = outcome.certificates()[1];
  EXPECT_EQ(second.provider.knowledge, Knowledge::kAbsent);
  EXPECT_TRUE(second.archived.value);
}

TEST(SerializedStore, DoesNotKnowTheKeyWhenTheExporterLeftKeysOut) {
  Bytes elements;
  AddProperty(elements, kCertificateElement, SomeCertificate("x"));
  Outcome outcome;
  ASSERT_TRUE(outcome.Read(Store(elements), "my.sst"));
  EXPECT_EQ(outcome.certificates()[0].provider.knowledge, Knowledge::kUnknown);
  EXPECT_TRUE(outcome.listing().complete);
}

TEST(SerializedStore, IsIncompleteAfterEveryTruncation) {
  Bytes elements;
  AddProperty(elements, kKeyProviderProperty, KeyProvider(kContainer, kPassport));
  AddProperty(elements, kCertificateElement, SomeCertificate("first"));
  const Bytes whole = Store(elements);
  for (std::size_t size = 8; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    Outcome outcome;
    ASSERT_TRUE(outcome.Read(cut, "my.sst"));
    EXPECT_FALSE(outcome.listing().complete) << size;
    EXPECT_FALSE(outcome.sink.gaps.empty()) << size;
  }
}

TEST(SerializedStore, DoesNotFollowOffsetsOutOfTheKeyProperty) {
  for (const std::uint32_t offset : {0U, 27U, 0xFFFFFFFFU, 5000U}) {
    Bytes property = KeyProvider(kContainer, kPassport);
    for (unsigned i = 0; i < 4; ++i) {
      property[4 + i] = static_cast<std::byte>(offset >> (8 * i));
    }
    Bytes elements;
    AddProperty(elements, kKeyProviderProperty, property);
    AddProperty(elements, kCertificateElement, SomeCertificate("x"));
    Outcome outcome;
    ASSERT_TRUE(outcome.Read(Store(elements), "my.sst"));
    EXPECT_EQ(outcome.certificates()[0].provider.why, WhyUnknown::kMalformed);
    EXPECT_EQ(outcome.certificates()[0].container.value, kContainer);
    EXPECT_EQ(outcome.sink.gaps.size(), 1U);
  }
}

TEST(CertificateBlob, ReadsTheValueOfTheRegistry) {
  Bytes blob;
  AddProperty(blob, kKeyProviderProperty,
              KeyProvider("te-1", "Microsoft Software Key Storage Provider"));
  AddProperty(blob, kCertificateElement, SomeCertificate("x"));
  TextPool pool;
  const auto record = ParseCertificateBlob(blob, pool, "key");
  ASSERT_TRUE(record) << record.error().ToString();
  EXPECT_EQ(record->provider.value, "Microsoft Software Key Storage Provider");
  EXPECT_EQ(record->fields.subject.value, "CN=x");
}

TEST(CertificateBlob, SaysWhatIsWrong) {
  Bytes blob;
  AddProperty(blob, kSha1Property, Bytes(20));
  TextPool pool;
  const auto nothing = ParseCertificateBlob(blob, pool, "HKLM/x");
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().ToString(), "HKLM/x: no certificate in the property list");
  AddProperty(blob, kCertificateElement, SomeCertificate("x"));
  const auto other = ParseCertificateBlob(blob, pool, "HKLM/x");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().ToString(),
            "HKLM/x: the stored thumbprint is not that of the certificate");
}

// Readers differ on which of them it is.
TEST(CertificateBlob, HoldsOneCertificate) {
  Bytes blob;
  AddProperty(blob, kCertificateElement, SomeCertificate("x"));
  AddProperty(blob, kCertificateElement, SomeCertificate("y"));
  TextPool pool;
  const auto two = ParseCertificateBlob(blob, pool, "HKLM/x");
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().ToString(), "HKLM/x: two certificates in the property list of one");
}

}  // namespace

}  // namespace whfb::readers

// The certutil samples of the data folder. Expected values are read off the files by eye and,
// for the French roots, taken from the same certificates by an independent tool.

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/text/reading.h"

namespace whfb::readers {

extern const ReaderSpec kCertutilStoreReader;

namespace {

std::string ReadShared(const std::string& name) {
  std::ifstream input(std::string(WHFB_SHARED_DATA) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), {}};
}

Ticks At(std::string_view text) {
  return *ParseTime(text, "test");
}

bool Holds(const Known<TimeInterval>& interval, std::string_view time) {
  return interval.present() && interval.value.earliest <= At(time) &&
         At(time) <= interval.value.latest;
}

Reading ReadSample(const std::string& name) {
  const std::string text = ReadShared("certutil/" + name);
  return ReadWith(kCertutilStoreReader, text, "certutil/" + name, At("2026-11-25"));
}

#define WHFB_REQUIRE_SAMPLE(name)                                   \
  if (ReadShared(std::string("certutil/") + (name)).empty()) {      \
    GTEST_SKIP() << "sample certutil/" << (name) << " is not here"; \
  }

TEST(CertutilRealFilesTest, ReadsThePassportExample) {
  WHFB_REQUIRE_SAMPLE("store_user_my_passport.txt");
  const Reading reading = ReadSample("store_user_my_passport.txt");
  ASSERT_TRUE(reading.ok);
  ASSERT_EQ(reading.certificates().size(), 1U);
  const CertificateRecord& record = reading.certificates()[0];
  EXPECT_EQ(record.scope, StoreScope::kUser);
  EXPECT_EQ(record.store, "my");
  EXPECT_EQ(record.source.place, 3U);
  EXPECT_EQ(record.fields.sha1.value, "63c6ce5fc512933179d3c0a5e94ecba98092f93d");
  EXPECT_EQ(record.fields.serial.value, "110000001f4c4eccc46fc8f93a00000000001f");
  EXPECT_EQ(record.fields.issuer.value, "CN=Contoso - Issuing CA, DC=CONTOSO, DC=COM");
  EXPECT_EQ(record.fields.subject.value, "CN=amanda.brady@contoso.com");
  EXPECT_FALSE(record.fields.self_issued.value);
  EXPECT_EQ(record.fields.template_oid.value,
            "1.3.6.1.4.1.311.21.8.2835349.12167323.7094945.1118853.678601.83.11484210.8005739");
  EXPECT_FALSE(record.fields.template_name.present());
  EXPECT_EQ(record.provider.value, "Microsoft Passport Key Storage Provider");
  EXPECT_EQ(record.container.value, "S-1-12-1-../../login.windows.net/../amanda.brady@contoso.com");
  EXPECT_TRUE(record.exportable.present());
  EXPECT_FALSE(record.exportable.value);
  EXPECT_TRUE(record.key_present.value);
  EXPECT_TRUE(record.archived.present());
  EXPECT_FALSE(record.archived.value);
  // 12/8/2023: 8 December or 12 August; nothing in the capture decides.
  EXPECT_TRUE(Holds(record.fields.not_before, "2023-12-08T06:16:30Z"));
  EXPECT_TRUE(Holds(record.fields.not_before, "2023-08-12T06:16:30Z"));
  EXPECT_EQ(record.fields.eku.knowledge, Knowledge::kUnknown);
  EXPECT_EQ(record.fields.eku.why, WhyUnknown::kNotCollected);
  ASSERT_EQ(reading.listings().size(), 1U);
  EXPECT_FALSE(reading.listings()[0].complete);
  EXPECT_EQ(reading.listings()[0].why, WhyUnknown::kTruncated);
}

TEST(CertutilRealFilesTest, ReadsTheCertificatesOfADomainController) {
  WHFB_REQUIRE_SAMPLE("store_my_dc_three_certs.txt");
  const Reading reading = ReadSample("store_my_dc_three_certs.txt");
  ASSERT_TRUE(reading.ok);
  ASSERT_EQ(reading.certificates().size(), 3U);
  const auto records = reading.certificates();
  EXPECT_TRUE(records[0].archived.value);
  EXPECT_FALSE(records[1].archived.value);
  EXPECT_EQ(records[0].container.value, "certificate-DC01-CA");
  EXPECT_EQ(records[1].container.value, "te-DomainController-3ece1f1c-d299-4a4d-be95-efa688b7fee2");
  EXPECT_EQ(records[1].provider.value, "Microsoft RSA SChannel Cryptographic Provider");
  EXPECT_EQ(records[1].fields.template_name.value, "DomainController");
  EXPECT_EQ(records[2].fields.template_name.value, "CA");
  EXPECT_FALSE(records[0].fields.template_name.present());
  EXPECT_TRUE(records[2].fields.self_issued.value);
  EXPECT_TRUE(records[0].key_present.value);
  EXPECT_TRUE(records[0].exportable.value);
  EXPECT_FALSE(records[1].exportable.value);
  EXPECT_EQ(records[2].fields.sha1.value, "2f02901dcff083ed3dbb6cb0a15bbfee6002b1a8");
  EXPECT_EQ(records[0].scope, StoreScope::kUnknown);
  ASSERT_EQ(reading.listings().size(), 1U);
  EXPECT_TRUE(reading.listings()[0].complete);
  EXPECT_EQ(reading.listings()[0].certificates, 3U);
  EXPECT_TRUE(reading.gaps.empty());
}

TEST(CertutilRealFilesTest, ReadsGermanWithoutItsUmlauts) {
  WHFB_REQUIRE_SAMPLE("store_my_german_mangled.txt");
  const Reading reading = ReadSample("store_my_german_mangled.txt");
  ASSERT_EQ(reading.certificates().size(), 1U);
  const CertificateRecord& record = reading.certificates()[0];
  EXPECT_EQ(record.fields.sha1.value, "aabbccddeeff00112233445566778899aabbccdd");
  EXPECT_EQ(record.fields.template_name.value, "TTWebServer");
  EXPECT_EQ(record.fields.subject.value, "CN=www.example.com");
  EXPECT_EQ(record.container.value, "tokentimer-job-1-abcd1234");
  EXPECT_EQ(record.provider.value, "Microsoft Software Key Storage Provider");
  EXPECT_FALSE(record.exportable.value);
  EXPECT_TRUE(record.exportable.present());
  EXPECT_TRUE(record.key_present.value);
  EXPECT_TRUE(Holds(record.fields.not_after, "2027-01-01T00:00:00Z"));
  EXPECT_FALSE(Holds(record.fields.not_after, "2027-01-02T00:00:00Z"));
  ASSERT_EQ(reading.listings().size(), 1U);
  // A trimmed copy: the elements 0 to 13 are not in it.
  EXPECT_FALSE(reading.listings()[0].complete);
  ASSERT_EQ(reading.gaps.size(), 1U);
  EXPECT_EQ(reading.gaps[0].message, "element 14: the one before it is missing");
}

TEST(CertutilRealFilesTest, ReadsFrenchRoots) {
  WHFB_REQUIRE_SAMPLE("store_root_french.txt");
  const Reading reading = ReadSample("store_root_french.txt");
  ASSERT_EQ(reading.certificates().size(), 2U);
  const auto records = reading.certificates();
  EXPECT_EQ(records[0].fields.sha1.value, "cdd4eeae6000ac7f40c3802c171e30148030c072");
  EXPECT_EQ(records[0].fields.serial.value, "79ad16a14aa0a5ad4c7358f407132e65");
  // openssl x509 -dates of the same certificates: 9 May 2001 23:19:22, 31 Dec 2020 23:59:59.
  EXPECT_TRUE(Holds(records[0].fields.not_before, "2001-05-09T23:19:22Z"));
  EXPECT_FALSE(Holds(records[0].fields.not_before, "2001-10-05T00:19:22Z"));
  EXPECT_TRUE(Holds(records[1].fields.not_after, "2020-12-31T23:59:59Z"));
  EXPECT_EQ(records[1].fields.serial.value, "00");
  EXPECT_TRUE(records[0].fields.self_issued.value);
  EXPECT_TRUE(records[0].provider.knowledge == Knowledge::kAbsent);
  EXPECT_TRUE(records[0].key_present.present());
  EXPECT_FALSE(records[0].key_present.value);
  EXPECT_FALSE(records[0].fields.template_name.present());
  EXPECT_EQ(records[0].store, "root");
  EXPECT_FALSE(reading.listings()[0].complete);
}

TEST(CertutilRealFilesTest, ReadsAVerboseDump) {
  WHFB_REQUIRE_SAMPLE("v_user_store_my_customroot.txt");
  const Reading reading = ReadSample("v_user_store_my_customroot.txt");
  ASSERT_EQ(reading.certificates().size(), 1U);
  const CertificateRecord& record = reading.certificates()[0];
  const CertificateFields& fields = record.fields;
  EXPECT_EQ(fields.sha1.value, "1abb2ad73583007e9de803291960146d94ad9a52");
  EXPECT_EQ(fields.sha256.value,
            "7c38d1ae3768637a7a165765bd2cda8f1a1cfa6a7ba8013cfb9263a86d4b6380");
  EXPECT_EQ(fields.subject.value, "CN=CustomRoot, O=CustomOrg, C=US");
  EXPECT_TRUE(fields.self_issued.value);
  EXPECT_EQ(fields.signature_hash.value, "sha256");
  EXPECT_EQ(fields.key_algorithm.value, "RSA");
  EXPECT_EQ(fields.key_bits.value, 2048);
  EXPECT_EQ(fields.key_usage.value, 0x06);
  EXPECT_TRUE(fields.is_ca.present());
  EXPECT_TRUE(fields.is_ca.value);
  EXPECT_EQ(fields.subject_key_id.value, "c2f300d811eba073aeb33a36f882363a3f8ddbf3");
  EXPECT_EQ(fields.eku.knowledge, Knowledge::kAbsent);
  EXPECT_EQ(fields.san_upn.knowledge, Knowledge::kAbsent);
  EXPECT_EQ(record.container.value, "te-0125d557-d02e-41dc-8476-36f189060ce9");
  EXPECT_EQ(record.provider.value, "Microsoft Software Key Storage Provider");
  EXPECT_EQ(record.friendly_name.value, "CustomRoot");
  EXPECT_EQ(record.scope, StoreScope::kUser);
  // 3/16: the month comes first.
  EXPECT_TRUE(Holds(fields.not_after, "2028-03-16T00:00:00Z"));
}

}  // namespace
}  // namespace whfb::readers

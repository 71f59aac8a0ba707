// Every certificate of the data folder, printed as certutil prints it and read back, in every
// language of the generator; and the French sample against the same roots as DER.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "samples/certutil_text.h"
#include "tests/text/reading.h"

namespace whfb::readers {

extern const ReaderSpec kCertutilStoreReader;

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnd = "\r\nCertUtil: -store command completed successfully.\r\n";
constexpr Known<bool> kThere = {.knowledge = Knowledge::kPresent, .value = true};
constexpr Known<bool> kGone = {.knowledge = Knowledge::kPresent, .value = false};

std::string ReadAll(const fs::path& path) {
  std::ifstream input(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), {}};
}

Reading ReadFile(const fs::path& path) {
  const std::string bytes = ReadAll(path);
  const std::span<const std::byte> all(reinterpret_cast<const std::byte*>(bytes.data()),
                                       bytes.size());
  const ReaderSpec* const reader =
      Recognise(all.first(std::min(all.size(), kHeadBytes)), path.filename().string());
  return reader == nullptr || reader->streamed ? Reading{} : ReadWith(*reader, bytes);
}

std::vector<Reading> RealCertificates() {
  std::vector<Reading> readings;
  for (const char* const folder : {"certs/heimdal", "certs/samba", "certstore"}) {
    const fs::path path = fs::path(WHFB_SHARED_DATA) / folder;
    if (!fs::exists(path)) {
      continue;
    }
    for (const auto& entry : fs::directory_iterator(path)) {
      readings.push_back(ReadFile(entry.path()));
    }
  }
  return readings;
}

bool IsPrintable(const CertificateFields& fields) {
  const auto one_line = [](std::string_view text) {
    return text.find_first_of("\r\n") == std::string_view::npos;
  };
  return fields.sha1.present() && fields.serial.present() && fields.issuer.present() &&
         fields.subject.present() && fields.not_before.present() && fields.not_after.present() &&
         one_line(fields.issuer.value) && one_line(fields.subject.value);
}

samples::CertutilCertificate Printed(const CertificateFields& fields) {
  samples::CertutilCertificate printed{.serial = std::string(fields.serial.value),
                                       .issuer = std::string(fields.issuer.value),
                                       .subject = std::string(fields.subject.value),
                                       .sha1 = std::string(fields.sha1.value),
                                       .not_before = fields.not_before.value.earliest,
                                       .not_after = fields.not_after.value.earliest};
  if (fields.template_oid.present()) {
    printed.template_text = fields.template_oid.value;
  }
  if (fields.template_name.present()) {
    printed.v1_template = fields.template_name.value;
  }
  return printed;
}

bool Contains(const TimeInterval& interval, Ticks time) {
  return interval.earliest <= time && time <= interval.latest;
}

void ExpectSame(const CertificateFields& text, const CertificateFields& der) {
  EXPECT_EQ(text.serial.value, der.serial.value);
  EXPECT_EQ(text.issuer.value, der.issuer.value);
  EXPECT_EQ(text.subject.value, der.subject.value);
  EXPECT_TRUE(Contains(text.not_before.value, der.not_before.value.earliest));
  EXPECT_TRUE(Contains(text.not_after.value, der.not_after.value.earliest));
  EXPECT_EQ(text.template_oid.value, der.template_oid.value);
  EXPECT_EQ(text.template_name.value, der.template_name.value);
  if (der.self_issued.value) {
    EXPECT_TRUE(text.self_issued.value);
  }
}

TEST(CertutilRoundTripTest, EveryRealCertificateReadsBack) {
  std::vector<const CertificateFields*> all;
  const std::vector<Reading> readings = RealCertificates();
  for (const Reading& reading : readings) {
    for (const CertificateRecord& record : reading.certificates()) {
      if (IsPrintable(record.fields)) {
        all.push_back(&record.fields);
      }
    }
  }
  if (all.empty()) {
    GTEST_SKIP() << "no certificate in the data folder";
  }
  EXPECT_GE(all.size(), 490U);
  for (const auto language :
       {samples::Language::kEnglish, samples::Language::kGerman, samples::Language::kFrench}) {
    samples::CertutilListing listing{.store = "Root", .language = language};
    for (const CertificateFields* const fields : all) {
      listing.certificates.push_back(Printed(*fields));
    }
    const Reading reading = ReadWith(kCertutilStoreReader, samples::CertutilText(listing));
    ASSERT_EQ(reading.certificates().size(), all.size());
    EXPECT_TRUE(reading.listings()[0].complete);
    for (std::size_t i = 0; i < all.size(); ++i) {
      SCOPED_TRACE(all[i]->subject.value);
      ASSERT_EQ(reading.certificates()[i].fields.sha1.value, all[i]->sha1.value);
      ExpectSame(reading.certificates()[i].fields, *all[i]);
    }
  }
}

TEST(CertutilRoundTripTest, FrenchRootsEqualTheirDer) {
  const fs::path data(WHFB_SHARED_DATA);
  const std::string text = ReadAll(data / "certutil/store_root_french.txt");
  const Reading store = ReadFile(data / "certstore/root_wu_490.sst");
  if (text.empty() || store.certificates().empty()) {
    GTEST_SKIP() << "samples of the French listing or of the root store are not here";
  }
  const Reading french = ReadWith(kCertutilStoreReader, text);
  ASSERT_EQ(french.certificates().size(), 2U);
  for (const CertificateRecord& listed : french.certificates()) {
    const auto same = std::ranges::find_if(store.certificates(), [&](const auto& record) {
      return record.fields.sha1.value == listed.fields.sha1.value;
    });
    ASSERT_NE(same, store.certificates().end());
    ExpectSame(listed.fields, same->fields);
  }
}

samples::CertutilCertificate Invented(std::string sha1_digit) {
  std::string sha1;
  while (sha1.size() < 40) {
    sha1 += sha1_digit;
  }
  return {.serial = "4c00",
          .issuer = "CN=Issuing CA, DC=contoso, DC=com",
          .subject = "CN=amanda",
          .sha1 = sha1,
          .not_before = *ParseTime("2026-03-05T08:00:00Z", "test"),
          .not_after = *ParseTime("2027-03-05T08:00:00Z", "test")};
}

TEST(CertutilCaptureTest, SeveralStoresInOneCapture) {
  const std::string text =
      samples::CertutilText({.command = "C:\\>certutil -user -store my",
                             .certificates = {Invented("1"), Invented("2")}}) +
      samples::CertutilText({.command = "C:\\>certutil -store Root", .store = "Root"}) +
      samples::CertutilText({.command = "C:\\>certutil -store",
                             .store = "CA",
                             .certificates = {Invented("3")},
                             .completed = false});
  const Reading reading = ReadWith(kCertutilStoreReader, text);
  ASSERT_EQ(reading.listings().size(), 3U);
  EXPECT_EQ(reading.listings()[0].scope, StoreScope::kUser);
  EXPECT_EQ(reading.listings()[0].certificates, 2U);
  EXPECT_TRUE(reading.listings()[0].complete);
  EXPECT_EQ(reading.listings()[1].store, "root");
  EXPECT_EQ(reading.listings()[1].scope, StoreScope::kMachine);
  EXPECT_TRUE(reading.listings()[1].complete);
  EXPECT_EQ(reading.listings()[2].store, "ca");
  EXPECT_FALSE(reading.listings()[2].complete);
}

TEST(CertutilCaptureTest, TheFileNameTellsWhoseStoreItIs) {
  const std::string text = samples::CertutilText({});
  const auto scope = [&](std::string_view path) {
    return ReadWith(kCertutilStoreReader, text, path).listings()[0].scope;
  };
  EXPECT_EQ(scope("(27) Command windir_system32_certutil_exe_-store_-user_my output.log"),
            StoreScope::kUser);
  EXPECT_EQ(scope("(26) Command windir_system32_certutil_exe_-store output.log"),
            StoreScope::kMachine);
  EXPECT_EQ(scope("bundle.zip!/certificates_user.txt"), StoreScope::kUser);
  EXPECT_EQ(scope("users/store.txt"), StoreScope::kUnknown);
}

TEST(CertutilCaptureTest, AFailedCommandIsNoEmptyStore) {
  const Reading reading =
      ReadWith(kCertutilStoreReader,
               "my \"Personal\"\r\nCertUtil: -store command FAILED: 0x80070005 (WIN32: 5 "
               "ERROR_ACCESS_DENIED)\r\nCertUtil: Access is denied.\r\n");
  ASSERT_EQ(reading.listings().size(), 1U);
  EXPECT_FALSE(reading.listings()[0].complete);
  EXPECT_EQ(reading.listings()[0].why, WhyUnknown::kDenied);
}

TEST(CertutilCaptureTest, CrlAndCtlElementsAreNoCertificates) {
  const Reading reading =
      ReadWith(kCertutilStoreReader,
               "CA \"Intermediate Certification Authorities\"\r\n"
               "================ CRL 0 ================\r\n"
               "Issuer: OU=VeriSign Commercial Software Publishers CA, O=\"VeriSign, Inc.\"\r\n"
               " ThisUpdate: 3/24/2001 12:00 AM\r\n NextUpdate: 1/8/2004 12:59 AM\r\n"
               "CRL Entries: 2\r\nCRL Hash(sha1): a377d1b1c0538833035211f4083d00fecc414dab\r\n\r\n"
               "CertUtil: -store command completed successfully.\r\n");
  EXPECT_TRUE(reading.certificates().empty());
  EXPECT_TRUE(reading.gaps.empty());
  EXPECT_TRUE(reading.listings()[0].complete);
}

// Certificates, CRLs and CTLs of one store are numbered each from 0.
TEST(CertutilCaptureTest, ACrlBehindCertificatesBeginsNoOtherListing) {
  samples::CertutilCertificate one = Invented("a");
  std::string text = samples::CertutilText({.certificates = {one}});
  text.insert(text.find("CertUtil:"),
              "================ CRL 0 ================\r\n"
              "Issuer:\r\n    OU=VeriSign Commercial Software Publishers CA\r\n"
              " ThisUpdate: 3/24/2001 12:00 AM\r\n NextUpdate: 1/8/2004 12:59 AM\r\n"
              "CRL Hash(sha1): a377d1b1c0538833035211f4083d00fecc414dab\r\n\r\n");
  const Reading reading = ReadWith(kCertutilStoreReader, text);
  ASSERT_EQ(reading.listings().size(), 1U);
  EXPECT_TRUE(reading.listings()[0].complete);
  EXPECT_EQ(reading.listings()[0].certificates, 1U);
  EXPECT_TRUE(reading.gaps.empty());
}

// The friendly name of a legacy key stands below its file name.
TEST(CertutilKeyTest, ACutBehindTheFileNameOfAKeyHidesItsName) {
  const std::string file = "3f2a9c1d5e6b7a8f9c0d1e2f3a4b5c6d_7989b711-2e3f-4107-9aae-fb8df2e3b958";
  std::string text = samples::CertutilText({.certificates = {Invented("a")}});
  text.resize(text.find("No key provider"));
  text += "  Key Container = " + file + "\r\n";
  // A copy: the text that the record points to goes with the reading.
  const auto container = [](const std::string& capture) {
    const Reading reading = ReadWith(kCertutilStoreReader, capture);
    const Known<std::string_view>& told = reading.certificates()[0].container;
    return told.present() ? std::optional(std::string(told.value)) : std::nullopt;
  };
  EXPECT_EQ(container(text), std::nullopt);
  EXPECT_EQ(container(text + "  Simple container name: le-User\r\n"), "le-User");
  EXPECT_EQ(container(text + "  Provider = Microsoft RSA SChannel Cryptographic Provider\r\n"),
            file);
}

TEST(CertutilKeyTest, AMissingKeysetIsNoKey) {
  samples::CertutilCertificate one = Invented("a");
  one.key = {
      .container = "te-x", .provider = "Microsoft Passport Key Storage Provider", .missing = true};
  const Reading reading =
      ReadWith(kCertutilStoreReader, samples::CertutilText({.certificates = {one}}));
  ASSERT_EQ(reading.certificates().size(), 1U);
  EXPECT_TRUE(reading.certificates()[0].key_present.present());
  EXPECT_FALSE(reading.certificates()[0].key_present.value);
  EXPECT_FALSE(reading.certificates()[0].exportable.present());
}

// One certificate of a store whose key lines end in `result`.
Known<bool> KeyPresent(std::string_view result, std::string_view end = kEnd) {
  const std::string text =
      std::string(
          "my \"Personal\"\r\n================ Certificate 0 ================\r\n"
          "Serial Number: 5001\r\nIssuer: CN=CA\r\n NotBefore: 6/1/2026 12:00 AM\r\n"
          " NotAfter: 6/1/2027 12:00 AM\r\nSubject: CN=a\r\nNon-root Certificate\r\n"
          "Cert Hash(sha1): 1bd4a9c7b0899833ccd30003a497cab6be89997f\r\n"
          "  Key Container = te-x\r\n  Provider = Microsoft Software Key Storage Provider"
          "\r\n")
          .append(result)
          .append(end);
  const Reading reading = ReadWith(kCertutilStoreReader, text);
  EXPECT_EQ(reading.certificates().size(), 1U);
  return reading.certificates().empty() ? Known<bool>{} : reading.certificates()[0].key_present;
}

struct KeyResult {
  std::string_view name{};
  std::string_view lines{};
  Known<bool> present{};
};

void PrintTo(const KeyResult& result, std::ostream* out) {
  *out << result.name;
}

class CertutilKeyResultTest : public testing::TestWithParam<KeyResult> {};

TEST_P(CertutilKeyResultTest, SaysWhetherTheKeyIsThere) {
  const Known<bool> present = KeyPresent(GetParam().lines);
  EXPECT_EQ(present.knowledge, GetParam().present.knowledge);
  EXPECT_EQ(present.value, GetParam().present.value);
  if (!present.present()) {
    EXPECT_EQ(present.why, GetParam().present.why);
  }
}

// NOLINTNEXTLINE(modernize-avoid-c-arrays): for ValuesIn
constexpr KeyResult kKeyResults[] = {
    {"Passed", "Private key is NOT exportable\r\nSignature test passed\r\n", kThere},
    {"Failed", "Private key is NOT exportable\r\nEncryption test FAILED\r\n", kGone},
    {"FailedInGerman", "Verschl\xc3\xbcsselungstest fehlgeschlagen\r\n", kGone},
    {"FailedInFrench", "Le test de chiffrement a \xc3\xa9\x63hou\xc3\xa9\r\n", kGone},
    {"DeniedThatItPassed", "Verschl\xc3\xbcsselungstest wurde nicht durchgef\xc3\xbchrt\r\n",
     kGone},
    {"KeysetGone",
     "Private key is NOT exportable\r\nEncryption test FAILED 0x80090016 (-2146893802 "
     "NTE_BAD_KEYSET)\r\n",
     kGone},
    {"NoPermission",
     "Private key is NOT exportable\r\nSignature test FAILED 0x80090010 (-2146893808 "
     "NTE_PERM)\r\n",
     {.why = WhyUnknown::kDenied}},
    {"SilentContext",
     "Private key is NOT exportable\r\nSignature test FAILED 0x80090022 (-2146893790 "
     "NTE_SILENT_CONTEXT)\r\n",
     {.why = WhyUnknown::kNeedsLive}},
    {"UnknownError", "0x80090020 (-2146893792 NTE_FAIL)\r\n", {.why = WhyUnknown::kNeedsLive}},
    {"AnotherTestPassed", "Encryption test FAILED\r\nSignature test passed\r\n", kThere},
    {"UnreadSentence",
     "Private key is NOT exportable\r\nTest krypterings?\r\n",
     {.why = WhyUnknown::kAmbiguous}},
    {"OnlyRestricted", "Private key is NOT exportable\r\n", kThere},
};

INSTANTIATE_TEST_SUITE_P(Results,
                         CertutilKeyResultTest,
                         testing::ValuesIn(kKeyResults),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(CertutilKeyTest, ACutListingMayHideTheResult) {
  const Known<bool> present = KeyPresent("Private key is NOT exportable\r\n", "");
  EXPECT_FALSE(present.present());
  EXPECT_EQ(present.why, WhyUnknown::kTruncated);
}

}  // namespace
}  // namespace whfb::readers

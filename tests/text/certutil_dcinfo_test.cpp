// `certutil -dcinfo verify`, in the shape that formats.md section 2 describes.

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/text/reading.h"

namespace whfb::readers {

extern const ReaderSpec kCertutilDcinfoReader;
extern const ReaderSpec kCertutilStoreReader;

namespace {

constexpr std::string_view kHead =
    "0: PDC\n"
    "\n"
    "*** Testing DC[0]: PDC\n"
    "** Enterprise Root Certificates for DC PDC\n"
    "No certificates in Enterprise Root store!\n"
    "Enterprise Root store: Cannot find object or property. 0x80092004 (-2146885628)\n"
    "\n"
    "** KDC Certificates for DC PDC\n"
    "Certificate 0:\n"
    "Serial Number: 66\n"
    "Issuer: CN=Athena CA, C=US\n"
    " NotBefore: 2/12/2022 2:01 PM\n"
    " NotAfter: 3/23/2026 1:01 PM\n"
    "Subject: CN=pki.soho.test\n"
    "Non-root Certificate\n"
    "Template: DomainController\n"
    "Cert Hash(sha1): abb750b3252671fce8aff6b4fb4e7b36631c3c40\n"
    "\n"
    "dwFlags = CA_VERIFY_FLAGS_NT_AUTH (0x10)\n"
    "Application[0] = 1.3.6.1.5.5.7.3.1 Server Authentication\n"
    "Application[1] = 1.3.6.1.5.5.7.3.2 Client Authentication\n"
    "-------- CERT_CHAIN_CONTEXT --------\n"
    "CertContext[0][0]: dwInfoStatus=101 dwErrorStatus=0\n"
    "  Issuer: CN=Athena CA, C=US\n"
    "  Serial: 66\n"
    "  SubjectAltName: Other Name:DS Object Guid=04 10 a5 9f 94 d8 78 ac 40 f0 bb 53 c6 66 ce 1d "
    "38 "
    "dd, DNS Name=pki.soho.test, DNS Name=PDC.soho.test\n"
    "  Cert: abb750b3252671fce8aff6b4fb4e7b36631c3c40\n"
    "  Application[0] = 1.3.6.1.5.5.7.3.1 Server Authentication\n"
    "  Application[1] = 1.3.6.1.5.5.7.3.2 Client Authentication\n";
constexpr std::string_view kRest =
    "\n"
    "CertContext[0][1]: dwInfoStatus=101 dwErrorStatus=0\n"
    "  Cert: 5982c768deb5fd2cf3661bb39a8778630f04824a\n"
    "  Application[0] = 1.3.6.1.5.2.3.5 KDC Authentication\n"
    "\n";
constexpr std::string_view kCount = "1 KDC certificates for PDC\n\n";
constexpr std::string_view kFailed =
    "CertUtil: -DCInfo command FAILED: 0x80092004 (-2146885628 CRYPT_E_NOT_FOUND)\n"
    "CertUtil: Cannot find object or property.\n";

std::string Whole() {
  return std::string(kHead).append(kRest).append(kCount).append(kFailed);
}

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

Reading Read(std::string_view text) {
  return ReadWith(kCertutilDcinfoReader, text, "dcinfo.txt");
}

int Score(const ReaderSpec& reader, std::string_view text) {
  return reader.recognise({std::as_bytes(std::span(text.data(), text.size())), "dcinfo.txt"});
}

TEST(CertutilDcinfoTest, JudgesBySectionsAndNotByTheLastLine) {
  const Reading reading = Read(Whole());
  ASSERT_TRUE(reading.ok);
  EXPECT_TRUE(reading.gaps.empty());
  EXPECT_TRUE(reading.listings().empty());
  ASSERT_EQ(reading.records->Of<KdcSection>().size(), 1U);
  EXPECT_TRUE(reading.records->Of<KdcSection>()[0].complete);
  ASSERT_EQ(reading.certificates().size(), 1U);
  const CertificateRecord& record = reading.certificates()[0];
  EXPECT_EQ(record.computer, "PDC");
  EXPECT_EQ(record.store, "");
  EXPECT_EQ(record.source.place, 9U);
  EXPECT_EQ(record.fields.serial.value, "66");
  EXPECT_EQ(record.fields.template_name.value, "DomainController");
  EXPECT_EQ(record.fields.ntds_guid.value, "a59f94d878ac40f0bb53c666ce1d38dd");
  ASSERT_EQ(record.fields.san_dns.value.size(), 2U);
  EXPECT_EQ(record.fields.san_dns.value[1], "pdc.soho.test");
  // The KDC usage is only that of the CA above.
  ASSERT_EQ(record.fields.eku.value.size(), 2U);
  EXPECT_EQ(record.fields.eku.value[0], "1.3.6.1.5.5.7.3.1");
  EXPECT_EQ(record.fields.eku.value[1], "1.3.6.1.5.5.7.3.2");
  EXPECT_FALSE(record.provider.present());
  EXPECT_EQ(record.provider.knowledge, Knowledge::kUnknown);
  EXPECT_EQ(record.key_present.knowledge, Knowledge::kUnknown);
  EXPECT_EQ(record.archived.knowledge, Knowledge::kUnknown);
}

TEST(CertutilDcinfoTest, KnowsNoUsagesWhereTheChainHasOthers) {
  const Reading reading = Read(Replaced(Whole(), "\nApplication[1] = 1.3.6.1.5.5.7.3.2",
                                        "\nApplication[1] = 1.3.6.1.5.2.3.5"));
  ASSERT_EQ(reading.certificates().size(), 1U);
  EXPECT_EQ(reading.certificates()[0].fields.eku.knowledge, Knowledge::kUnknown);
  EXPECT_EQ(reading.certificates()[0].fields.eku.why, WhyUnknown::kAmbiguous);
}

TEST(CertutilDcinfoTest, KnowsNoUsagesWhereAChainOrALineOfItIsLost) {
  for (const std::string_view lost :
       {"  Application[0] = 1.3.6.1.5.5.7.3.1 Server Authentication\n", "CertContext[0][0]"}) {
    const Reading reading = Read(Replaced(Whole(), lost, ""));
    ASSERT_EQ(reading.certificates().size(), 1U) << lost;
    EXPECT_EQ(reading.certificates()[0].fields.eku.knowledge, Knowledge::kUnknown) << lost;
  }
}

TEST(CertutilDcinfoTest, AChainOfAnotherCertificateTellsNothing) {
  const Reading reading = Read(Replaced(Whole(), "  Cert: abb750", "  Cert: 000000"));
  ASSERT_EQ(reading.certificates().size(), 1U);
  EXPECT_FALSE(reading.certificates()[0].fields.eku.present());
  EXPECT_FALSE(reading.certificates()[0].fields.san_dns.present());
}

TEST(CertutilDcinfoTest, NeedsNoWordOfEnglishButKdc) {
  std::string text = Replaced(Whole(), "Testing DC[", "Pruefe DC[");
  text = Replaced(std::move(text), "Certificates for DC", "Zertifikate fuer");
  text = Replaced(std::move(text), "Certificate 0:", "Zertifikat 0:");
  text = Replaced(std::move(text), "Serial Number:", "Seriennummer:");
  text = Replaced(std::move(text), "Cert Hash(sha1):", "Zertifikathash(sha1):");
  text = Replaced(std::move(text), "certificates for", "Zertifikate fuer");
  const Reading reading = Read(text);
  EXPECT_TRUE(reading.gaps.empty());
  ASSERT_EQ(reading.certificates().size(), 1U);
  EXPECT_EQ(reading.certificates()[0].computer, "PDC");
}

TEST(CertutilDcinfoTest, TellsWhatIsMissing) {
  const struct {
    std::string text;
    WhyUnknown why;
    std::string_view message;
  } cases[] = {
      {Replaced(Whole(), "1 KDC", "2 KDC"), WhyUnknown::kMalformed,
       "2 KDC certificates were found, 1 are shown"},
      {Replaced(Whole(), "0: PDC", "0: PDC\n1: BDC"), WhyUnknown::kTruncated,
       "2 domain controllers are listed, 1 were tested"},
      {std::string(kHead).append(kRest), WhyUnknown::kTruncated,
       "the KDC certificates were not counted"},
      {Replaced(Whole(), "Cert Hash(sha1): abb750b3252671fce8aff6b4fb4e7b36631c3c40\n", ""),
       WhyUnknown::kMalformed, "certificate 0: no SHA-1 thumbprint"},
      {Replaced(Whole(), "Certificate 0:", "Certificate 1:"), WhyUnknown::kMalformed,
       "the certificate before this one is missing"},
      {"*** Testing DC[0]: PDC\nCannot open: 0x80070005 (WIN32: 5)\n", WhyUnknown::kDenied,
       "no list of KDC certificates"},
  };

  for (const auto& one : cases) {
    const Reading reading = Read(one.text);
    ASSERT_EQ(reading.gaps.size(), 1U) << one.message;
    EXPECT_EQ(reading.gaps[0].message, one.message);
    EXPECT_EQ(reading.gaps[0].why, one.why) << one.message;
    // A controller of which nothing stands there has no section.
    const auto sections = reading.records->Of<KdcSection>();
    ASSERT_EQ(sections.size(), 1U) << one.message;
    EXPECT_EQ(sections[0].computer, "PDC");
    const bool untested = one.message.find("were tested") != std::string_view::npos;
    EXPECT_EQ(sections[0].complete, untested) << one.message;
    EXPECT_TRUE(untested || sections[0].why == one.why) << one.message;
  }
}

TEST(CertutilDcinfoTest, TakesItsOwnAndNoListing) {
  EXPECT_GT(Score(kCertutilDcinfoReader, Whole()), Score(kCertutilStoreReader, Whole()));
  const std::string_view listing =
      "my \"Personal\"\n================ Certificate 0 ================\nSerial Number: 66\n";
  EXPECT_EQ(Score(kCertutilDcinfoReader, listing), 0);
  EXPECT_EQ(Score(kCertutilDcinfoReader, std::string(listing) + Whole()), 0);
  EXPECT_EQ(Score(kCertutilDcinfoReader, "*** notes ***\n0: zero\n*** more [0]: text\n"), 0);
}

}  // namespace

}  // namespace whfb::readers

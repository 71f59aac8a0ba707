// A damaged listing never counts as a complete one that holds less than was printed.

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "samples/certutil_text.h"
#include "tests/text/reading.h"

namespace whfb::readers {

extern const ReaderSpec kCertutilStoreReader;

namespace {

using std::string_literals::operator""s;

constexpr std::string_view kEnd = "CertUtil: -store command completed successfully.\r\n";

samples::CertutilCertificate Certificate(char digit) {
  return {.serial = "4c0"s + digit,
          .issuer = "CN=Issuing CA, DC=contoso, DC=com",
          .subject = "CN=amanda",
          .sha1 = std::string(40, digit),
          .not_before = *ParseTime("2026-03-25T08:00:00Z", "test"),
          .not_after = *ParseTime("2027-03-25T08:00:00Z", "test"),
          .key = samples::CertutilKey{.container = "te-1",
                                      .provider = "Microsoft Passport Key Storage Provider"}};
}

std::string Two(samples::Language language) {
  return samples::CertutilText(
      {.language = language, .certificates = {Certificate('1'), Certificate('2')}});
}

void Replace(std::string& text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  ASSERT_NE(at, std::string::npos) << what;
  text.replace(at, what.size(), with);
}

struct Counted {
  std::size_t certificates = 0;
  bool complete = false;  // every listing
  std::vector<std::string> gaps{};
};

Counted Read(std::string_view text) {
  const Reading reading = ReadWith(kCertutilStoreReader, text);
  Counted counted{.certificates = reading.certificates().size()};
  counted.complete = !reading.listings().empty() &&
                     std::ranges::all_of(reading.listings(), &StoreListing::complete);
  for (const Gap& gap : reading.gaps) {
    counted.gaps.push_back(std::to_string(gap.place) + ": " + gap.message);
  }
  return counted;
}

using Lines = std::vector<std::string>;

TEST(CertutilDamageTest, ABannerOfZerosHidesAnElement) {
  std::string text = samples::CertutilText({.certificates = {Certificate('1')}});
  Replace(text, "================ Certificate 0 ================", std::string(46, '\0'));
  const Counted read = Read(text);
  EXPECT_FALSE(read.complete);
  EXPECT_EQ(read.gaps, Lines{"2: bytes that cannot be text"});
}

TEST(CertutilDamageTest, ALostBannerIsKnownByTheLinesBelowIt) {
  std::string text = samples::CertutilText({.certificates = {Certificate('1')}});
  Replace(text, "================ Certificate 0 ================\r\n", "");
  const Counted read = Read(text);
  EXPECT_FALSE(read.complete);
  EXPECT_EQ(read.gaps, Lines{"3: part of an element without its banner"});
}

TEST(CertutilDamageTest, ALostBannerLeavesTwoCertificatesUnderOne) {
  for (const char* const left : {"", "Certificate 1 ================\r\n"}) {
    std::string text = Two(samples::Language::kEnglish);
    Replace(text, "================ Certificate 1 ================\r\n", left);
    const Counted read = Read(text);
    EXPECT_EQ(read.certificates, 0U);
    EXPECT_FALSE(read.complete);
    ASSERT_EQ(read.gaps.size(), 1U);
  }
}

TEST(CertutilDamageTest, ElementsThatDoNotBeginAtZeroAreNotAll) {
  for (const auto& [from, to] :
       {std::pair("Certificate 0", "Certificate 2"), std::pair("Certificate 1", "Certificate 2"),
        std::pair("Certificate 0", "Certificate 1")}) {
    std::string text = Two(samples::Language::kEnglish);
    Replace(text, from, to);
    EXPECT_FALSE(Read(text).complete) << from << " -> " << to;
  }
  std::string text = Two(samples::Language::kEnglish);
  text.erase(text.find("================ Certificate 0"),
             text.find("================ Certificate 1") - text.find("================"));
  const Counted read = Read(text);
  EXPECT_EQ(read.certificates, 1U);
  EXPECT_EQ(read.gaps, Lines{"2: element 1: the one before it is missing"});
}

TEST(CertutilDamageTest, ACertificateWithoutItsSerialNumberIsNoCrl) {
  for (const auto language :
       {samples::Language::kEnglish, samples::Language::kGerman, samples::Language::kFrench}) {
    std::string text =
        samples::CertutilText({.language = language, .certificates = {Certificate('1')}});
    const std::string serial = "4c01\r\n";
    Replace(text, serial, "????\r\n");
    EXPECT_EQ(Read(text).gaps, Lines{"2: element 0: no serial number"});
    // In a language that nobody told us.
    const std::size_t word = text.find("=== ") + 4;
    text.replace(word, text.find(" 0 =") - word, "Sertifika");
    EXPECT_EQ(Read(text).gaps, Lines{"2: element 0: no serial number"});
  }
}

TEST(CertutilDamageTest, WhatHeadsACertificateHeadsNoCrl) {
  std::string text = Two(samples::Language::kEnglish);
  while (text.find("Certificate 0") != std::string::npos ||
         text.find("Certificate 1") != std::string::npos) {
    text.replace(text.find("= Certificate ") + 2, 11, "Sertifika");
  }
  EXPECT_TRUE(Read(text).complete);
  // Of the second one only issuer and dates are left, as a CRL has them.
  const std::size_t second = text.find("Sertifika 1");
  text.erase(text.find("Serial", second),
             text.find("Issuer", second) - text.find("Serial", second));
  text.erase(text.find("Subject:", second), text.find(kEnd) - text.find("Subject:", second));
  const Counted read = Read(text);
  EXPECT_EQ(read.certificates, 1U);
  EXPECT_FALSE(read.complete);
}

TEST(CertutilDamageTest, AWordOfNobodyMayHeadACrl) {
  const Counted read = Read(
      "CA\r\n================ Iptal 0 ================\r\n"
      "Veren: OU=VeriSign Commercial Software Publishers CA\r\n"
      " ThisUpdate: 3/24/2001 12:00 AM\r\n NextUpdate: 1/8/2004 12:59 AM\r\n"
      "Hash(sha1): a377d1b1c0538833035211f4083d00fecc414dab\r\n\r\n" +
      std::string(kEnd));
  EXPECT_TRUE(read.complete);
  EXPECT_EQ(read.gaps, Lines{});
}

TEST(CertutilDamageTest, ZerosInAValueAreDamageOfTheElement) {
  std::string text = Two(samples::Language::kEnglish);
  Replace(text, "CN=amanda", "CN=am\0nda"s);
  const Counted read = Read(text);
  EXPECT_EQ(read.certificates, 1U);
  EXPECT_FALSE(read.complete);
  EXPECT_EQ(read.gaps, Lines{"7: element 0: bytes that cannot be text"});
}

TEST(CertutilDamageTest, WordsThatAScriptPrintsAreNoDamage) {
  const Counted read =
      Read("==== certificates of PC-0001 ====\r\nHost: 1234abcd\r\nProcess ID: 4711\r\n" +
           Two(samples::Language::kEnglish) + "\r\ndone: 11/25/2026 10:00\r\n");
  EXPECT_EQ(read.certificates, 2U);
  EXPECT_TRUE(read.complete);
  EXPECT_EQ(read.gaps, Lines{});
}

TEST(CertutilDamageTest, MoreNamesThanTheLimitAreAGap) {
  const auto listing = [](int names) {
    std::string text =
        "my\r\n================ Certificate 0 ================\r\nX509 Certificate:\r\nVersion: "
        "3\r\n"
        "Serial Number: 4c01\r\nSignature Algorithm:\r\n    Algorithm ObjectId: "
        "1.2.840.113549.1.1.11\r\n"
        "Issuer:\r\n    CN=Issuing CA\r\n\r\n NotBefore: 25.03.2026 08:00\r\n NotAfter: 25.03.2027 "
        "08:00\r\n\r\n"
        "Subject:\r\n    CN=dc01\r\n\r\nPublic Key Algorithm:\r\n    Algorithm ObjectId: "
        "1.2.840.113549.1.1.1 RSA\r\n"
        "Public Key Length: 2048 bits\r\nCertificate Extensions: 1\r\n"
        "    2.5.29.17: Flags = 0, Length = 16\r\n    Subject Alternative Name\r\n";
    for (int i = 0; i < names; ++i) {
      text += "        DNS Name=a" + std::to_string(i) + ".contoso.com\r\n";
    }
    return text + "\r\nNon-root Certificate\r\nCert Hash(sha1): " + std::string(40, 'a') +
           "\r\n\r\n" + std::string(kEnd);
  };
  const Reading whole = ReadWith(kCertutilStoreReader, listing(1023));
  ASSERT_EQ(whole.certificates().size(), 1U);
  EXPECT_EQ(whole.certificates()[0].fields.san_dns.value.size(), 1023U);
  EXPECT_TRUE(whole.gaps.empty());
  const Reading cut = ReadWith(kCertutilStoreReader, listing(1024));  // and the heading
  ASSERT_EQ(cut.certificates().size(), 1U);
  EXPECT_EQ(cut.certificates()[0].fields.san_dns.knowledge, Knowledge::kUnknown);
  EXPECT_EQ(cut.certificates()[0].fields.san_dns.why, WhyUnknown::kTooLarge);
  ASSERT_EQ(cut.gaps.size(), 1U);
  EXPECT_EQ(cut.gaps[0].why, WhyUnknown::kTooLarge);
}

// Any run of bytes is overwritten. With letters it may be a text that nobody can doubt, but then
// both certificates are there.
TEST(CertutilDamageTest, NoDamageMakesACompleteListingOfLess) {
  for (const auto language :
       {samples::Language::kEnglish, samples::Language::kGerman, samples::Language::kFrench}) {
    const std::string whole = Two(language);
    ASSERT_TRUE(Read(whole).complete);
    for (const char with : {'\0', '\xff', 'x'}) {
      for (const std::size_t length : {2U, 7U, 46U, 130U}) {
        for (std::size_t at = 0; at + length <= whole.size(); ++at) {
          std::string text = whole;
          text.replace(at, length, std::string(length, with));
          const Counted read = Read(text);
          ASSERT_TRUE(!read.complete || read.certificates == 2)
              << static_cast<int>(with) << " x " << length << " at " << at << "\n"
              << text;
          ASSERT_TRUE(with == 'x' || !read.gaps.empty()) << at << "\n" << text;
        }
      }
    }
  }
}

}  // namespace
}  // namespace whfb::readers

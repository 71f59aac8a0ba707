// Captures that hold the output of several commands of certutil. What each command prints is
// described in formats.md sections 1 to 3.

#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/text/reading.h"

namespace whfb::readers {

extern const ReaderSpec kCaTemplatesReader;
extern const ReaderSpec kCertutilKeyListReader;
extern const ReaderSpec kCertutilStoreReader;
extern const ReaderSpec kTemplateListingReader;

namespace {

constexpr std::string_view kListing =
    "my \"Personal\"\n"
    "================ Certificate 0 ================\n"
    "Serial Number: 5001\n"
    "Issuer: CN=CA\n"
    " NotBefore: 11/14/2025 7:15 AM\n"
    " NotAfter: 11/14/2026 7:15 AM\n"
    "Subject: CN=Lena\n"
    "Non-root Certificate\n"
    "Cert Hash(sha1): 1bd4a9c7b0899833ccd30003a497cab6be89997f\n"
    "CertUtil: -store command completed successfully.\n";
constexpr std::uint64_t kBehindListing = 11;  // its lines, and one

constexpr std::string_view kIssued =
    "User: User -- Auto-Enroll\n"
    "CertUtil: -CATemplates command completed successfully.\n";
constexpr std::string_view kTemplates =
    "  TemplatePropCommonName = User\n"
    "CertUtil: -Template command completed successfully.\n";
constexpr std::string_view kKeys =
    "Microsoft Passport Key Storage Provider:\n"
    "  a/b/c/d/e\n"
    "CertUtil: -key command completed successfully.\n";

const ReaderSpec* Recognised(std::string_view text) {
  return Recognise(std::as_bytes(std::span(text)), "capture.txt");
}

std::string Joined(std::string_view first, std::string_view second) {
  return std::string(first).append(second);
}

TEST(CertutilVerbsTest, TheListingOfADeviceIsNotTakenForAnExportOfTheDirectory) {
  for (const std::string_view second : {kIssued, kTemplates}) {
    EXPECT_EQ(Recognised(Joined(kListing, second)), &kCertutilStoreReader) << second;
  }
  // Only the lines of an element, without header and banner.
  EXPECT_EQ(Recognised(Joined("Subject: CN=Lena\n", kIssued)), nullptr);
  EXPECT_EQ(Recognised(Joined("Subject: CN=Lena\n", kTemplates)), nullptr);
  EXPECT_EQ(Recognised(Joined("my \"Personal\"\n", kTemplates)), nullptr);
  EXPECT_EQ(Recognised(kIssued), &kCaTemplatesReader);
  EXPECT_EQ(Recognised(kTemplates), &kTemplateListingReader);
}

struct Case {
  const ReaderSpec* reader = nullptr;
  std::string text{};
  std::uint64_t line = 0;
};

TEST(CertutilVerbsTest, OutputOfAnotherCommandIsTold) {
  const Case cases[] = {
      {&kCertutilStoreReader, Joined(kListing, kTemplates), kBehindListing},
      {&kCertutilStoreReader, Joined(kListing, kKeys), kBehindListing},
      {&kCertutilStoreReader, Joined(kListing, kIssued), kBehindListing + 1},
      {&kCertutilStoreReader, Joined(kListing, "C:\\>certutil -v -template\n").append(kTemplates),
       kBehindListing},
      {&kCertutilKeyListReader, Joined(kKeys, kListing), 4},
      {&kTemplateListingReader, Joined(kTemplates, kListing), 3},
      {&kCaTemplatesReader, Joined(kIssued, kListing), 3},
      {&kCaTemplatesReader, Joined(kIssued, "C:\\>certutil -user -store my\n"), 3},
  };
  for (const Case& one : cases) {
    const Reading read = ReadWith(*one.reader, one.text);
    ASSERT_EQ(read.gaps.size(), 1U) << one.text;
    EXPECT_EQ(read.gaps[0].place, one.line) << one.text;
    EXPECT_EQ(read.gaps[0].why, WhyUnknown::kNotCollected);
  }
}

TEST(CertutilVerbsTest, SeveralCommandsOfOneVerbAreNoOthers) {
  const std::string command = "C:\\>certutil -silent -user -store my\n";
  const std::string twice = command + std::string(kListing) + command + std::string(kListing);
  EXPECT_TRUE(ReadWith(kCertutilStoreReader, twice).gaps.empty());
  EXPECT_TRUE(ReadWith(kCertutilKeyListReader, Joined(kKeys, kKeys)).gaps.empty());
  EXPECT_TRUE(ReadWith(kTemplateListingReader, Joined(kTemplates, kTemplates)).gaps.empty());
  EXPECT_TRUE(ReadWith(kCaTemplatesReader, Joined(kIssued, kIssued)).gaps.empty());
}

}  // namespace

}  // namespace whfb::readers

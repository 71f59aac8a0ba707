// Damaged evidence may only take knowledge away: it never turns one verdict into another.

#include <algorithm>
#include <string>
#include <vector>

#include "samples/contoso_files.h"
#include "samples/contoso_identity.h"
#include "tests/scan/scan_run.h"

namespace whfb::scan_test {

namespace {

using samples::Files;
using samples::Story;
using std::string_literals::operator""s;

constexpr const char* kUserListing = "certutil_-user_-store_my.txt";

class DamageTest : public ScanTest {
 protected:
  DamageTest() { options.declared.collected_as = samples::Upn(story_); }

  // The exports of the device with one of them changed.
  template <typename Change>
  [[nodiscard]] Results ScanChanged(std::string_view ending, Change change) const {
    Files files = samples::DeviceFiles(story_, Pki());
    const auto found =
        std::ranges::find_if(files, [&](const auto& file) { return file.first.ends_with(ending); });
    if (found == files.end()) {
      ADD_FAILURE() << "no file " << ending;
      return {};
    }
    change(found->second);
    PutFiles("devices", files);
    PutEnvironment();
    return Scan();
  }

  [[nodiscard]] const Story& story() const { return story_; }

  // Nothing of the user is judged by a listing that lost an element.
  void ExpectOpen(const Results& results) const {
    EXPECT_EQ(results.ReadinessOf(DeviceOf(story_)), "undetermined");
    const auto user = std::ranges::find(results.subjects, SubjectKind::kUser, &SubjectRecord::kind);
    ASSERT_NE(user, results.subjects.end());
    for (const char* const rule : {"cert.in-whfb-container", "cert.time-valid", "cert.eku"}) {
      Expect(results, {.subject = user->id, .rule = rule, .verdict = Verdict::kUnknown});
    }
    const auto listing = std::ranges::find_if(results.coverage, [](const CoverageRecord& one) {
      return one.file.ends_with(kUserListing);
    });
    ASSERT_NE(listing, results.coverage.end());
    EXPECT_GT(listing->damaged, 0U);
  }

 private:
  Story story_ = Healthy();
};

void Overwrite(std::string& text, std::string_view what, const std::string& with) {
  const std::size_t at = text.find(what);
  ASSERT_NE(at, std::string::npos) << what;
  text.replace(at, with.size(), with);
}

TEST_F(DamageTest, ACertificateWhoseBannerIsDestroyedIsNotMissing) {
  ExpectOpen(ScanChanged(kUserListing, [](std::string& text) {
    Overwrite(text, "================ Certificate 0", std::string(46, '\0'));
  }));
}

TEST_F(DamageTest, ACertificateWhoseSerialNumberIsDestroyedIsNoCrl) {
  ExpectOpen(ScanChanged(kUserListing, [](std::string& text) {
    Overwrite(text, "Serial Number: ", "Serial Number: ?");
    text.replace(text.find('?'), text.find('\r', text.find('?')) - text.find('?'), "????");
  }));
}

TEST_F(DamageTest, ALostBannerDoesNotHideTheRenewedCertificate) {
  const std::string banner = "================ Certificate 1 ================";
  Story story = Healthy();
  story.certificates = {
      {.serial = 30, .not_before = "20250601000000Z", .not_after = "20260601000000Z"},
      {.serial = 31, .not_before = "20260520000000Z", .not_after = "20270520000000Z"}};
  Files files = samples::DeviceFiles(story, Pki());
  const auto listing = std::ranges::find_if(
      files, [](const auto& file) { return file.first.ends_with(kUserListing); });
  ASSERT_NE(listing, files.end());
  Overwrite(listing->second, banner, std::string(banner.size(), 'x'));
  PutFiles("devices", files);
  PutEnvironment();
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), "undetermined");
}

TEST_F(DamageTest, ADomainControllerWhoseListingLostAnElementIsNotBlocked) {
  PutDevice(story());
  PutEnvironment({.controllers = {{.host = "dc01"}, {.host = "dc02", .evidence = false}}});
  Put("environment/dc02/certutil_-store_my.txt",
      "my \"Personal\"\r\n" + std::string(46, '\0') +
          "\r\nSerial Number: 6001\r\nIssuer: CN=Contoso Issuing CA 1, DC=contoso, DC=com\r\n"
          " NotBefore: 3/1/2026 12:00 AM\r\n NotAfter: 3/1/2027 12:00 AM\r\n"
          "Subject: CN=dc02.corp.contoso.com\r\nNon-root Certificate\r\n"
          "Cert Hash(sha1): c95704766c0fbc5e95d97ff11dcb791d2c1cf6cf\r\n\r\n"
          "CertUtil: -store command completed successfully.\r\n");
  const Results results = Scan();
  EXPECT_EQ(results.ReadinessOf(kDc02), "undetermined");
  Expect(results,
         {.subject = kDc02, .rule = "dc.certificate-present", .verdict = Verdict::kUnknown});
}

TEST_F(DamageTest, ADestroyedKeyNameIsNoSettingThatIsNotSet) {
  Story story = Healthy();
  story.gpo_values = {{"DisableSmartCardNode", 1}};
  for (const bool damaged : {false, true}) {
    Files files = samples::DeviceFiles(story, Pki());
    const auto policies = std::ranges::find_if(
        files, [](const auto& file) { return file.first.ends_with("/policies.reg"); });
    ASSERT_NE(policies, files.end());
    if (damaged) {
      Overwrite(policies->second, "W\0o\0r\0k\0]\0"s, "\xff\xff\xff\xff");
    }
    PutFiles("devices", files);
    PutEnvironment();
    const Results results = Scan();
    EXPECT_EQ(results.ReadinessOf(DeviceOf(story)), damaged ? "undetermined" : "blocked");
    Expect(results, {.subject = DeviceOf(story),
                     .rule = "whfb.emulation-off",
                     .verdict = damaged ? Verdict::kUnknown : Verdict::kFail});
  }
}

TEST_F(DamageTest, AnIntentFileWithErasedBytesDeclaresNothing) {
  PutDevice(story());
  PutEnvironment();
  Put("environment/contoso-intent.xml",
      "<intent version=\"1\">\n<template name=\"Contoso\xff\xff\xff\"/>\n</intent>\n");
  const Results results = Scan();
  const auto intent = std::ranges::find_if(results.coverage, [](const CoverageRecord& one) {
    return one.file.ends_with("contoso-intent.xml");
  });
  ASSERT_NE(intent, results.coverage.end());
  EXPECT_EQ(intent->reason, "2: bytes that cannot be text");
}

}  // namespace
}  // namespace whfb::scan_test

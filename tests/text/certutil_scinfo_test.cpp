// `certutil -scinfo` and `certutil -key`, in the shape that formats.md section 1 describes.

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"
#include "tests/text/collector_run.h"
#include "tests/text/reading.h"

namespace whfb::readers {

extern const ReaderSpec kCertutilKeyListReader;
extern const ReaderSpec kCertutilScinfoReader;
extern const ReaderSpec kCertutilStoreReader;

}  // namespace whfb::readers

namespace whfb::collectors {

extern const CollectorSpec kCertificatesCollector;
extern const CollectorSpec kPassportKspCollector;

namespace {

using readers::CertificateRecord;
using readers::kCertutilKeyListReader;
using readers::kCertutilScinfoReader;
using readers::kCertutilStoreReader;
using readers::ListedKey;
using readers::Reading;
using readers::ReadWith;

constexpr std::string_view kContainer =
    "S-1-12-1-1-2-3-4/8c1f9a52-6f0e-4d3b-a0c7-51b2e9d4f613/login.windows.net/"
    "5d3a4b8e-0f3c-4a1d-9c55-8a6f2f1c7e90/lena@nordwind.example";
constexpr std::string_view kOther = "cccccccccccccccccccccccccccccccccccccccc";

std::string Short(std::string_view sha1) {
  return std::string(
             "Serial Number: 7b01\n"
             "Issuer: CN=CA\n"
             " NotBefore: 11/14/2025 7:15 AM\n"
             " NotAfter: 11/14/2026 7:15 AM\n"
             "Subject: CN=Lena\n"
             "Non-root Certificate\n"
             "Cert Hash(sha1): ")
      .append(sha1)
      .append("\n");
}

std::string Card(std::string_view reader, std::string_view provider, std::string_view container) {
  return std::string("--- Status: SCARD_STATE_PRESENT\n")
      .append("================ Certificate 0 ================\n--- Reader: ")
      .append(reader)
      .append("\n---   Card:  cafe\nProvider = ")
      .append(provider)
      .append("\nKey Container = ")
      .append(container)
      .append("\n\n")
      .append(Short(kOther))
      .append(
          "\nPerforming AT_KEYEXCHANGE public key matching test...\n"
          "  Key Container = x\n  KeySpec = 1 -- AT_KEYEXCHANGE\nPrivate key verifies\n"
          "--------------===========================--------------\n"
          "Done.\nCertUtil: -SCInfo command completed successfully.\n");
}

std::string HelloCard() {
  return Card("Windows Hello for Business 1", "Microsoft Base Smart Card Crypto Provider", "{1}");
}

std::string Listing(std::string_view sha1) {
  return std::string("certutil -user -store my\nmy \"Personal\"\n")
      .append("================ Certificate 0 ================\n")
      .append(Short(sha1))
      .append("  Key Container = ")
      .append(kContainer)
      .append("\n  Provider = Microsoft Passport Key Storage Provider\n")
      .append("Encryption test passed\n\nCertUtil: -store command completed successfully.\n");
}

TEST(CertutilScinfoTest, KeepsTheCertificatesOfTheHelloCardOnly) {
  const Reading hello = ReadWith(kCertutilScinfoReader, HelloCard());
  ASSERT_EQ(hello.certificates().size(), 1U);
  EXPECT_TRUE(hello.gaps.empty());
  const CertificateRecord& record = hello.certificates()[0];
  EXPECT_TRUE(record.on_card);
  EXPECT_EQ(record.scope, readers::StoreScope::kUser);
  EXPECT_EQ(record.fields.serial.value, "7b01");
  EXPECT_EQ(record.fields.sha1.value, kOther);
  // The provider of smart cards stands before every card, and the card may be a redirected one.
  EXPECT_EQ(record.provider.knowledge, Knowledge::kUnknown);
  EXPECT_EQ(record.key_present.knowledge, Knowledge::kUnknown);
  EXPECT_EQ(record.archived.knowledge, Knowledge::kUnknown);
  const Reading other = ReadWith(kCertutilScinfoReader, Card("ACS ACR39U 0", "P", "C"));
  EXPECT_TRUE(other.ok);
  EXPECT_TRUE(other.certificates().empty());
  EXPECT_EQ(other.note, "utf-8, keys of other cards: 1");
}

TEST(CertutilScinfoTest, BelievesTheHelloProviderWhereItIsNamed) {
  const Reading reading = ReadWith(
      kCertutilScinfoReader,
      Card("Windows Hello for Business 1", "Microsoft Passport Key Storage Provider", kContainer));
  ASSERT_EQ(reading.certificates().size(), 1U);
  EXPECT_EQ(reading.certificates()[0].container.value, kContainer);
}

TEST(CertutilScinfoTest, TellsAKeyWhoseReaderIsLost) {
  std::string text = HelloCard();
  const std::string_view line = "--- Reader: Windows Hello for Business 1\n---   Card:  cafe\n";
  text.erase(text.find(line), line.size());
  const Reading reading = ReadWith(kCertutilScinfoReader, text);
  ASSERT_EQ(reading.gaps.size(), 1U);
  EXPECT_EQ(reading.gaps[0].message, "key 0: the reader of the card is not told");
}

int Score(const readers::ReaderSpec& reader, std::string_view text) {
  return reader.recognise({std::as_bytes(std::span(text.data(), text.size())), "a.txt"});
}

TEST(CertutilScinfoTest, TakesItsOwnAndNoListing) {
  for (const std::string& text : {HelloCard(), HelloCard().substr(HelloCard().find('='))}) {
    EXPECT_GT(Score(kCertutilScinfoReader, text), Score(kCertutilStoreReader, text));
  }
  EXPECT_EQ(Score(kCertutilScinfoReader, Listing(kOther)), 0);
  EXPECT_EQ(Score(kCertutilScinfoReader, Listing(kOther) + HelloCard()), 0);
}

const Table* RowsOf(CollectorRun& run) {
  for (Subject& subject : run.facts.subjects()) {
    if (subject.kind == SubjectKind::kUser) {
      return &subject.facts.TableOf("user.certificate");
    }
  }
  return nullptr;
}

TEST(CertutilScinfoTest, ACardIsOfItsUserAndProvesNoStore) {
  CollectorRun run;
  run.Add(kCertutilScinfoReader, HelloCard(),
          {.account = readers::Account::kUser, .user_upn = "lena@nordwind.example"});
  run.Collect(kCertificatesCollector);
  const Table* const rows = RowsOf(run);
  ASSERT_NE(rows, nullptr);
  EXPECT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->coverage(), Coverage::kPartial);
}

TEST(CertutilScinfoTest, ACardOfNobodyOrOfSystemIsNoUsers) {
  for (const readers::Account account : {readers::Account::kUnknown, readers::Account::kSystem}) {
    CollectorRun run;
    run.Add(kCertutilScinfoReader, HelloCard(), {.account = account});
    run.Collect(kCertificatesCollector);
    EXPECT_EQ(RowsOf(run), nullptr);
  }
}

TEST(CertutilScinfoTest, ACertificateThatAWholeListingLacksIsNotAdded) {
  for (const bool listed : {true, false}) {
    CollectorRun run;
    run.Add(kCertutilStoreReader, Listing(listed ? kOther : std::string(40, 'a')));
    run.Add(kCertutilScinfoReader, HelloCard());
    run.declared.collected_as = "lena@nordwind.example";
    run.Collect(kCertificatesCollector);
    const Table* const rows = RowsOf(run);
    ASSERT_NE(rows, nullptr);
    EXPECT_EQ(rows->size(), 1U);
    EXPECT_EQ(rows->coverage(), Coverage::kComplete);
  }
}

std::string KeyList(std::string_view provider) {
  return std::string(provider)
      .append(":\r\n  ")
      .append(kContainer)
      .append(
          "\r\n  RSA\r\n    Name: a/b/c/d/e\r\n\r\nCertUtil: -key command completed "
          "successfully.\r\n");
}

TEST(CertutilKeyListTest, NamesTheUsersOfHelloKeys) {
  CollectorRun run;
  run.Add(kCertutilKeyListReader, KeyList("Microsoft Passport Key Storage Provider"));
  const auto keys = run.records.Of<ListedKey>();
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].name, kContainer);
  EXPECT_EQ(keys[0].source.place, 2U);
  run.Collect(kPassportKspCollector);
  Subject* const user = run.facts.User({.sid = "S-1-12-1-1-2-3-4"});
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(user->facts.Get("user.has_hello_container").value.number, 1);
  EXPECT_EQ(user->facts.TableOf("user.hello_container").coverage(), Coverage::kPartial);
}

TEST(CertutilKeyListTest, KeysOfOtherProvidersAndOfSystemAreNoUsers) {
  for (const bool system : {true, false}) {
    CollectorRun run;
    run.Add(kCertutilKeyListReader,
            KeyList(system ? "Microsoft Passport Key Storage Provider"
                           : "Microsoft Software Key Storage Provider"),
            {.account = system ? readers::Account::kSystem : readers::Account::kUser});
    run.Collect(kPassportKspCollector);
    EXPECT_EQ(RowsOf(run), nullptr);
  }
}

TEST(CertutilKeyListTest, TellsAFailureAndAMissingEnd) {
  const Reading denied = ReadWith(kCertutilKeyListReader,
                                  "CertUtil: -key command FAILED: 0x80070005 (WIN32: 5 ERROR)\n");
  ASSERT_EQ(denied.gaps.size(), 1U);
  EXPECT_EQ(denied.gaps[0].why, WhyUnknown::kDenied);
  const Reading open =
      ReadWith(kCertutilKeyListReader, "Microsoft Passport Key Storage Provider:\n  a/b/c/d/e\n");
  EXPECT_EQ(open.records->Of<ListedKey>().size(), 1U);
  ASSERT_EQ(open.gaps.size(), 1U);
  EXPECT_EQ(open.gaps[0].why, WhyUnknown::kTruncated);
}

TEST(CertutilKeyListTest, KeysBelowAnotherHeadAreNotThoseOfHello) {
  for (const std::string_view head :
       {"Fabrikam Smart Card Provider:\n", "Microsoft Software Key Storage \xff\xferovider:\n"}) {
    const Reading read =
        ReadWith(kCertutilKeyListReader,
                 std::string("Microsoft Passport Key Storage Provider:\n  1/b/c/d/e\n")
                     .append(head)
                     .append("  2/b/c/d/e\n"
                             "Microsoft Platform Crypto Provider:\n  3/b/c/d/e\n"
                             "CertUtil: -key command completed successfully.\n"));
    const auto keys = read.records->Of<ListedKey>();
    ASSERT_EQ(keys.size(), 2U) << head;
    EXPECT_EQ(keys[0].name, "1/b/c/d/e");
    EXPECT_EQ(keys[1].name, "3/b/c/d/e");
    EXPECT_EQ(keys[1].provider, "Microsoft Platform Crypto Provider");
    ASSERT_EQ(read.gaps.size(), 1U);
    EXPECT_EQ(read.gaps[0].place, 3U);
    EXPECT_EQ(read.gaps[0].why, WhyUnknown::kMalformed);
  }
}

TEST(CertutilKeyListTest, KnowsTheLastLineInGerman) {
  const Reading german = ReadWith(kCertutilKeyListReader,
                                  "Microsoft Passport Key Storage Provider:\n  a/b/c/d/e\n"
                                  "CertUtil: -key-Befehl wurde erfolgreich ausgef\xc3\xbchrt.\n");
  EXPECT_TRUE(german.gaps.empty());
}

TEST(CertutilKeyListTest, TakesItsOwnAndNoListing) {
  EXPECT_GT(Score(kCertutilKeyListReader, KeyList("Microsoft Platform Crypto Provider")), 0);
  EXPECT_EQ(Score(kCertutilKeyListReader, Listing(kOther)), 0);
  EXPECT_EQ(Score(kCertutilKeyListReader, "Provider:\n  a\n"), 0);
}

}  // namespace

}  // namespace whfb::collectors

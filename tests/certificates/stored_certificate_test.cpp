#include <algorithm>

#include <gtest/gtest.h>

#include "collectors/readers/certificate_blob.h"
#include "generated_certificate.h"
#include "store_bytes.h"

namespace whfb::readers {

extern const ReaderSpec kStoredCertificateReader;

namespace {

using tests::AddProperty;
using tests::Bytes;

constexpr std::string_view kStore =
    "/AppData/Roaming/Microsoft/SystemCertificates/My/Certificates/";

struct Outcome {
  TextPool pool{};
  Records records{pool};
  RecordSink sink{.records = records};

  Status Read(const Bytes& bytes, const std::string& path, Context context = {}) {
    return kStoredCertificateReader.read({.path = path, .bytes = bytes, .context = context}, sink);
  }

  [[nodiscard]] std::span<const CertificateRecord> certificates() const {
    return records.Of<CertificateRecord>();
  }

  [[nodiscard]] std::span<const StoreListing> listings() const {
    return records.Of<StoreListing>();
  }
};

Bytes HelloFile() {
  Bytes bytes;
  AddProperty(bytes, kKeyProviderProperty, tests::KeyProvider(tests::kContainer, tests::kPassport));
  AddProperty(bytes, kFriendlyNameProperty, tests::Utf16("Hello"));
  AddProperty(bytes, kCertificateElement, tests::SomeCertificate("x"));
  return bytes;
}

// What the file has to be called.
std::string Thumbprint() {
  TextPool pool;
  const auto record = ParseCertificateBlob(HelloFile(), pool, "x");
  return std::string(record->fields.sha1.value);
}

TEST(StoredCertificate, IsOfTheProfileThatItLiesIn) {
  struct Case {
    std::string path{};
    std::string_view profile{};
    StoreScope scope = StoreScope::kUser;
  };

  const std::string name = Thumbprint();
  const std::string velociraptor = "uploads/auto/C%3A/Users/lena";
  for (const Case& one : {
           Case{"C/Users/lena.maier" + std::string(kStore) + name, "C/Users/lena.maier"},
           Case{velociraptor + std::string(kStore) + name, velociraptor},
           Case{"PC.zip!/C/users/LENA/appdata/roaming/microsoft/systemcertificates/my/"
                "certificates/" +
                    name,
                "PC.zip!/C/users/LENA"},
           Case{"C/Documents and Settings/lena/Application Data/Microsoft/SystemCertificates/My/"
                "Certificates/" +
                    name,
                "C/Documents and Settings/lena"},
           Case{"lena.zip!" + std::string(kStore) + name, ""},
           Case{"SystemCertificates/My/Certificates/" + name, ""},
           Case{"files/" + name, "", StoreScope::kUnknown},
           Case{"C/Users/lena/AppData/Roaming/Microsoft/SystemCertificates/Request/Certificates/" +
                    name,
                "", StoreScope::kUnknown},
       }) {
    SCOPED_TRACE(one.path);
    Outcome outcome;
    ASSERT_TRUE(outcome.Read(HelloFile(), one.path));
    ASSERT_EQ(outcome.certificates().size(), 1U);
    EXPECT_EQ(outcome.certificates()[0].profile, one.profile);
    EXPECT_EQ(outcome.certificates()[0].scope, one.scope);
    EXPECT_EQ(outcome.certificates()[0].container.value, tests::kContainer);
    const bool listed = one.scope == StoreScope::kUser;
    ASSERT_EQ(outcome.listings().size(), listed ? 1U : 0U);
    EXPECT_TRUE(!listed || !outcome.listings()[0].complete);
  }
}

TEST(StoredCertificate, IsItsOwnersWhoeverCollectedIt) {
  Outcome outcome;
  ASSERT_TRUE(outcome.Read(HelloFile(), "C/Users/lena" + std::string(kStore) + Thumbprint(),
                           {.account = Account::kSystem, .user_sid = "S-1-5-18"}));
  EXPECT_EQ(outcome.certificates()[0].context.account, Account::kUnknown);
  EXPECT_EQ(outcome.certificates()[0].context.user_sid, "");
}

TEST(StoredCertificate, OfAServiceSaysNothingAboutUsers) {
  for (const std::string profile :
       {"C/Windows/ServiceProfiles/NetworkService", "C/Windows/System32/config/systemprofile"}) {
    Outcome outcome;
    ASSERT_TRUE(outcome.Read(HelloFile(), profile + std::string(kStore) + Thumbprint()));
    EXPECT_EQ(outcome.certificates()[0].context.account, Account::kSystem);
    EXPECT_TRUE(outcome.listings().empty());
  }
}

TEST(StoredCertificate, OfAnOldCopyIsUsedForNobody) {
  for (const std::string profile :
       {"C/Windows.old/Users/lena", "C/Windows.old.000/Users/lena", "C/$WINDOWS.~BT/Users/lena",
        "C/%24Recycle.Bin/S-1-5-21-1-2-3-1001/$R1A2B3C/lena", "D/VSS2/C/Users/lena",
        "%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy3/Users/lena",
        "@GMT-2026.11.18-07.00.00/Users/lena"}) {
    SCOPED_TRACE(profile);
    Outcome outcome;
    ASSERT_TRUE(outcome.Read(HelloFile(), profile + std::string(kStore) + Thumbprint()));
    EXPECT_TRUE(outcome.certificates().empty());
    EXPECT_TRUE(outcome.listings().empty());
    EXPECT_EQ(outcome.sink.note, "an old copy, used for nobody");
  }
  for (const std::string profile :
       {"C/Users/windows.oldtimer", "vss/Users/lena", "C/Users/regback.zip!"}) {
    Outcome outcome;
    ASSERT_TRUE(outcome.Read(HelloFile(), profile + std::string(kStore) + Thumbprint()));
    EXPECT_EQ(outcome.certificates().size(), 1U) << profile;
  }
}

TEST(StoredCertificate, UnderTheNameOfAnotherOneIsDamage) {
  Outcome outcome;
  const std::string path = "C/Users/lena" + std::string(kStore) + std::string(40, 'A');
  ASSERT_TRUE(outcome.Read(HelloFile(), path));
  EXPECT_TRUE(outcome.certificates().empty());
  ASSERT_EQ(outcome.sink.gaps.size(), 1U);
  EXPECT_EQ(outcome.sink.gaps[0].message, "the file is called after another certificate");
  EXPECT_EQ(outcome.listings()[0].why, WhyUnknown::kMalformed);
}

TEST(StoredCertificate, CutAnywhereInItsStoreIsToldAndGivesNothing) {
  const Bytes whole = HelloFile();
  const std::string path = "C/Users/lena" + std::string(kStore) + Thumbprint();
  for (std::size_t size = 12; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    Outcome outcome;
    ASSERT_TRUE(outcome.Read(cut, path)) << size;
    EXPECT_TRUE(outcome.certificates().empty()) << size;
    EXPECT_EQ(outcome.sink.gaps.size(), 1U) << size;
  }
}

TEST(StoredCertificate, IsNoListOfRevokedCertificates) {
  Bytes bytes;
  AddProperty(bytes, kSha1Property, Bytes(20));
  AddProperty(bytes, kCrlElement, tests::SomeCertificate("x"));
  EXPECT_EQ(Recognise(bytes, std::string(40, 'a')), nullptr);
  EXPECT_EQ(Recognise(HelloFile(), "anything"), &kStoredCertificateReader);
}

}  // namespace

}  // namespace whfb::readers

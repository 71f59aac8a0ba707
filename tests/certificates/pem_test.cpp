#include <filesystem>
#include <fstream>
#include <map>
#include <openssl/pem.h>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/readers/certificate_record.h"
#include "generated_certificate.h"

namespace whfb::readers {

extern const ReaderSpec kPemReader;

namespace {

namespace fs = std::filesystem;

struct Outcome {
  TextPool pool{};
  Records records{pool};
  RecordSink sink{.records = records};

  Status Read(std::string_view text) {
    return kPemReader.read({.path = "x.pem", .bytes = std::as_bytes(std::span(text))}, sink);
  }

  [[nodiscard]] std::span<const CertificateRecord> certificates() const {
    return records.Of<CertificateRecord>();
  }
};

std::string SomePem() {
  const tests::Recipe recipe = {.subject = {{"CN", "x"}}, .not_before = 0, .not_after = 1};
  return tests::Pem(tests::Issue(recipe, tests::SharedKey(), nullptr, nullptr).get());
}

TEST(Pem, ReadsSeveralCertificatesBetweenProse) {
  Outcome outcome;
  ASSERT_TRUE(outcome.Read("subject: x\r\n" + SomePem() + "more prose\n" + SomePem()));
  EXPECT_EQ(outcome.certificates().size(), 2U);
  EXPECT_EQ(outcome.certificates()[0].source.place, 2U);
  EXPECT_EQ(outcome.certificates()[0].scope, StoreScope::kUnknown);
  EXPECT_EQ(outcome.certificates()[0].provider.knowledge, Knowledge::kUnknown);
  EXPECT_TRUE(outcome.sink.gaps.empty());
}

TEST(Pem, NamesTheLineOfABlockThatIsDamaged) {
  Outcome outcome;
  std::string text = SomePem();
  text[60] = '!';
  ASSERT_TRUE(outcome.Read("\n" + text + SomePem()));
  EXPECT_EQ(outcome.certificates().size(), 1U);
  ASSERT_EQ(outcome.sink.gaps.size(), 1U);
  EXPECT_EQ(outcome.sink.gaps[0].place, 2U);
  EXPECT_EQ(outcome.sink.gaps[0].message, "the block is not Base64");
}

TEST(Pem, SaysThatTheInputEndsInsideABlock) {
  Outcome outcome;
  ASSERT_TRUE(outcome.Read(SomePem().substr(0, 200)));
  ASSERT_EQ(outcome.sink.gaps.size(), 1U);
  EXPECT_EQ(outcome.sink.gaps[0].why, WhyUnknown::kTruncated);
}

// Of a block without END the first line is left; what follows is a key, well or badly written.
TEST(Pem, NeverDecodesAKey) {
  const std::string begun = SomePem().substr(0, SomePem().find('\n', 30) + 1);
  const std::string lines =
      SomePem().substr(begun.size(), SomePem().find("-----END") - begun.size());
  for (const std::string_view kind : {"PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}) {
    const std::string end = "-----END " + std::string(kind) + "-----\n";
    const std::string key = "-----BEGIN " + std::string(kind) + "-----\n" + lines;
    for (const std::string& text :
         {begun + key + end, begun + "  " + key + end, begun + key + "-----END CERTIFICATE-----\n",
          begun + lines + end}) {
      Outcome outcome;
      ASSERT_TRUE(outcome.Read(text + SomePem()));
      EXPECT_EQ(outcome.certificates().size(), 1U) << text;
      ASSERT_EQ(outcome.sink.gaps.size(), 1U) << text;
      EXPECT_EQ(outcome.sink.gaps[0].place, 1U);
    }
  }
}

TEST(Pem, IsSureOnlyOfTextThatBeginsWithABlock) {
  const auto score = [](const std::string& text, std::string_view name = "a.txt") {
    return kPemReader.recognise({std::as_bytes(std::span(text)), name});
  };
  const std::string pem = SomePem();
  EXPECT_EQ(score(pem), 90);
  EXPECT_EQ(score("\n \t\r\n" + pem), 90);
  EXPECT_EQ(score("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + pem), 90);
  EXPECT_EQ(score("subject: x\n" + pem), 40);
  EXPECT_EQ(score("Certificate:\n    Data:\n" + pem, "a.crt"), 60);
  EXPECT_EQ(score("he sent " + pem), 0);
  EXPECT_EQ(score(" " + pem), 0);
  const std::string status = "AzureAdJoined : YES\r\nDomainJoined : NO\r\nDeviceId : x\r\n";
  const std::string quoting = status + pem;
  EXPECT_EQ(Recognise(std::as_bytes(std::span(quoting)), "a.txt"),
            Recognise(std::as_bytes(std::span(status)), "a.txt"));
}

TEST(Pem, SaysThatBytesAfterACertificateAreNotRead) {
  const tests::Recipe recipe = {.subject = {{"CN", "x"}}, .not_before = 0, .not_after = 1};
  const auto certificate = tests::Issue(recipe, tests::SharedKey(), nullptr, nullptr);
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  std::vector<unsigned char> twice(der, der + size);
  twice.insert(twice.end(), der, der + size);
  OPENSSL_free(der);
  for (const char* const label : {"CERTIFICATE", "TRUSTED CERTIFICATE"}) {
    BIO* const memory = BIO_new(BIO_s_mem());
    PEM_write_bio(memory, label, "", twice.data(), static_cast<long>(twice.size()));
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory, &text);
    Outcome outcome;
    ASSERT_TRUE(outcome.Read({text, static_cast<std::size_t>(length)}));
    BIO_free(memory);
    EXPECT_EQ(outcome.certificates().size(), 1U);
    EXPECT_EQ(outcome.sink.gaps.size(), std::string_view(label) == "CERTIFICATE" ? 1U : 0U);
  }
}

TEST(Pem, BeyondTheLimitOfAFileAreAGap) {
  const std::string pem = SomePem();
  std::string text;
  for (int i = 0; i < 4098; ++i) {
    text += pem;
  }
  Outcome outcome;
  ASSERT_TRUE(outcome.Read(text));
  EXPECT_EQ(outcome.certificates().size(), 4096U);
  ASSERT_EQ(outcome.sink.gaps.size(), 1U);
  EXPECT_EQ(outcome.sink.gaps[0].why, WhyUnknown::kTooLarge);
}

TEST(Pem, SurvivesEveryTruncation) {
  const std::string text = SomePem();
  for (std::size_t size = 0; size <= text.size(); ++size) {
    Outcome outcome;
    (void)outcome.Read(std::string_view(text).substr(0, size));
    EXPECT_LE(outcome.certificates().size(), 1U);
  }
}

TEST(Pem, ReadsTheHeimdalCorpus) {
  const fs::path folder = fs::path(WHFB_SHARED_DATA) / "certs/heimdal";
  if (!fs::exists(folder)) {
    GTEST_SKIP() << "no shared corpus at " << folder;
  }

  // Thumbprints and names as PROVENANCE.md gives them from openssl.
  struct Expected {
    std::string sha1{};
    std::string subject{};
    std::string serial{};
  };

  const std::map<std::string, Expected> kExpected = {
      {"kdc.crt", {"8ef916ea5a6c09bdcf97bf321b77be47d4fc457a", "CN=kdc, C=SE", "08"}},
      {"pkinit.crt", {"ec3046b42a2b7cf4d2fc9b33549f761653f99dfd", "CN=pkinit, C=SE", "06"}},
      {"pkinit-ec.crt", {"8bb2e5324cb5ac94c8f2ce0a49899ac3dec4fb3d", "CN=pkinit-ec, C=SE", "07"}},
      {"n0ll.pem",
       {"64727dd10b35c97bc882c8aacf73d05668b952c5",
        "CN=*\\00thoughtcrime.noisebridge.net, OU=Moxie Marlinspike Fan Club, O=Noisebridge, "
        "L=San Francisco, S=California, C=US",
        "13179f"}},
      {"tcg-ek-cp.pem", {"9dffcdd504a9d52e116adc7e5048eae153eac2c9", "", "01"}},
  };
  for (const auto& [name, expected] : kExpected) {
    SCOPED_TRACE(name);
    std::ifstream file(folder / name, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto head = std::as_bytes(std::span(text)).first(std::min(text.size(), kHeadBytes));
    EXPECT_EQ(Recognise(head, name), &kPemReader);
    Outcome outcome;
    ASSERT_TRUE(outcome.Read(text));
    ASSERT_EQ(outcome.certificates().size(), 1U);
    const CertificateFields& fields = outcome.certificates()[0].fields;
    EXPECT_EQ(fields.sha1.value, expected.sha1);
    EXPECT_EQ(fields.subject.value, expected.subject);
    EXPECT_EQ(fields.serial.value, expected.serial);
  }
}

}  // namespace

}  // namespace whfb::readers

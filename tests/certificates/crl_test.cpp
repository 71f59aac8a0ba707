// Lists of revoked certificates, held against what OpenSSL reads from them.

#include "collectors/readers/crl.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <gtest/gtest.h>

#include "generated_certificate.h"

namespace whfb::readers {

extern const ReaderSpec kCrlReader;
extern const ReaderSpec kPemReader;

namespace {

namespace fs = std::filesystem;
using tests::Bytes;

struct FreeCrl {
  void operator()(X509_CRL* crl) const { X509_CRL_free(crl); }
};

using OpensslCrl = std::unique_ptr<X509_CRL, FreeCrl>;

constexpr std::time_t kFrom = 1'750'000'000;

void AddExtension(X509_CRL* crl, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, nullptr, nullptr, crl, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  ASSERT_NE(extension, nullptr) << value;
  X509_CRL_add_ext(crl, extension, -1);
  X509_EXTENSION_free(extension);
}

void AddNumber(X509_CRL* crl, int nid, long number) {
  ASN1_INTEGER* const value = ASN1_INTEGER_new();
  ASN1_INTEGER_set(value, number);
  X509_CRL_add1_ext_i2d(crl, nid, value, 0, 0);
  ASN1_INTEGER_free(value);
}

void Revoke(X509_CRL* crl, int count) {
  for (int i = 0; i < count; ++i) {
    X509_REVOKED* const entry = X509_REVOKED_new();
    ASN1_INTEGER* const serial = ASN1_INTEGER_new();
    ASN1_INTEGER_set(serial, 1000 + i);
    X509_REVOKED_set_serialNumber(entry, serial);
    ASN1_INTEGER_free(serial);
    ASN1_TIME* const when = ASN1_TIME_set(nullptr, kFrom);
    X509_REVOKED_set_revocationDate(entry, when);
    ASN1_TIME_free(when);
    X509_CRL_add0_revoked(crl, entry);
  }
}

void SetTimes(X509_CRL* crl, bool next) {
  ASN1_TIME* const from = ASN1_TIME_set(nullptr, kFrom);
  X509_CRL_set1_lastUpdate(crl, from);
  ASN1_TIME_free(from);
  if (next) {
    ASN1_TIME* const until = ASN1_TIME_set(nullptr, kFrom + 86'400);
    X509_CRL_set1_nextUpdate(crl, until);
    ASN1_TIME_free(until);
  }
}

// What `openssl ca -gencrl` makes; a delta where `base` is not 0.
OpensslCrl MakeCrl(int revoked, long base, bool next = true) {
  const tests::Recipe recipe = {.subject = {{"DC", "com"}, {"CN", "Issuing \"CA\", 1"}},
                                .not_before = 0,
                                .not_after = 1,
                                .extensions = {{"subjectKeyIdentifier", "hash"}}};
  const tests::Certificate issuer = tests::Issue(recipe, tests::SharedKey(), nullptr, nullptr);
  OpensslCrl crl(X509_CRL_new());
  X509_CRL_set_version(crl.get(), 1);
  X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(issuer.get()));
  SetTimes(crl.get(), next);
  Revoke(crl.get(), revoked);
  AddExtension(crl.get(), issuer.get(), NID_authority_key_identifier, "keyid:always");
  AddExtension(crl.get(), issuer.get(), NID_issuing_distribution_point,
               "critical,fullname:URI:http://pki.contoso.com/a.crl");
  AddExtension(crl.get(), issuer.get(), NID_freshest_crl, "URI:http://pki.contoso.com/a+.crl");
  AddNumber(crl.get(), NID_crl_number, 300);
  if (base != 0) {
    AddNumber(crl.get(), NID_delta_crl, base);
  }
  X509_CRL_sign(crl.get(), tests::SharedKey(), EVP_sha384());
  return crl;
}

Bytes DerOf(X509_CRL* crl) {
  Bytes der(static_cast<std::size_t>(i2d_X509_CRL(crl, nullptr)));
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_X509_CRL(crl, &out);
  return der;
}

std::string Hex(const unsigned char* octets, int size) {
  std::string text;
  for (int i = 0; i < size; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[octets[i] >> 4U];
    text += kDigits[octets[i] & 15U];
  }
  return text;
}

std::string NumberByOpenssl(const X509_CRL* crl, int nid) {
  auto* const number = static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(crl, nid, nullptr, nullptr));
  if (number == nullptr) {
    return "absent";
  }
  const std::string text = Hex(ASN1_STRING_get0_data(number), ASN1_STRING_length(number));
  ASN1_INTEGER_free(number);
  return text;
}

std::string KeyIdByOpenssl(const X509_CRL* crl) {
  auto* const id = static_cast<AUTHORITY_KEYID*>(
      X509_CRL_get_ext_d2i(crl, NID_authority_key_identifier, nullptr, nullptr));
  if (id == nullptr) {
    return "absent";
  }
  const std::string text = Hex(ASN1_STRING_get0_data(id->keyid), ASN1_STRING_length(id->keyid));
  AUTHORITY_KEYID_free(id);
  return text;
}

std::string TimeByOpenssl(const ASN1_TIME* time) {
  if (time == nullptr) {
    return "absent";
  }
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  const Ticks ticks = TicksFromCivil({.year = parts.tm_year + 1900,
                                      .month = parts.tm_mon + 1,
                                      .day = parts.tm_mday,
                                      .hour = parts.tm_hour,
                                      .minute = parts.tm_min,
                                      .second = parts.tm_sec});
  return FormatTime(ticks);
}

std::string Text(const Known<std::string_view>& field) {
  return field.present()                         ? std::string(field.value)
         : field.knowledge == Knowledge::kAbsent ? "absent"
                                                 : "unknown";
}

std::string Text(const Known<TimeInterval>& field) {
  return field.present()                         ? FormatTime(field.value.earliest)
         : field.knowledge == Knowledge::kAbsent ? "absent"
                                                 : "unknown";
}

void ExpectSameAsOpenssl(const CrlRecord& crl, X509_CRL* expected) {
  EXPECT_EQ(Text(crl.number), NumberByOpenssl(expected, NID_crl_number));
  EXPECT_EQ(Text(crl.base), NumberByOpenssl(expected, NID_delta_crl));
  EXPECT_EQ(Text(crl.authority_key_id), KeyIdByOpenssl(expected));
  EXPECT_EQ(Text(crl.this_update), TimeByOpenssl(X509_CRL_get0_lastUpdate(expected)));
  EXPECT_EQ(Text(crl.next_update), TimeByOpenssl(X509_CRL_get0_nextUpdate(expected)));
  const int entries = sk_X509_REVOKED_num(X509_CRL_get_REVOKED(expected));
  EXPECT_EQ(crl.revoked, static_cast<std::uint64_t>(std::max(entries, 0)));
  unsigned char digest[EVP_MAX_MD_SIZE];  // NOLINT(modernize-avoid-c-arrays): OpenSSL fills it
  unsigned size = 0;
  X509_CRL_digest(expected, EVP_sha1(), std::data(digest), &size);
  EXPECT_EQ(Text(crl.sha1), Hex(std::data(digest), static_cast<int>(size)));
}

struct Outcome {
  TextPool pool{};
  Records records{pool};
  RecordSink sink{.records = records};

  Status Read(std::span<const std::byte> bytes, const ReaderSpec& reader = kCrlReader) {
    return reader.read({.path = "x.crl", .bytes = bytes}, sink);
  }

  [[nodiscard]] std::span<const CrlRecord> crls() const { return records.Of<CrlRecord>(); }
};

TEST(Crl, ReadsWhatOpensslWrote) {
  for (const OpensslCrl& expected :
       {MakeCrl(0, 0), MakeCrl(3, 0), MakeCrl(2, 299), MakeCrl(0, 0, false)}) {
    const Bytes der = DerOf(expected.get());
    EXPECT_EQ(Recognise(der, "ca"), &kCrlReader);
    Outcome outcome;
    ASSERT_TRUE(outcome.Read(der));
    ASSERT_EQ(outcome.crls().size(), 1U);
    EXPECT_TRUE(outcome.sink.gaps.empty());
    const CrlRecord& crl = outcome.crls()[0];
    ExpectSameAsOpenssl(crl, expected.get());
    EXPECT_EQ(crl.issuer.value, "CN=\"Issuing \"\"CA\"\", 1\", DC=com");
    EXPECT_EQ(crl.signature_hash.value, "sha384");
    ASSERT_EQ(crl.cdp.value.size(), 1U);
    EXPECT_EQ(crl.cdp.value[0], "http://pki.contoso.com/a.crl");
    ASSERT_EQ(crl.freshest.value.size(), 1U);
    EXPECT_EQ(crl.freshest.value[0], "http://pki.contoso.com/a+.crl");
  }
}

TEST(Crl, ReadsTheListOfSamba) {
  const fs::path path = fs::path(WHFB_SHARED_DATA) / "certs/samba/CA-samba.example.com-crl.crl";
  if (!fs::exists(path)) {
    GTEST_SKIP() << "no shared corpus at " << path;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = std::as_bytes(std::span(text));
  EXPECT_EQ(Recognise(bytes, "CA-samba.example.com-crl.crl"), &kCrlReader);
  Outcome outcome;
  ASSERT_TRUE(outcome.Read(bytes));
  ASSERT_EQ(outcome.crls().size(), 1U);
  // Names and times: PROVENANCE.md.
  EXPECT_EQ(Text(outcome.crls()[0].this_update), "2016-03-16T23:28:34Z");
  EXPECT_EQ(Text(outcome.crls()[0].next_update), "2036-03-11T23:28:34Z");
  EXPECT_TRUE(outcome.crls()[0].issuer.value.ends_with(
      "CN=CA of samba.example.com, OU=CA Administration, O=SambaSelfTesting, L=SambaCity, "
      "S=SambaState, C=US"));
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  const OpensslCrl expected(d2i_X509_CRL(nullptr, &in, static_cast<long>(text.size())));
  ASSERT_NE(expected, nullptr);
  ExpectSameAsOpenssl(outcome.crls()[0], expected.get());
}

std::string PemOf(X509_CRL* crl) {
  BIO* const memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509_CRL(memory, crl);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(memory);
  return pem;
}

const ReaderSpec* ReaderOf(const std::string& text, std::string_view name) {
  const auto bytes = std::as_bytes(std::span(text));
  return readers::Recognise(bytes.first(std::min(bytes.size(), kHeadBytes)), name);
}

TEST(Crl, IsTextThatBeginsWithOneNotTextThatQuotesOne) {
  const std::string pem = PemOf(MakeCrl(0, 0).get());
  const std::string prose = "Certificate Revocation List (CRL):\n" + std::string(5000, ' ') + "\n";
  EXPECT_EQ(ReaderOf("\r\n \n" + pem, "a.txt"), &kCrlReader);
  EXPECT_EQ(ReaderOf(prose + pem, "a.txt"), &kCrlReader);
  EXPECT_EQ(ReaderOf("10:15:02 the CA gave\n" + pem, "a.log"), nullptr);
  EXPECT_EQ(ReaderOf("found " + pem, "a.log"), nullptr);
  const std::string status = "AzureAdJoined : YES\r\nDomainJoined : NO\r\nDeviceId : x\r\n";
  ASSERT_NE(ReaderOf(status, "a.txt"), nullptr);
  EXPECT_EQ(ReaderOf(status + pem, "a.txt"), ReaderOf(status, "a.txt"));
  Outcome outcome;
  const std::string described = prose + pem;
  ASSERT_TRUE(outcome.Read(std::as_bytes(std::span(described))));
  EXPECT_EQ(outcome.crls().size(), 1U);
}

TEST(Crl, BeyondTheLimitOfAFileAreAGap) {
  const std::string pem = PemOf(MakeCrl(0, 0).get());
  std::string text;
  for (int i = 0; i < 4098; ++i) {
    text += pem;
  }
  Outcome outcome;
  ASSERT_TRUE(outcome.Read(std::as_bytes(std::span(text))));
  EXPECT_EQ(outcome.crls().size(), 4096U);
  ASSERT_EQ(outcome.sink.gaps.size(), 1U);
  EXPECT_EQ(outcome.sink.gaps[0].why, WhyUnknown::kTooLarge);
  EXPECT_EQ(outcome.sink.gaps[0].place, 1 + 4096 * std::uint64_t(std::ranges::count(pem, '\n')));
}

TEST(Crl, BeyondTheBoundOfItsTextIsTooLarge) {
  const Bytes der = DerOf(MakeCrl(0, 0).get());
  TextPool pool(0);
  const auto crl = ParseCrl(der, pool, "x.crl");
  ASSERT_FALSE(crl);
  EXPECT_EQ(crl.error().code, ErrorCode::kTooLarge);
}

TEST(Crl, SaysThatBytesAfterItAreNotRead) {
  Bytes two = DerOf(MakeCrl(0, 0).get());
  const Bytes other = DerOf(MakeCrl(3, 0).get());
  two.insert(two.end(), other.begin(), other.end());
  Outcome outcome;
  ASSERT_TRUE(outcome.Read(two));
  EXPECT_EQ(outcome.crls().size(), 1U);
  ASSERT_EQ(outcome.sink.gaps.size(), 1U);
  EXPECT_EQ(outcome.sink.gaps[0].message, "bytes after the list are not read");
}

TEST(Crl, ThatIsCutIsDamageOrNoList) {
  const Bytes whole = DerOf(MakeCrl(2, 0).get());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Outcome outcome;
    const Status status = outcome.Read(std::span(whole).first(size));
    EXPECT_TRUE(outcome.crls().empty()) << size;
    EXPECT_TRUE(!status || outcome.sink.gaps.size() == 1) << size;
  }
}

TEST(Crl, SaysOfADamagedExtensionThatItIsNotKnown) {
  Bytes der = DerOf(MakeCrl(0, 299).get());
  // 2.5.29.27: its INTEGER becomes a BOOLEAN of the same length.
  constexpr std::string_view kDelta = "\x06\x03\x55\x1D\x1B";
  const std::string_view text{reinterpret_cast<const char*>(der.data()), der.size()};
  const std::size_t at = text.find(kDelta);
  ASSERT_NE(at, std::string_view::npos);
  ASSERT_EQ(der[at + 7], std::byte{2});
  der[at + 7] = std::byte{1};
  Outcome outcome;
  ASSERT_TRUE(outcome.Read(der));
  ASSERT_EQ(outcome.crls().size(), 1U);
  EXPECT_EQ(Text(outcome.crls()[0].base), "unknown");
  EXPECT_EQ(Text(outcome.crls()[0].number), "012c");
  ASSERT_EQ(outcome.sink.gaps.size(), 1U);
  EXPECT_EQ(outcome.sink.gaps[0].message, "an extension cannot be read");
}

}  // namespace

}  // namespace whfb::readers

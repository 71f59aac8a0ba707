// Bags of certificates that OpenSSL wrote, held against what OpenSSL reads from them.

#include "collectors/readers/pkcs7.h"

#include <algorithm>
#include <memory>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>

#include <gtest/gtest.h>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/crl.h"
#include "generated_certificate.h"
#include "openssl_fields.h"
#include "store_bytes.h"

namespace whfb::readers {

extern const ReaderSpec kPkcs7Reader;
extern const ReaderSpec kPemReader;

namespace {

using tests::Bytes;

struct FreeBag {
  void operator()(PKCS7* bag) const { PKCS7_free(bag); }
};

using OpensslBag = std::unique_ptr<PKCS7, FreeBag>;

tests::Certificate Some(const char* name) {
  return tests::Issue({.subject = {{"CN", name}},
                       .not_before = 0,
                       .not_after = 1,
                       .extensions = {{"basicConstraints", "critical,CA:TRUE"}}},
                      tests::SharedKey(), nullptr, nullptr);
}

// What `openssl crl2pkcs7 -nocrl` makes.
OpensslBag MakeBag(std::initializer_list<const char*> names) {
  OpensslBag bag(PKCS7_new());
  PKCS7_set_type(bag.get(), NID_pkcs7_signed);
  bag->d.sign->contents->type = OBJ_nid2obj(NID_pkcs7_data);
  ASN1_INTEGER_set(bag->d.sign->version, 1);
  for (const char* const name : names) {
    PKCS7_add_certificate(bag.get(), Some(name).get());
  }
  return bag;
}

constexpr std::time_t kSomeDay = 1'750'000'000;

struct FreeCrl {
  void operator()(X509_CRL* crl) const { X509_CRL_free(crl); }
};

// Issued by CN=root at `when`.
std::unique_ptr<X509_CRL, FreeCrl> SomeList(std::time_t when) {
  std::unique_ptr<X509_CRL, FreeCrl> list(X509_CRL_new());
  X509_CRL_set_version(list.get(), 1);
  const tests::Certificate issuer = Some("root");
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.get()));
  ASN1_TIME* const from = ASN1_TIME_set(nullptr, when);
  X509_CRL_set1_lastUpdate(list.get(), from);
  ASN1_TIME_free(from);
  X509_CRL_sign(list.get(), tests::SharedKey(), EVP_sha256());
  return list;
}

Bytes DerOf(PKCS7* bag) {
  Bytes der(static_cast<std::size_t>(i2d_PKCS7(bag, nullptr)));
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_PKCS7(bag, &out);
  return der;
}

std::string PemOf(PKCS7* bag) {
  BIO* const memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS7(memory, bag);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(memory);
  return pem;
}

struct Outcome {
  TextPool pool{};
  Records records{pool};
  RecordSink sink{.records = records};

  Status Read(std::span<const std::byte> bytes, const ReaderSpec& reader = kPkcs7Reader) {
    return reader.read({.path = "x.p7b", .bytes = bytes}, sink);
  }

  [[nodiscard]] std::span<const CertificateRecord> certificates() const {
    return records.Of<CertificateRecord>();
  }
};

void ExpectSameAsOpenssl(std::span<const CertificateRecord> certificates, const PKCS7* bag) {
  const STACK_OF(X509)* const expected = bag->d.sign->cert;
  ASSERT_EQ(certificates.size(), static_cast<std::size_t>(std::max(sk_X509_num(expected), 0)));
  for (int i = 0; i < sk_X509_num(expected); ++i) {
    const CertificateRecord& record = certificates[static_cast<std::size_t>(i)];
    EXPECT_EQ(tests::Describe(record.fields), tests::DescribeByOpenssl(sk_X509_value(expected, i)));
    EXPECT_EQ(record.store, "");
    EXPECT_EQ(record.scope, StoreScope::kUnknown);
  }
}

TEST(Pkcs7, ReadsWhatOpensslWrote) {
  for (const OpensslBag& bag : {MakeBag({"root", "issuing", "user"})}) {
    const Bytes der = DerOf(bag.get());
    EXPECT_EQ(Recognise(der, "chain"), &kPkcs7Reader);
    Outcome outcome;
    ASSERT_TRUE(outcome.Read(der));
    EXPECT_TRUE(outcome.sink.gaps.empty());
    ExpectSameAsOpenssl(outcome.certificates(), bag.get());
    const std::string pem = PemOf(bag.get());
    EXPECT_EQ(Recognise(std::as_bytes(std::span(pem)), "chain"), &kPemReader);
    Outcome text;
    ASSERT_TRUE(text.Read(std::as_bytes(std::span(pem)), kPemReader));
    ExpectSameAsOpenssl(text.certificates(), bag.get());
    EXPECT_EQ(text.certificates()[2].source.place, 1U);
  }
}

TEST(Pkcs7, ReadsABagUnderTheLabelOfACertificate) {
  const OpensslBag bag = MakeBag({"root", "issuing"});
  std::string pem = PemOf(bag.get());
  for (std::size_t at = pem.find("PKCS7"); at != std::string::npos; at = pem.find("PKCS7")) {
    pem.replace(at, 5, "CERTIFICATE");
  }
  Outcome outcome;
  ASSERT_TRUE(outcome.Read(std::as_bytes(std::span(pem)), kPemReader));
  ExpectSameAsOpenssl(outcome.certificates(), bag.get());
}

// What `openssl crl2pkcs7` makes.
TEST(Pkcs7, ReadsTheListsOfABag) {
  for (const OpensslBag& bag : {MakeBag({"root"}), MakeBag({})}) {
    PKCS7_add_crl(bag.get(), SomeList(kSomeDay).get());
    PKCS7_add_crl(bag.get(), SomeList(kSomeDay + 86'400).get());
    Outcome outcome;
    ASSERT_TRUE(outcome.Read(DerOf(bag.get())));
    ExpectSameAsOpenssl(outcome.certificates(), bag.get());
    EXPECT_TRUE(outcome.sink.gaps.empty());
    const auto lists = outcome.records.Of<CrlRecord>();
    ASSERT_EQ(lists.size(), 2U);
    EXPECT_EQ(lists[0].issuer.value, "CN=root");
    EXPECT_EQ(lists[0].this_update.value.earliest, kUnixEpochTicks + kSomeDay * kTicksPerSecond);
    EXPECT_EQ(lists[1].this_update.value.earliest,
              kUnixEpochTicks + (kSomeDay + 86'400) * kTicksPerSecond);
    const std::string pem = PemOf(bag.get());
    Outcome text;
    ASSERT_TRUE(text.Read(std::as_bytes(std::span(pem)), kPemReader));
    EXPECT_EQ(text.records.Of<CrlRecord>().size(), 2U);
  }
}

TEST(Pkcs7, IsNoSignedMessage) {
  const OpensslBag bag = MakeBag({"signer"});
  PKCS7_content_new(bag.get(), NID_pkcs7_data);
  const Bytes der = DerOf(bag.get());
  EXPECT_FALSE(IsBagOfCertificates(der));
  EXPECT_EQ(Recognise(der, "message.p7b"), nullptr);
}

TEST(Pkcs7, SaysThatIndefiniteLengthsAreNotRead) {
  const std::string text = std::string(
      "\x30\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02\xA0\x80"
      "\x30\x80\x02\x01\x01",
      20);
  const auto bytes = std::as_bytes(std::span(text));
  EXPECT_EQ(Recognise(bytes, "chain.p7b"), &kPkcs7Reader);
  Outcome outcome;
  const Status status = outcome.Read(bytes);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().ToString(),
            "x.p7b: PKCS#7 of indefinite length (BER) is not read; convert it with: openssl pkcs7 "
            "-inform DER -print_certs");
}

TEST(Pkcs7, CutAnywhereIsNoBag) {
  const Bytes whole = DerOf(MakeBag({"root", "issuing"}).get());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Outcome outcome;
    EXPECT_FALSE(outcome.Read(std::span(whole).first(size))) << size;
  }
}

}  // namespace

}  // namespace whfb::readers

// Certificates made with OpenSSL for the tests, as an AD CS or Intune would issue them.

#ifndef WHFB_TESTS_CERTIFICATES_GENERATED_CERTIFICATE_H_
#define WHFB_TESTS_CERTIFICATES_GENERATED_CERTIFICATE_H_

#include <cstddef>
#include <memory>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace whfb::tests {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Certificate = std::unique_ptr<X509, FreeCertificate>;
using Bytes = std::vector<std::byte>;

// One attribute a pair: {"CN", "x"}, in the order of the DER (least specific first). A leading
// '+' joins the attribute to the RDN before it.
using Name = std::vector<std::pair<std::string, std::string>>;

struct Recipe {
  Name subject{};
  long serial = 1;
  long not_before = 0;  // seconds since 1970
  long not_after = 0;
  // {"extendedKeyUsage", "clientAuth"} as openssl.cnf writes them; a dotted OID takes
  // "DER:..." or "ASN1:...".
  std::vector<std::pair<std::string, std::string>> extensions{};
  Name san{};                    // types UPN, DNS, URI, email
  const EVP_MD* hash = nullptr;  // null: SHA-256
};

[[nodiscard]] Key MakeRsaKey(int bits);
[[nodiscard]] Key MakeEcKey(const char* curve);

// Self-signed when `issuer` is null.
[[nodiscard]] Certificate Issue(const Recipe& recipe,
                                EVP_PKEY* key,
                                X509* issuer,
                                EVP_PKEY* issuer_key);

[[nodiscard]] Bytes Der(const X509* certificate);
[[nodiscard]] std::string Pem(X509* certificate);

// One key for every test that does not care, made on first use.
[[nodiscard]] EVP_PKEY* SharedKey();

}  // namespace whfb::tests

#endif  // WHFB_TESTS_CERTIFICATES_GENERATED_CERTIFICATE_H_

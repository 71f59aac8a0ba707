// The fields of a certificate as OpenSSL reads them: what our reader is compared with.

#ifndef WHFB_TESTS_CERTIFICATES_OPENSSL_FIELDS_H_
#define WHFB_TESTS_CERTIFICATES_OPENSSL_FIELDS_H_

#include <openssl/x509.h>
#include <span>
#include <string>

#include "collectors/readers/certificate_record.h"

namespace whfb::tests {

// One "field = value" a line. Both give the same text for the same certificate.
[[nodiscard]] std::string DescribeByOpenssl(X509* certificate);
[[nodiscard]] std::string Describe(const readers::CertificateFields& fields);

// Null when OpenSSL refuses the bytes.
[[nodiscard]] X509* ParseByOpenssl(std::span<const std::byte> der);

}  // namespace whfb::tests

#endif  // WHFB_TESTS_CERTIFICATES_OPENSSL_FIELDS_H_

// Certificates of the sample fleet, made with OpenSSL from fixed keys, so that they are the same
// byte for byte on every run. Not for use outside samples and tests: the keys are public.

#ifndef WHFB_SAMPLES_CERTIFICATE_MAKER_H_
#define WHFB_SAMPLES_CERTIFICATE_MAKER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whfb::samples {

// What a certificate says. Names are RDNs from the root down: {{"DC", "com"}, {"CN", "x"}}.
struct CertificatePlan {
  std::vector<std::pair<std::string, std::string>> subject{};
  std::uint64_t serial = 1;
  std::string not_before{};  // "20260101000000Z"
  std::string not_after{};
  std::string key{};         // file name in samples/keys without ".pem"
  std::string issuer{};      // a certificate made before (its DER); empty: self-signed
  std::string issuer_key{};  // key of the issuer; empty: self-signed
  bool ca = false;
  std::string key_usage{};         // OpenSSL names: "digitalSignature,keyEncipherment"
  std::vector<std::string> eku{};  // OIDs
  std::vector<std::string> san{};  // OpenSSL forms: "DNS:x", "URI:x", "UPN:user@x"
  std::string sid{};               // extension 1.3.6.1.4.1.311.25.2
  std::string template_oid{};      // extension 1.3.6.1.4.1.311.21.7
  std::vector<std::string> cdp{};  // URIs
  std::vector<std::string> aia{};  // caIssuers URIs
  std::string digest = "SHA256";
};

// A list of revoked certificates that holds none.
struct RevocationPlan {
  std::string issuer{};      // the DER of the CA
  std::string issuer_key{};  // file name in samples/keys without ".pem"
  std::string this_update{};
  std::string next_update{};
  std::uint64_t number = 1;
};

[[nodiscard]] std::string MakeRevocationList(const RevocationPlan& plan,
                                             const std::string& key_folder);

// The DER. Throws std::runtime_error when a plan cannot be made: a plan is our own text.
[[nodiscard]] std::string MakeCertificate(const CertificatePlan& plan,
                                          const std::string& key_folder);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CERTIFICATE_MAKER_H_

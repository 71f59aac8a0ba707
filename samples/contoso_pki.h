// The certificates of Contoso, the sample company: a root, an issuing CA, two domain controllers,
// and whatever a user's story needs.

#ifndef WHFB_SAMPLES_CONTOSO_PKI_H_
#define WHFB_SAMPLES_CONTOSO_PKI_H_

#include <cstdint>
#include <string>
#include <vector>

#include "samples/certificate_maker.h"

namespace whfb::samples {

inline constexpr const char* kSmartCardLogon = "1.3.6.1.4.1.311.20.2.2";
inline constexpr const char* kClientAuthentication = "1.3.6.1.5.5.7.3.2";
inline constexpr const char* kServerAuthentication = "1.3.6.1.5.5.7.3.1";
inline constexpr const char* kKdcAuthentication = "1.3.6.1.5.2.3.5";
inline constexpr const char* kTemplateOid =
    "1.3.6.1.4.1.311.21.8.8638367.15167284.3557521.3440126.2512385.71.4711.8150";

struct ContosoPki {
  std::string key_folder{};
  std::string root{};     // DER
  std::string issuing{};  // DER
  std::string root_crl{};
  std::string issuing_crl{};
  std::string dc01{};
  std::string dc02{};
};

[[nodiscard]] ContosoPki MakePki(const std::string& key_folder);

// A user's certificate as Intune SCEP issues it; the story changes single fields.
struct UserCertificatePlan {
  std::uint64_t serial = 0;
  std::string upn{};
  std::string ad_sid{};  // SID extension; empty: none (weak mapping)
  std::string key = "user1";
  std::string not_before = "20260601000000Z";
  std::string not_after = "20270601000000Z";
  std::vector<std::string> eku{kClientAuthentication, kSmartCardLogon};
  std::string template_oid{};      // empty: no template extension
  bool directory_subject = false;  // full DN of the AD object instead of CN=<UPN>
  std::string digest = "SHA256";
};

[[nodiscard]] std::string MakeUserCertificate(const ContosoPki& pki,
                                              const UserCertificatePlan& plan);

// The self-signed certificate that a key-trust Hello key carries (formats.md section 1).
[[nodiscard]] std::string MakeKeyTrustCertificate(const ContosoPki& pki,
                                                  const std::string& container,
                                                  const std::string& key);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_PKI_H_

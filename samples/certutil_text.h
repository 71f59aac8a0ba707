// Writes what `certutil -store` prints, so that readers can be tested and fleets invented without
// a Windows machine. Only sentences seen in real output are used (formats.md section 1).

#ifndef WHFB_SAMPLES_CERTUTIL_TEXT_H_
#define WHFB_SAMPLES_CERTUTIL_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scanner/core/time.h"

namespace whfb::samples {

enum class Language : std::uint8_t { kEnglish, kGerman, kFrench };

struct CertutilKey {
  std::string container{};
  std::string unique_name{};  // empty: not printed
  std::string provider{};
  bool exportable = false;
  bool missing = false;  // "Missing stored keyset"
};

struct CertutilCertificate {
  std::string serial{};  // lower-case hex
  std::string issuer{};
  std::string subject{};
  std::string sha1{};
  Ticks not_before = 0;  // in the local time of the computer
  Ticks not_after = 0;
  std::string v1_template{};    // "User"
  std::string template_text{};  // "RDPLogon, RDP Logon" or an OID
  bool archived = false;
  std::optional<CertutilKey> key{};  // nothing: "No key provider information"
};

struct CertutilListing {
  std::string command{};  // echoed command line; empty: none
  std::string store = "my";
  Language language = Language::kEnglish;
  std::vector<CertutilCertificate> certificates{};
  bool completed = true;  // with the closing line
};

// CRLF line ends, UTF-8.
[[nodiscard]] std::string CertutilText(const CertutilListing& listing);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CERTUTIL_TEXT_H_

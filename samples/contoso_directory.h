// What ldapsearch shows of the public key services of Contoso's forest.

#ifndef WHFB_SAMPLES_CONTOSO_DIRECTORY_H_
#define WHFB_SAMPLES_CONTOSO_DIRECTORY_H_

#include <string>

#include "samples/contoso_pki.h"

namespace whfb::samples {

// The CA below Enrollment Services, and NTAuthCertificates, with the header and the end of a search
// that left nothing out.
[[nodiscard]] std::string PublicKeyServices(const ContosoPki& pki);

// Base64 in one line (RFC 4648).
[[nodiscard]] std::string Base64(const std::string& bytes);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_DIRECTORY_H_

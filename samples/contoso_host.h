// The Remote Desktop hosts that people of Contoso connect to: servers that nobody signs in from.
// What an administrator exported there.

#ifndef WHFB_SAMPLES_CONTOSO_HOST_H_
#define WHFB_SAMPLES_CONTOSO_HOST_H_

#include "samples/contoso_pki.h"
#include "samples/zip_file.h"

namespace whfb::samples {

inline constexpr const char* kHost = "SRV-RDP01";
inline constexpr const char* kForeignHost = "SRV-RDP02";  // in the forest of another company

// It takes connections and asks for a password on each of them, as hardening baselines want it;
// the first user of the fleet is a direct member of Remote Desktop Users.
[[nodiscard]] Files HostFiles(const ContosoPki& pki);

// The same of a host in the forest fabrikam.example, which does not know the CAs of Contoso.
[[nodiscard]] Files ForeignHostFiles(const ContosoPki& pki);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_HOST_H_

// SRV-RDP01, the Remote Desktop host of Contoso: a server that people connect to and nobody signs
// in from. What an administrator exported there.

#ifndef WHFB_SAMPLES_CONTOSO_HOST_H_
#define WHFB_SAMPLES_CONTOSO_HOST_H_

#include "samples/contoso_pki.h"
#include "samples/zip_file.h"

namespace whfb::samples {

inline constexpr const char* kHost = "SRV-RDP01";

// It takes connections and asks for a password on each of them, as hardening baselines want it;
// the first user of the fleet is a direct member of Remote Desktop Users.
[[nodiscard]] Files HostFiles(const ContosoPki& pki);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_HOST_H_

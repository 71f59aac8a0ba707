// Whether the judged certificate comes from one of the organisation's CAs.

#ifndef WHFB_COLLECTORS_DERIVED_RDP_ISSUER_H_
#define WHFB_COLLECTORS_DERIVED_RDP_ISSUER_H_

#include <span>

#include "scanner/core/facts.h"

namespace whfb::collectors {

// Declared issuing CAs decide. Without any, a collected CA that issued the certificate answers
// "yes"; the collected ones are never known to be all, so they cannot answer "no": absent.
// `environment` may be null.
[[nodiscard]] Cell IssuerIsDeclared(std::span<const Cell> row, const Subject* environment);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_RDP_ISSUER_H_

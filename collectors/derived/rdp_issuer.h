// Whether the judged certificate comes from one of the organisation's CAs.

#ifndef WHFB_COLLECTORS_DERIVED_RDP_ISSUER_H_
#define WHFB_COLLECTORS_DERIVED_RDP_ISSUER_H_

#include <span>

#include "scanner/core/facts.h"

namespace whfb::collectors {

// Declared issuing CAs decide. Where none is declared, a collected CA that issued the certificate
// answers "yes"; the collected ones are never known to be all, so they cannot answer "no": absent.
// Where it is not known what is declared (stale, rejected, `environment` null because two fit), the
// answer is not known either: absent would let the weaker comparison pass.
[[nodiscard]] Cell IssuerIsDeclared(std::span<const Cell> row, const Subject* environment);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_RDP_ISSUER_H_

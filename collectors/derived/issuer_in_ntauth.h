// Whether the CA that issued a certificate is in NTAuthCertificates of the forest.

#ifndef WHFB_COLLECTORS_DERIVED_ISSUER_IN_NTAUTH_H_
#define WHFB_COLLECTORS_DERIVED_ISSUER_IN_NTAUTH_H_

#include <span>

#include "scanner/core/facts.h"

namespace whfb::collectors {

// True: a certificate there is of the CA that the row names, by signature or key identifier. False:
// NTAuth was read whole, and each certificate in it is of another CA or of another key. Else
// unknown, with the reason. `own` is the space of the row, `forest` that of the environment.
[[nodiscard]] Cell IssuerInNtAuth(std::span<const Cell> row,
                                  const FactSpace& own,
                                  const Subject& environment,
                                  const FactSpace& forest);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_ISSUER_IN_NTAUTH_H_

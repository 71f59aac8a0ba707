// altSecurityIdentities: certificates that an account names for itself (KB5014754). Strong are
// issuer and serial number, subject key identifier, and the hash of the public key.

#ifndef WHFB_COLLECTORS_DERIVED_SECURITY_IDENTITY_H_
#define WHFB_COLLECTORS_DERIVED_SECURITY_IDENTITY_H_

#include "scanner/core/facts.h"

namespace whfb::collectors {

// "issuer-serial", "ski" or "none", for the judged certificate of a user whose account facts are
// set. Unknown when a value is there that cannot be compared (a public key hash) and none fits;
// absent without account or certificate.
[[nodiscard]] Cell SecurityIdentityOf(const SubjectFacts& user);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_SECURITY_IDENTITY_H_

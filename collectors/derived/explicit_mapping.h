// The user's account as a directory export shows it, and whether it names the judged certificate
// in altSecurityIdentities (KB5014754). Answers have provenance 0: evidence numbers of the
// environment mean nothing among those of the device.

#ifndef WHFB_COLLECTORS_DERIVED_EXPLICIT_MAPPING_H_
#define WHFB_COLLECTORS_DERIVED_EXPLICIT_MAPPING_H_

#include <span>

#include "scanner/core/facts.h"

namespace whfb::collectors {

struct DirectoryAccount {
  std::span<const Cell> row{};  // of environment.account; empty: not found
  WhyUnknown why = WhyUnknown::kNotCollected;
};

// By the SIDs in Active Directory that evidence tells of the user, else by the UPNs. UPNs that lead
// to another SID than evidence tells are conflicting, ones that lead out of the declared domains
// ambiguous. `environment` may be null.
[[nodiscard]] DirectoryAccount FindDirectoryAccount(const Subject& user,
                                                    const Subject* environment);

// Whether a strong value of the account names the certificate of this row of a certificate table:
// issuer and serial number, or the subject key identifier, exactly in the documented form. Every
// other value that could name it leaves the answer unknown (ambiguous): also a hash of the public
// key (SHA1-PUKEY), as sources do not agree on what is hashed.
[[nodiscard]] Cell ExplicitMapping(std::span<const Cell> certificate,
                                   const Subject& user,
                                   const Subject* environment);

// Whether the UPN of the certificate, or a strong value of altSecurityIdentities that names it,
// leads to another account than the one with this SID. No export shows that none does: it takes
// the declaration that accounts carry no such values, and the UPN to be that of this account.
[[nodiscard]] Cell LeadsToOtherAccount(std::span<const Cell> certificate,
                                       const Cell& own_sid,
                                       const Subject* environment);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_EXPLICIT_MAPPING_H_

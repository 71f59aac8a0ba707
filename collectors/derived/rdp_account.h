// What the judged certificate says about its account: whose container the key is in, which UPN,
// SID and domain it names.

#ifndef WHFB_COLLECTORS_DERIVED_RDP_ACCOUNT_H_
#define WHFB_COLLECTORS_DERIVED_RDP_ACCOUNT_H_

#include <span>
#include <string_view>
#include <vector>

#include "scanner/core/facts.h"

namespace whfb::collectors {

[[nodiscard]] std::vector<std::string_view> AliasesOf(const Subject& user, AliasKind kind);

// Only those that something else than the name of a key container tells.
[[nodiscard]] std::vector<std::string_view> ToldAliasesOf(const Subject& user, AliasKind kind);

// The SID of the user's account in Active Directory; unknown where no evidence but the certificate
// shows one, as on most Entra joined devices without an export of the directory. `environment` may
// be null.
[[nodiscard]] Cell DirectorySid(const Subject& user,
                                const Subject& device,
                                const Subject* environment,
                                FactSpace& facts);

// Whether the suffix of a UPN is the AD domain of the account. Of several declared domains the
// account may be in another one, whose users carry this suffix, too; a suffix that is not declared
// is none of them only where all are. `environment` may be null.
[[nodiscard]] Cell SuffixIsDomain(std::string_view upn,
                                  const Provenance& source,
                                  const Subject& device,
                                  const Subject* environment);

// Puts user.rdp_certificate.container_* .sid_uri .strong_mapping .explicit_mapping
// .subject_has_domain_components .upn_*. `row` is that of the judged certificate; `environment` may
// be null.
void PutAccount(std::span<const Cell> row,
                const Subject* environment,
                Subject& user,
                FactSpace& facts);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_RDP_ACCOUNT_H_

// Whether the CA that issued a certificate is in the NTAuth store of the forest (B2
// ntauth.issuing-ca).

#ifndef WHFB_COLLECTORS_DERIVED_NTAUTH_ISSUER_H_
#define WHFB_COLLECTORS_DERIVED_NTAUTH_ISSUER_H_

#include "collectors/derived/chain_builder.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

// True: a certificate in `ntauth` (environment.ntauth_certificate) issued the leaf, by key or
// signature. False: the table is complete and none of its certificates did. Only a name that fits
// is unknown (ambiguous). Absent for a self-issued leaf. The builder holds the CA certificates that
// are known.
[[nodiscard]] Cell IssuerInNtAuth(const ChainBuilder& builder,
                                  const ChainNode& leaf,
                                  const Table& ntauth);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_NTAUTH_ISSUER_H_

// Where the certificates of a chain say that their CRL can be fetched by plain HTTP.

#ifndef WHFB_COLLECTORS_DERIVED_CHAIN_CRL_H_
#define WHFB_COLLECTORS_DERIVED_CHAIN_CRL_H_

#include <span>
#include <string_view>
#include <vector>

#include "collectors/derived/chain_builder.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

// Whether a list of CRL distribution points holds a plain HTTP address. Absent: no.
[[nodiscard]] Cell HasHttpAddress(const Cell& cdp);

struct IssuerCrls {
  // Whether each issuer but the root has such an address. Unknown where the chain ends before a
  // root, only names hold it together, or two certificates of one CA key say different things.
  Cell all{};
  std::vector<std::string_view> without{};  // subjects of those that certainly have none
};

// `cas` holds the rows that the chain was built from.
[[nodiscard]] IssuerCrls CrlsOfIssuers(const Chain& chain, const Table& cas);

// Whether a row says where its revocation is published: in a CRL, or by OCSP.
[[nodiscard]] Cell NamesRevocation(std::span<const Cell> row);

// Whether each issuer but the root does, by the rows of `stores`. Unknown as above.
[[nodiscard]] Cell IssuersNameRevocation(const Chain& chain, std::span<const Table* const> stores);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_CHAIN_CRL_H_

// What stores of certificates say of a chain. That something is missing from a store is known only
// where the whole store was read.

#ifndef WHFB_COLLECTORS_DERIVED_CHAIN_TRUST_H_
#define WHFB_COLLECTORS_DERIVED_CHAIN_TRUST_H_

#include <string_view>

#include "collectors/derived/chain_builder.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

// That a certificate is not in the store: only where the whole store was read, each row of it, and
// no other certificate of the same CA is there, which does as well. An empty key: not known.
[[nodiscard]] Cell NotInStore(const Table& store, std::string_view ca, std::string_view key_id);

// Whether a store holds this certificate.
[[nodiscard]] Cell InStore(const Table& store, const ChainNode& node);

// Whether the root of the chain is in the store. Names alone prove nothing.
[[nodiscard]] Cell TrustedCell(const Chain& chain, const Table& roots);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_CHAIN_TRUST_H_

// Whose HKEY_CURRENT_USER a piece of evidence shows: the account that made it.
//
// In this order: the account named in the evidence itself (or by the kind of bundle: SYSTEM);
// --collected-as; the one account that ran every dsregcmd of the same bundle. An export never
// says it itself, so without these it is not told, and what it shows is known of nobody.

#ifndef WHFB_COLLECTORS_EVIDENCE_OWNER_H_
#define WHFB_COLLECTORS_EVIDENCE_OWNER_H_

#include <cstdint>

#include "collectors/collector.h"

namespace whfb::collectors {

struct EvidenceOwner {
  enum class Kind : std::uint8_t { kNotTold, kSystem, kUser };

  Kind kind = Kind::kNotTold;
  UserKey key{};  // kUser only; into the records or `declared`
};

[[nodiscard]] EvidenceOwner OwnerOf(const readers::Context& context, const CollectInput& input);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_EVIDENCE_OWNER_H_

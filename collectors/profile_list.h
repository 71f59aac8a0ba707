// Whether the Graph exports of a bundle list every certificate profile of the tenant.

#ifndef WHFB_COLLECTORS_PROFILE_LIST_H_
#define WHFB_COLLECTORS_PROFILE_LIST_H_

#include <optional>

#include "collectors/readers/reader.h"
#include "scanner/core/cell.h"

namespace whfb::collectors {

// Nothing where no export holds a certificate profile. A list does not tell whether a filter
// ($filter=isof(...)) made it: it counts as whole where it holds configurations of other kinds,
// too, or trusted roots beside profiles that need them.
[[nodiscard]] std::optional<Cell> ProfileListComplete(const readers::Records& records);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_PROFILE_LIST_H_

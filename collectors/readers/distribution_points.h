// Where lists of revoked certificates are published: CRLDistributionPoints and its relatives
// (RFC 5280 sections 4.2.1.13, 5.2.5, 5.2.6). Only the URIs of full names are of use.

#ifndef WHFB_COLLECTORS_READERS_DISTRIBUTION_POINTS_H_
#define WHFB_COLLECTORS_READERS_DISTRIBUTION_POINTS_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "collectors/readers/der.h"
#include "scanner/core/text_pool.h"

namespace whfb::readers {

// More in one extension are not what a CA issues.
inline constexpr std::size_t kMaxDistributionUris = 1024;

// Appends the URIs of a DistributionPointName, kept in the pool. False when it is malformed or
// there are too many (`uris` is then full).
[[nodiscard]] bool ReadDistributionName(der::Bytes name,
                                        TextPool& pool,
                                        std::vector<std::string_view>& uris);

// The same for the value of CRLDistributionPoints, FreshestCRL or Microsoft's own CDP of a CRL.
[[nodiscard]] bool ReadDistributionPoints(der::Bytes value,
                                          TextPool& pool,
                                          std::vector<std::string_view>& uris);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_DISTRIBUTION_POINTS_H_

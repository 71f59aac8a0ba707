// Which certificate of a user is the one for Remote Desktop (design: judged rows).

#ifndef WHFB_COLLECTORS_DERIVED_RDP_SELECTION_H_
#define WHFB_COLLECTORS_DERIVED_RDP_SELECTION_H_

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "scanner/core/facts.h"
#include "scanner/core/time.h"
#include "scanner/core/truth.h"

namespace whfb::collectors {

struct RdpSelection {
  Cell exists{};      // whether a certificate was selected
  Cell candidates{};  // how many rows are candidates
  std::span<const Cell> row{};
  bool read = false;  // no better one can be among rows that were not read
};

// `templates`: names and OIDs of the intended templates. Candidates are not archived, not
// self-issued, and have the Passport KSP, the Smart Card Logon EKU or an intended template.
// Order: Passport KSP, valid at now, Smart Card Logon EKU, later NotBefore, thumbprint.
// Unknown when a row may be a candidate, or rows may be missing, and no Passport candidate is
// known; also when the best candidate is not valid or lacks the EKU and one may be there that
// is better: a row that does not show all of itself, or one that was not read.
// `hello_read`: whether every row of the Passport KSP is there although the table is not complete.
[[nodiscard]] RdpSelection SelectRdpCertificate(const Table& certificates,
                                                std::span<const std::string_view> templates,
                                                Ticks now,
                                                Truth hello_read);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_RDP_SELECTION_H_

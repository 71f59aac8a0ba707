// Contoso's people in Active Directory, as ldifde exports them.

#ifndef WHFB_SAMPLES_CONTOSO_ACCOUNTS_H_
#define WHFB_SAMPLES_CONTOSO_ACCOUNTS_H_

#include <string>
#include <vector>

#include "samples/contoso_fleet.h"

namespace whfb::samples {

// One entry for the user of each story: enabled, never expiring, not locked.
[[nodiscard]] std::string AccountsExport(const std::vector<Story>& stories);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_ACCOUNTS_H_

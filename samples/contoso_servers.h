// Contoso's issuing CA, the Windows of its domain controllers, and what Graph tells of its
// connector and users.

#ifndef WHFB_SAMPLES_CONTOSO_SERVERS_H_
#define WHFB_SAMPLES_CONTOSO_SERVERS_H_

#include <vector>

#include "samples/contoso_files.h"
#include "samples/contoso_fleet.h"

namespace whfb::samples {

[[nodiscard]] Files ServerFiles(const std::vector<Story>& stories);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_CONTOSO_SERVERS_H_

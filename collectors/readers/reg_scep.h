// The last SCEP result of each request as the MDM registry dump shows it:
// ...\provisioning\Diagnostics\SCEP\<UniqueID> (formats.md section 6). The dump does not prove
// that it lists every request, so no ScepSection is made.

#ifndef WHFB_COLLECTORS_READERS_REG_SCEP_H_
#define WHFB_COLLECTORS_READERS_REG_SCEP_H_

#include <span>

#include "collectors/readers/registry_record.h"

namespace whfb::readers {

// `values` are those of one file; they must not be in a vector that grows with ScepState.
void AddScepStates(std::span<const RegistryValue> values, RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_REG_SCEP_H_

// Whether the intent file declares a device as a Remote Desktop host. No evidence tells which
// machines people connect to.

#ifndef WHFB_COLLECTORS_DERIVED_REMOTE_HOST_H_
#define WHFB_COLLECTORS_DERIVED_REMOTE_HOST_H_

#include "scanner/core/facts.h"

namespace whfb::collectors {

// True: one of the names of the device is declared; absent: none is, or none is declared at all.
// `environment` may be null: two fit the device, so nobody knows which file counts.
[[nodiscard]] Cell IsRemoteHost(const Subject* environment, const Subject& device);

// The list names the device, by a name that is its own.
[[nodiscard]] bool ListNames(const Cell& list, const Subject& device);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_REMOTE_HOST_H_

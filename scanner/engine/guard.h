// The last resort: an exception that nobody expected costs one file or one device, not the run.
//
// No part of the scan throws on bad input; what arrives here is a defect, or memory that is used
// up. On a worker thread it would end the process and every device with it.

#ifndef WHFB_SCANNER_ENGINE_GUARD_H_
#define WHFB_SCANNER_ENGINE_GUARD_H_

#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "scanner/core/result.h"

namespace whfb::engine {

// What `work` returns (a Result or a Status), or ErrorCode::kInternal at `where`.
template <typename Work>
auto Guarded(std::string_view where, Work&& work) -> decltype(std::forward<Work>(work)()) {
  try {
    return std::forward<Work>(work)();
  } catch (const std::exception& failure) {
    return Error{ErrorCode::kInternal, std::string(where),
                 std::string("internal failure: ") + failure.what()};
  }
}

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_GUARD_H_

// Known<T>: a field of a record with what we know of it. The same three states as Cell, for
// values that are not cells yet.

#ifndef WHFB_COLLECTORS_READERS_KNOWN_H_
#define WHFB_COLLECTORS_READERS_KNOWN_H_

#include <utility>

#include "scanner/core/cell.h"

namespace whfb::readers {

template <typename T>
struct Known {
  Knowledge knowledge = Knowledge::kUnknown;
  WhyUnknown why = WhyUnknown::kNotCollected;
  T value{};

  [[nodiscard]] bool present() const { return knowledge == Knowledge::kPresent; }

  [[nodiscard]] static Known Present(T value) {
    return {.knowledge = Knowledge::kPresent, .value = std::move(value)};
  }

  [[nodiscard]] static Known Absent() { return {.knowledge = Knowledge::kAbsent}; }

  [[nodiscard]] static Known Unknown(WhyUnknown why) { return {.why = why}; }
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_KNOWN_H_

// Bytes taken out of a container that is only read forwards: in memory while they are few.

#ifndef WHFB_SCANNER_ENGINE_DRAINED_H_
#define WHFB_SCANNER_ENGINE_DRAINED_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/result.h"
#include "scanner/engine/file_access.h"

namespace whfb::engine {

struct Drained {
  std::vector<std::byte> bytes{};  // everything, or nothing once there is a spool
  std::unique_ptr<Spool> spool{};
  std::uint64_t size = 0;

  [[nodiscard]] Status Add(std::span<const std::byte> piece);
};

// Everything that a source still has.
[[nodiscard]] Result<Drained> DrainAll(readers::ByteSource& source);

// Everything as a source that allows any offset.
[[nodiscard]] std::unique_ptr<readers::ByteSource> SourceOf(Drained drained);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_DRAINED_H_

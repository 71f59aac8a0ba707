// "(<n>) No Results - Error [0x80070002] <collector> <path>": the zero-byte entries by which an
// Intune diagnostics collection says that it tried and got nothing (formats.md section 9). They
// are evidence: not-collected or denied is not the same as not asked.

#ifndef WHFB_SCANNER_ENGINE_NO_RESULTS_H_
#define WHFB_SCANNER_ENGINE_NO_RESULTS_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "scanner/core/cell.h"

namespace whfb::engine {

// The views point into the name that was parsed.
struct NoResults {
  std::string_view collector{};  // "RegistryKey", "Command", "Events", "FoldersFiles"; may be odd
  std::string_view path{};       // as the entry spells it (`\`, `:`, `.` and blanks became `_`)
  std::uint32_t hresult = 0;
};

// Empty when the path holds no such entry. Looks at every part of the path: what was collected
// may itself contain separators.
[[nodiscard]] std::optional<NoResults> ParseNoResults(std::string_view path);

// "(<n>) RegistryKey ...", "(<n>) Command ...", "(<n>) Events ...", "(<n>) FoldersFiles ..." or a
// No Results entry: the flattened layout of Intune Collect diagnostics.
[[nodiscard]] bool IsDiagnosticsItem(std::string_view path);

// Access denied and the like are kDenied; anything else is kNotCollected.
[[nodiscard]] WhyUnknown WhyNoResults(std::uint32_t hresult);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_NO_RESULTS_H_

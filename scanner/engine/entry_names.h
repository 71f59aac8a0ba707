// Names of archive entries as text that is safe to show. They are never used as paths.

#ifndef WHFB_SCANNER_ENGINE_ENTRY_NAMES_H_
#define WHFB_SCANNER_ENGINE_ENTRY_NAMES_H_

#include <string>
#include <string_view>

namespace whfb::engine {

struct EntryName {
  // `/` between parts (a backslash counts as one), no empty part and no "."; bytes that could
  // mislead (`..`, a drive's colon, control characters, bytes that are not UTF-8, `!` before a
  // `/`) as %XX. Never empty.
  std::string text{};
  std::string_view note{};  // the first oddity, a literal; empty: an ordinary name
};

[[nodiscard]] EntryName SafeEntryName(std::string_view raw);

// The part after the last `/`.
[[nodiscard]] std::string_view LastPart(std::string_view path);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_ENTRY_NAMES_H_

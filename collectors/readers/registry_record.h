// Registry values from any dialect: .reg text, MDM registry dump, hives and Registry.pol.
//
// Paths are normalised: full hive name in upper case ("HKEY_LOCAL_MACHINE", "HKEY_USERS"),
// the rest as written; compare without case. HKLM, HKCU and friends are expanded. Under
// HKEY_CURRENT_USER the user is that of the context.

#ifndef WHFB_COLLECTORS_READERS_REGISTRY_RECORD_H_
#define WHFB_COLLECTORS_READERS_REGISTRY_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "collectors/readers/reader.h"
#include "scanner/core/cell.h"

namespace whfb::readers {

// A key that the source shows: all of its values are here (`complete`), so that a value which
// is not here is absent; and, for a subtree export, all of its subkeys too.
struct RegistryKey {
  std::string_view path{};
  bool complete = false;  // false: the input is a script, or ends or is damaged inside this key
  WhyUnknown why = WhyUnknown::kTruncated;  // meaningful unless complete
  bool deleted = false;                     // "[-key]"
  Ticks last_written = 0;                   // 0: the source does not tell
  Context context{};
  Provenance source{};
};

// A subtree exported whole: a key below it that is not listed does not exist.
struct RegistryRoot {
  std::string_view path{};
  bool complete = false;  // false: truncated or damaged, `why` says
  WhyUnknown why = WhyUnknown::kTruncated;
  Context context{};
  Provenance source{};
};

enum class RegistryType : std::uint8_t {
  kNone,
  kText,
  kExpandText,
  kBinary,
  kDword,
  kQword,
  kMultiText,
  kOther
};

struct RegistryValue {
  std::string_view key{};   // path of the key
  std::string_view name{};  // empty: the default value
  RegistryType type = RegistryType::kNone;
  std::uint64_t number = 0;            // kDword, kQword
  std::string_view text{};             // kText, kExpandText; kMultiText joined with '\n'
  std::span<const std::byte> bytes{};  // kBinary and kOther
  bool malformed = false;              // the value is there but does not parse
  bool deleted = false;                // "name"=-
  Context context{};
  Provenance source{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_REGISTRY_RECORD_H_

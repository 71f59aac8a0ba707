// Which GPO and which half of it a file belongs to, by its path:
// ".../Policies/{GUID}/Machine/Registry.pol". Pure, thread-safe.

#ifndef WHFB_COLLECTORS_READERS_GPO_PATH_H_
#define WHFB_COLLECTORS_READERS_GPO_PATH_H_

#include <string>
#include <string_view>

#include "collectors/readers/policy_record.h"

namespace whfb::readers {

struct GpoPlace {
  std::string gpo{};  // "{GUID}" in upper case, "LocalGPO", or empty
  PolicyScope scope = PolicyScope::kUnknown;
};

// `path` is that of a file, with '/' or '\'. The GUID is the folder right above Machine or User. In
// a backup ("{id}/DomainSysvol/GPO/Machine/...") the GUID names the backup, not the GPO: not told.
[[nodiscard]] GpoPlace GpoPlaceOf(std::string_view path);

// "{GUID}" in upper case, whether or not `text` has the braces; empty when it is no GUID.
[[nodiscard]] std::string NormalisedGuid(std::string_view text);

// "HKEY_LOCAL_MACHINE\", "HKEY_CURRENT_USER\" or nothing.
[[nodiscard]] std::string_view HiveOf(PolicyScope scope);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_GPO_PATH_H_

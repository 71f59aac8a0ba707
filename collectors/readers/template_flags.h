// Flags of certificate templates by name, for exports that print names instead of numbers:
// [MS-CRTD] 2.4 to 2.28. Pure, thread-safe.

#ifndef WHFB_COLLECTORS_READERS_TEMPLATE_FLAGS_H_
#define WHFB_COLLECTORS_READERS_TEMPLATE_FLAGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whfb::readers {

enum class TemplateFlags : std::uint8_t { kName, kEnrolment };

// The bit of "SUBJECT_ALT_REQUIRE_UPN", "SubjectAltRequireUpn", "CT_FLAG_..." or of a number;
// nothing for a name that is not known.
[[nodiscard]] std::optional<std::uint32_t> FlagBit(TemplateFlags flags, std::string_view name);

// "A, B" as a number; "NONE" is 0. Nothing when any name is not known.
[[nodiscard]] std::optional<std::uint32_t> FlagsOf(TemplateFlags flags, std::string_view names);

// The OID of a key usage by the name that Certipy prints; an OID as it is; empty for others.
[[nodiscard]] std::string UsageOid(std::string_view name);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_TEMPLATE_FLAGS_H_

// Security descriptors: who may do what with an object. Binary, self-relative ([MS-DTYP] 2.4.6)
// as LDAP has them, and SDDL text ([MS-DTYP] 2.5.1) as certutil prints them. Owner and DACL only;
// audit entries are not judged. Pure, thread-safe.
//
// SDDL writes principals of a domain as aliases ("DA"), which only the domain's SID resolves: they
// stay aliases here. Aliases that mean the same everywhere ("AU") become SIDs.

#ifndef WHFB_COLLECTORS_READERS_SECURITY_DESCRIPTOR_H_
#define WHFB_COLLECTORS_READERS_SECURITY_DESCRIPTOR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whfb::readers {

namespace access {

// Bits of the mask ([MS-ADTS] 5.1.3.2, [MS-DTYP] 2.4.3).
inline constexpr std::uint32_t kReadProperty = 0x10;
inline constexpr std::uint32_t kWriteProperty = 0x20;
inline constexpr std::uint32_t kControlAccess = 0x100;
inline constexpr std::uint32_t kWriteDacl = 0x40000;
inline constexpr std::uint32_t kWriteOwner = 0x80000;
inline constexpr std::uint32_t kFullControl = 0xF01FF;
inline constexpr std::uint32_t kGenericAll = 0x10000000;
inline constexpr std::uint32_t kGenericExecute = 0x20000000;
inline constexpr std::uint32_t kGenericWrite = 0x40000000;
inline constexpr std::uint32_t kGenericRead = 0x80000000;

// The extended right Certificate-Enrollment ([MS-CRTD] 2.5.1).
inline constexpr std::string_view kEnrollRight = "0e10c968-78fb-11d2-90d4-00c04f79dc55";

// ACE flags.
inline constexpr std::uint32_t kInheritOnly = 0x08;
inline constexpr std::uint32_t kInherited = 0x10;

}  // namespace access

struct AccessEntry {
  bool allow = true;
  std::uint32_t flags = 0;
  std::uint32_t mask = 0;  // as written; MappedMask() resolves the generic rights
  std::string principal{};
  std::string object_type{};  // GUID of a right or an attribute; empty: all of the object
  std::string inherited_type{};

  bool operator==(const AccessEntry&) const = default;
};

struct SecurityDescriptor {
  enum class Dacl : std::uint8_t { kNotShown, kNull, kShown };

  std::string owner{};  // empty: not shown
  Dacl dacl = Dacl::kNotShown;
  std::vector<AccessEntry> entries{};
  bool complete = true;  // false: some entry is of a kind that is not understood

  bool operator==(const SecurityDescriptor&) const = default;
};

// Nothing when the text or the octets are no descriptor, or are damaged anywhere.
[[nodiscard]] std::optional<SecurityDescriptor> ParseSddl(std::string_view text);
[[nodiscard]] std::optional<SecurityDescriptor> ParseSecurityDescriptor(
    std::span<const std::byte> bytes);

// "O:...D:(A;;...)": owner and DACL, entries that are not understood left out.
[[nodiscard]] std::string ToSddl(const SecurityDescriptor& descriptor);

// Generic rights as the rights of a directory object ([MS-ADTS] 5.1.3.2).
[[nodiscard]] std::uint32_t MappedMask(std::uint32_t mask);

// The SID of a two-letter alias that means the same everywhere; empty for others.
[[nodiscard]] std::string_view WellKnownSid(std::string_view alias);

// The last number of the SID of an alias that belongs to a domain: 512 for "DA"; 0 for others.
[[nodiscard]] std::uint32_t DomainRid(std::string_view alias);

// The alias belongs to the root domain of the forest: "EA", "SA", "RO".
[[nodiscard]] bool IsForestAlias(std::string_view alias);

// Rights letters of SDDL ("RPWPCR") or a number; nothing for anything else.
[[nodiscard]] std::optional<std::uint32_t> ParseRights(std::string_view text);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_SECURITY_DESCRIPTOR_H_

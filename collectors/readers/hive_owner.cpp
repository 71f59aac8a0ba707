// The user behind a hive: [MS-DTYP] 2.4.6 (security descriptor), 2.4.5 (access list), 2.4.2 (SID).

#include <algorithm>
#include <string>

#include "collectors/readers/hive_identity.h"
#include "collectors/readers/little_endian.h"

namespace whfb::readers {

namespace {

constexpr std::uint32_t kAllAccess = 0x000f003f;   // KEY_ALL_ACCESS
constexpr std::uint32_t kGenericAll = 0x10000000;  // GENERIC_ALL
constexpr std::size_t kListHeadBytes = 8;
constexpr std::size_t kEntryHeadBytes = 8;  // type, flags, size, mask
constexpr std::size_t kSidHeadBytes = 8;

std::string SidText(std::span<const std::byte> sid) {
  const auto count = std::to_integer<std::size_t>(sid[1]);
  std::uint64_t authority = 0;
  for (std::size_t i = 2; i < kSidHeadBytes; ++i) {
    authority = authority << 8U | std::to_integer<std::uint64_t>(sid[i]);
  }
  std::string text = "S-1-" + std::to_string(authority);
  for (std::size_t i = 0; i < count; ++i) {
    text += "-" + std::to_string(LoadAt<std::uint32_t>(sid, kSidHeadBytes + i * 4));
  }
  return text;
}

// An account of a domain, of this machine or of Entra ID, and no group that Windows makes itself.
bool IsUserSid(std::span<const std::byte> sid) {
  if (sid.size() < kSidHeadBytes || sid[0] != std::byte{1}) {
    return false;
  }
  const auto count = std::to_integer<std::size_t>(sid[1]);
  const bool upper_zero =
      std::ranges::all_of(sid.subspan(2, 5), [](std::byte octet) { return octet == std::byte{0}; });
  if (count != 5 || sid.size() < kSidHeadBytes + count * 4 || !upper_zero) {
    return false;
  }
  const auto first = LoadAt<std::uint32_t>(sid, kSidHeadBytes);
  const auto last = LoadAt<std::uint32_t>(sid, kSidHeadBytes + (count - 1) * 4);
  constexpr std::uint32_t kAdministrator = 500;
  constexpr std::uint32_t kFirstOwn = 1000;  // below lie the well-known groups
  const bool domain =
      sid[7] == std::byte{5} && first == 21 && (last >= kFirstOwn || last == kAdministrator);
  return domain || (sid[7] == std::byte{12} && first == 1);
}

bool GivesAll(std::span<const std::byte> entry) {
  const auto mask = LoadAt<std::uint32_t>(entry, 4);
  return entry[0] == std::byte{0} &&
         ((mask & kAllAccess) == kAllAccess || (mask & kGenericAll) != 0);
}

}  // namespace

std::string OwnerOfKey(std::span<const std::byte> descriptor) {
  constexpr std::size_t kListAt = 16;
  if (descriptor.size() < kListAt + 4) {
    return {};
  }
  const std::size_t at = LoadAt<std::uint32_t>(descriptor, kListAt);
  if (at == 0 || at > descriptor.size() || descriptor.size() - at < kListHeadBytes) {
    return {};
  }
  std::span<const std::byte> list = descriptor.subspan(at);
  const std::size_t entries = LoadAt<std::uint16_t>(list, 4);
  list = list.subspan(kListHeadBytes);
  std::string owner;
  for (std::size_t i = 0; i < entries && list.size() >= kEntryHeadBytes; ++i) {
    const std::size_t size = LoadAt<std::uint16_t>(list, 2);
    if (size < kEntryHeadBytes || size > list.size()) {
      return {};
    }
    const std::span<const std::byte> sid = list.subspan(kEntryHeadBytes, size - kEntryHeadBytes);
    if (GivesAll(list) && IsUserSid(sid)) {
      const std::string text = SidText(sid);
      if (!owner.empty() && owner != text) {
        return {};
      }
      owner = text;
    }
    list = list.subspan(size);
  }
  return owner;
}

}  // namespace whfb::readers

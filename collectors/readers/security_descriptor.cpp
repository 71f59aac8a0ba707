#include "collectors/readers/security_descriptor.h"

#include <array>

#include "collectors/readers/sid_text.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kDescriptorHead = 20;
constexpr std::size_t kAclHead = 8;
constexpr std::size_t kAceHead = 8;  // type, flags, size, mask
constexpr std::uint32_t kDaclPresent = 0x4;
constexpr std::uint32_t kSelfRelative = 0x8000;

// ACE types ([MS-DTYP] 2.4.4.1).
constexpr std::uint32_t kAllow = 0;
constexpr std::uint32_t kDeny = 1;
constexpr std::uint32_t kAllowObject = 5;
constexpr std::uint32_t kDenyObject = 6;

using Bytes = std::span<const std::byte>;

struct Generic {
  std::uint32_t bit = 0;
  std::uint32_t rights = 0;
};

constexpr std::array kGenericRights = {
    Generic{access::kGenericAll, access::kFullControl}, Generic{access::kGenericExecute, 0x20004},
    Generic{access::kGenericWrite, 0x20028}, Generic{access::kGenericRead, 0x20094}};

struct RightName {
  std::uint32_t bit = 0;
  std::string_view letters{};
};

// In the order in which Windows prints them.
constexpr std::array kRightNames = {
    RightName{0x1, "CC"},        RightName{0x2, "DC"},        RightName{0x4, "LC"},
    RightName{0x8, "SW"},        RightName{0x10, "RP"},       RightName{0x20, "WP"},
    RightName{0x40, "DT"},       RightName{0x80, "LO"},       RightName{0x100, "CR"},
    RightName{0x10000, "SD"},    RightName{0x20000, "RC"},    RightName{0x40000, "WD"},
    RightName{0x80000, "WO"},    RightName{0x10000000, "GA"}, RightName{0x20000000, "GX"},
    RightName{0x40000000, "GW"}, RightName{0x80000000, "GR"}};

struct FlagName {
  std::uint32_t bit = 0;
  std::string_view letters{};
};

constexpr std::array kFlagNames = {FlagName{0x1, "OI"}, FlagName{0x2, "CI"}, FlagName{0x4, "NP"},
                                   FlagName{0x8, "IO"}, FlagName{0x10, "ID"}};

// The optional GUIDs of an object entry; moves `body` past them.
bool TakeTypes(Bytes& body, AccessEntry& entry) {
  constexpr std::size_t kGuid = 16;
  if (body.size() < sizeof(std::uint32_t)) {
    return false;
  }
  const std::uint32_t present = ReadLe32(body);
  body = body.subspan(sizeof(std::uint32_t));
  const std::array<std::string*, 2> types = {&entry.object_type, &entry.inherited_type};
  for (std::size_t i = 0; i < types.size(); ++i) {
    if ((present & (1U << i)) == 0) {
      continue;
    }
    if (body.size() < kGuid || !GuidText(body.first(kGuid), *types.at(i))) {
      return false;
    }
    body = body.subspan(kGuid);
  }
  return true;
}

// One entry of whole size `ace`. An entry of another kind makes the descriptor incomplete.
bool TakeEntry(Bytes ace, SecurityDescriptor& descriptor) {
  const auto type = std::to_integer<std::uint32_t>(ace[0]);
  const bool object = type == kAllowObject || type == kDenyObject;
  if (type != kAllow && type != kDeny && !object) {
    descriptor.complete = false;
    return true;
  }
  AccessEntry entry = {.allow = type == kAllow || type == kAllowObject,
                       .flags = std::to_integer<std::uint32_t>(ace[1]),
                       .mask = ReadLe32(ace.subspan(4))};
  Bytes body = ace.subspan(kAceHead);
  std::size_t size = 0;
  if ((object && !TakeTypes(body, entry)) || !SidText(body, entry.principal, size)) {
    return false;
  }
  descriptor.entries.push_back(std::move(entry));
  return true;
}

bool TakeDacl(Bytes acl, SecurityDescriptor& descriptor) {
  if (acl.size() < kAclHead || ReadLe16(acl.subspan(2)) < kAclHead ||
      ReadLe16(acl.subspan(2)) > acl.size()) {
    return false;
  }
  const std::uint16_t count = ReadLe16(acl.subspan(4));
  Bytes rest = acl.first(ReadLe16(acl.subspan(2))).subspan(kAclHead);
  descriptor.dacl = SecurityDescriptor::Dacl::kShown;
  for (std::uint16_t i = 0; i < count; ++i) {
    if (rest.size() < kAceHead || ReadLe16(rest.subspan(2)) < kAceHead ||
        ReadLe16(rest.subspan(2)) > rest.size()) {
      return false;
    }
    const std::uint16_t size = ReadLe16(rest.subspan(2));
    if (!TakeEntry(rest.first(size), descriptor)) {
      return false;
    }
    rest = rest.subspan(size);
  }
  return true;
}

// The part at an offset of the head; nothing for 0.
std::optional<Bytes> PartAt(Bytes bytes, std::size_t field) {
  const std::uint32_t offset = ReadLe32(bytes.subspan(field));
  if (offset == 0) {
    return Bytes{};
  }
  return offset < bytes.size() ? std::optional(bytes.subspan(offset)) : std::nullopt;
}

void AppendEntry(const AccessEntry& entry, std::string& text) {
  const bool object = !entry.object_type.empty() || !entry.inherited_type.empty();
  text.append(object ? "(O" : "(").append(entry.allow ? "A;" : "D;");
  for (const FlagName& flag : kFlagNames) {
    text.append((entry.flags & flag.bit) != 0 ? flag.letters : std::string_view{});
  }
  text.push_back(';');
  std::uint32_t named = 0;
  std::string rights;
  for (const RightName& right : kRightNames) {
    rights.append((entry.mask & right.bit) != 0 ? right.letters : std::string_view{});
    named |= right.bit;
  }
  if ((entry.mask & ~named) != 0) {
    rights = std::to_string(entry.mask);
  }
  text.append(rights).append(";").append(entry.object_type);
  text.append(";").append(entry.inherited_type).append(";").append(entry.principal).append(")");
}

}  // namespace

std::optional<SecurityDescriptor> ParseSecurityDescriptor(Bytes bytes) {
  constexpr std::size_t kOwnerField = 4;
  constexpr std::size_t kDaclField = 16;
  if (bytes.size() < kDescriptorHead || std::to_integer<int>(bytes[0]) != 1) {
    return std::nullopt;
  }
  const std::uint32_t control = ReadLe16(bytes.subspan(2));
  const auto owner = PartAt(bytes, kOwnerField);
  const auto dacl = PartAt(bytes, kDaclField);
  SecurityDescriptor descriptor;
  std::size_t size = 0;
  if ((control & kSelfRelative) == 0 || !owner || !dacl ||
      (!owner->empty() && !SidText(*owner, descriptor.owner, size))) {
    return std::nullopt;
  }
  if ((control & kDaclPresent) == 0) {
    return descriptor;
  }
  if (dacl->empty()) {
    descriptor.dacl = SecurityDescriptor::Dacl::kNull;
    return descriptor;
  }
  return TakeDacl(*dacl, descriptor) ? std::optional(std::move(descriptor)) : std::nullopt;
}

std::string ToSddl(const SecurityDescriptor& descriptor) {
  std::string text;
  if (!descriptor.owner.empty()) {
    text.append("O:").append(descriptor.owner);
  }
  if (descriptor.dacl == SecurityDescriptor::Dacl::kNotShown) {
    return text;
  }
  text.append("D:");
  if (descriptor.dacl == SecurityDescriptor::Dacl::kNull) {
    text.append("NO_ACCESS_CONTROL");
  }
  for (const AccessEntry& entry : descriptor.entries) {
    AppendEntry(entry, text);
  }
  return text;
}

std::uint32_t MappedMask(std::uint32_t mask) {
  for (const Generic& generic : kGenericRights) {
    if ((mask & generic.bit) != 0) {
      mask = (mask & ~generic.bit) | generic.rights;
    }
  }
  return mask;
}

}  // namespace whfb::readers

// Who may enrol with a template, from its security descriptor (requirements A3.9, A3.10). Rights of
// directory objects: [MS-ADTS] 5.1.3.2; Enroll and Autoenroll: [MS-CRTD] 2.5.1.

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "collectors/collector.h"
#include "collectors/readers/security_descriptor.h"
#include "collectors/readers/sid_text.h"
#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

namespace access = readers::access;

using readers::AccessEntry;
using readers::SecurityDescriptor;
using readers::TemplateRecord;

constexpr std::array kColumns = {
    ColumnSpec{"principal", ValueType::kText, "SID, or alias of SDDL (DA)", true},
    ColumnSpec{"right", ValueType::kText, "enroll autoenroll read", true},
    ColumnSpec{"allow", ValueType::kBool, "false: the entry denies", true},
    ColumnSpec{"sid", ValueType::kSid, "SID of the principal"},
    ColumnSpec{"rid", ValueType::kInt, "last number of the SID: 513 = Domain Users"},
};

constexpr std::string_view kTable = "template.right";

constexpr std::array kTables = {
    TableSpec{kTable, "entries of the access list, one row a right", kColumns},
};

constexpr std::string_view kAutoenroll = "a05b8cc2-17bc-4802-a710-e7c15ab866a2";
constexpr std::size_t kMaxRows = 10'000;  // of one template
constexpr std::string_view kEveryone = "S-1-1-0";

// A bit of the mask, and the right it is on the whole object or on one extended right.
struct MaskRight {
  std::uint32_t bit = 0;
  std::string_view right{};
  std::string_view object_type{};  // extended right that the entry may name instead of the object
};

constexpr std::array kMaskRights = {
    MaskRight{access::kControlAccess, "enroll", readers::access::kEnrollRight},
    MaskRight{access::kControlAccess, "autoenroll", kAutoenroll},
    MaskRight{access::kReadProperty, "read"},
};

struct Right {
  std::string_view right{};
  bool allow = true;
  std::string principal{};
};

// One descriptor of a template, and where it was read.
struct Shown {
  std::vector<Right> rights{};
  SecurityDescriptor::Dacl dacl = SecurityDescriptor::Dacl::kNotShown;
  bool complete = true;
  bool cut = false;
  bool some = false;  // there may be other entries, which the export does not show
  Provenance source{};
};

std::uint32_t LastNumber(std::string_view sid) {
  const std::string_view last = sid.substr(sid.rfind('-') + 1);
  std::uint32_t rid = 0;
  const auto parsed = std::from_chars(last.data(), last.data() + last.size(), rid);
  return parsed.ec == std::errc{} ? rid : 0;
}

// SDDL may name as an alias whom a binary descriptor names by SID; for comparing only.
std::string ComparableName(std::string_view principal) {
  const bool of_domain = principal.starts_with("S-1-5-21-");
  const std::uint32_t rid = of_domain ? LastNumber(principal) : readers::DomainRid(principal);
  return rid == 0 ? std::string(principal) : std::to_string(rid);
}

bool HasAlias(const Shown& shown) {
  return std::ranges::any_of(
      shown.rights, [](const Right& right) { return readers::DomainRid(right.principal) != 0; });
}

using ComparableRights = std::set<std::tuple<std::string_view, bool, std::string>>;

ComparableRights Comparable(const Shown& shown, bool by_number) {
  ComparableRights rights;
  for (const Right& right : shown.rights) {
    rights.emplace(right.right, right.allow,
                   by_number ? ComparableName(right.principal) : right.principal);
  }
  return rights;
}

void AddEntry(const AccessEntry& entry, Shown& shown) {
  if ((entry.flags & access::kInheritOnly) != 0) {
    return;  // of objects below, which a template does not have
  }
  const std::uint32_t mask = readers::MappedMask(entry.mask);
  for (const MaskRight& one : kMaskRights) {
    const bool applies = entry.object_type.empty() || entry.object_type == one.object_type;
    if ((mask & one.bit) != 0 && applies) {
      shown.rights.push_back(
          {.right = one.right, .allow = entry.allow, .principal = entry.principal});
    }
  }
}

Shown ReadDescriptor(const SecurityDescriptor& descriptor, const Provenance& source) {
  Shown shown{.dacl = descriptor.dacl, .complete = descriptor.complete, .source = source};
  if (descriptor.dacl == SecurityDescriptor::Dacl::kNull) {
    AddEntry({.mask = access::kFullControl, .principal = std::string(kEveryone)}, shown);
  }
  for (const AccessEntry& entry : descriptor.entries) {
    AddEntry(entry, shown);
  }
  shown.cut = shown.rights.size() > kMaxRows;
  shown.rights.resize(std::min(shown.rights.size(), kMaxRows));
  return shown;
}

// An alias of a domain is a SID only to who knows the domain.
Cell SidCell(std::string_view principal, const Provenance& source, FactSpace& facts) {
  return readers::LooksLikeSid(principal) ? facts.TextCell(principal, source)
                                          : Cell::Unknown(WhyUnknown::kAmbiguous, source);
}

Cell RidCell(std::string_view principal, const Provenance& source) {
  const std::uint32_t rid =
      readers::LooksLikeSid(principal) ? LastNumber(principal) : readers::DomainRid(principal);
  return rid != 0 || principal == kEveryone ? Cell::Int(rid, source)
                                            : Cell::Unknown(WhyUnknown::kAmbiguous, source);
}

void AddRows(const Shown& shown, Table& table, FactSpace& facts) {
  for (const Right& right : shown.rights) {
    table.Add(std::array{
        facts.TextCell(right.principal, shown.source), Cell::Text(right.right, shown.source),
        Cell::Bool(right.allow, shown.source), SidCell(right.principal, shown.source, facts),
        RidCell(right.principal, shown.source)});
  }
  if (shown.dacl == SecurityDescriptor::Dacl::kNotShown) {
    table.Cover(Coverage::kNone, WhyUnknown::kNotCollected, shown.source);
    return;
  }
  if (shown.some) {
    table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, shown.source);
    return;
  }
  table.Cover(shown.complete && !shown.cut ? Coverage::kComplete : Coverage::kPartial,
              shown.cut ? WhyUnknown::kTooLarge : WhyUnknown::kMalformed, shown.source);
}

// The first descriptor of a template that was read, and what the others are held against. Each is
// read once, and none behind one that differs. Exports that show some entries of it only do not
// differ for what they leave out.
struct Template {
  std::optional<Shown> first{};
  std::string_view text{};
  std::array<std::optional<ComparableRights>, 2> rights{};  // of `first`; with SIDs, by number
  Shown some{};                                             // of those exports
  bool differ = false;
  WhyUnknown why = WhyUnknown::kNotCollected;  // what could not be read of it
  Provenance source{};
};

bool Differs(const Shown& shown, Template& one) {
  const bool by_number = HasAlias(shown) || HasAlias(*one.first);
  std::optional<ComparableRights>& known = one.rights.at(by_number ? 1 : 0);
  if (!known) {
    known = Comparable(*one.first, by_number);
  }
  return one.first->dacl != shown.dacl || *known != Comparable(shown, by_number);
}

// Some entry of `one.some` is none of the whole list.
bool HoldsOther(const Template& one) {
  if (!one.first->complete || one.first->cut) {
    return false;
  }
  const bool by_number = HasAlias(*one.first);
  const ComparableRights all = Comparable(*one.first, by_number);
  const ComparableRights some = Comparable(one.some, by_number);
  return !std::ranges::includes(all, some);
}

bool ShowsSome(const readers::DirectoryAttribute& attribute) {
  return !attribute.whole && attribute.why == WhyUnknown::kNotCollected;
}

void TakeSome(Shown shown, Template& one) {
  if (!one.some.some) {
    one.some = std::move(shown);
    return;
  }
  const std::size_t room = kMaxRows - std::min(kMaxRows, one.some.rights.size());
  one.some.cut = one.some.cut || shown.cut || shown.rights.size() > room;
  shown.rights.resize(std::min(shown.rights.size(), room));
  std::ranges::move(shown.rights, std::back_inserter(one.some.rights));
}

void TakeDescriptor(const readers::DirectoryAttribute& attribute,
                    std::string_view text,
                    Template& one) {
  if (one.differ || (one.first && one.text == text)) {
    return;
  }
  const auto descriptor = readers::ParseSddl(text);
  if (!descriptor) {
    one.why = std::max(one.why, WhyUnknown::kMalformed);
    one.source = attribute.source;
    return;
  }
  Shown shown = ReadDescriptor(*descriptor, attribute.source);
  shown.some = ShowsSome(attribute);
  if (shown.some) {
    TakeSome(std::move(shown), one);
    return;
  }
  if (one.first) {
    one.differ = Differs(shown, one);
    return;
  }
  one.first = std::move(shown);
  one.text = text;
}

void TakeRecord(const TemplateRecord& record, Template& one) {
  const auto attribute = std::ranges::find_if(record.attributes, [](const auto& candidate) {
    return SameNoCase(candidate.name, "nTSecurityDescriptor");
  });
  // Every object has one: when it is not there, it was not shown.
  if (attribute == record.attributes.end()) {
    return;
  }
  if (attribute->values.empty()) {
    one.why = std::max(one.why, attribute->whole ? WhyUnknown::kMalformed : attribute->why);
    one.source = attribute->source;
  }
  for (const std::string_view text : attribute->values) {
    TakeDescriptor(*attribute, text, one);
  }
}

void Collect(const CollectInput& input, FactSpace& facts) {
  std::map<std::string, Template> templates;  // by lower-case name
  for (const TemplateRecord& record : input.records.Of<TemplateRecord>()) {
    if (!record.cn.empty()) {
      TakeRecord(record, templates[LowerAscii(record.cn)]);
    }
  }
  for (const auto& [name, one] : templates) {
    Table& table = facts.Named(SubjectKind::kCertificateTemplate, name).facts.TableOf(kTable);
    if (one.differ || (one.first && HoldsOther(one))) {
      // Which of them holds now, nobody knows.
      table.Cover(Coverage::kNone, WhyUnknown::kConflicting, one.first->source);
    } else if (one.first) {
      AddRows(*one.first, table, facts);
    } else if (!one.some.rights.empty()) {
      AddRows(one.some, table, facts);
    } else if (one.why != WhyUnknown::kNotCollected) {
      table.Cover(Coverage::kNone, one.why, one.source);
    }
  }
}

}  // namespace

extern const CollectorSpec kTemplateRightCollector;  // declared again by the generated list

const CollectorSpec kTemplateRightCollector = {
    .name = "template_right", .scope = Scope::kEnvironment, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors

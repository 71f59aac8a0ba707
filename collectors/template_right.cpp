// Who may enrol with a template, and who may change it: from its security descriptor, or from
// exports that name the rights directly. Rights of directory objects: [MS-ADTS] 5.1.3.2; Enroll and
// Autoenroll: [MS-CRTD] 2.5.1.

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "collectors/collector.h"
#include "collectors/directory_view.h"
#include "collectors/forest_domains.h"
#include "collectors/readers/security_descriptor.h"
#include "collectors/readers/sid_text.h"
#include "collectors/readers/small_records.h"

namespace whfb::collectors {

namespace {

namespace access = readers::access;

using readers::AccessEntry;
using readers::SecurityDescriptor;
using readers::TemplateRecord;
using readers::TemplateRight;

constexpr std::string_view kDescriptorFact = "template.security_descriptor";

constexpr std::array kFacts = {
    FactSpec{kDescriptorFact, ValueType::kText, "nTSecurityDescriptor as SDDL"},
};

enum Column : unsigned { kPrincipal, kRight, kAllow, kObject, kIsInherited, kSid, kRid };

constexpr std::array kColumns = {
    ColumnSpec{"principal", ValueType::kText,
               "SID, alias of SDDL, or name where only that is shown", true},
    ColumnSpec{"right", ValueType::kText,
               "enroll autoenroll read write write-property write-dacl write-owner owner "
               "full-control",
               true},
    ColumnSpec{"allow", ValueType::kBool, "false: the entry denies", true},
    ColumnSpec{"object", ValueType::kText, "write-property: GUID of the attribute", true},
    ColumnSpec{"inherited", ValueType::kBool, "the entry comes from a container", true},
    ColumnSpec{"sid", ValueType::kSid, "SID of the principal"},
    ColumnSpec{"rid", ValueType::kInt, "last number of the SID: 513 = Domain Users"},
};

constexpr std::array kTables = {
    TableSpec{"template.right", "entries of the access list, one row a right", kColumns},
};

constexpr std::string_view kEnroll = "0e10c968-78fb-11d2-90d4-00c04f79dc55";
constexpr std::string_view kAutoenroll = "a05b8cc2-17bc-4802-a710-e7c15ab866a2";
constexpr std::size_t kMaxRows = 10'000;  // of one template
constexpr std::string_view kEveryone = "S-1-1-0";

struct Right {
  std::string principal{};
  std::string_view right{};
  bool allow = true;
  std::string object{};
  bool inherited = false;
};

// What full control and "all extended rights" hold. certutil calls an entry full control that does
// not hold the extended rights.
std::vector<std::string_view> Expanded(std::string_view right) {
  if (right == "full-control") {
    return {"enroll", "autoenroll", "read", "write", "write-dacl", "write-owner", "full-control"};
  }
  if (right == "all-but-extended-rights") {
    return {"read", "write", "write-dacl", "write-owner"};
  }
  if (right == "all-extended-rights") {
    return {"enroll", "autoenroll"};
  }
  return {right};
}

// A bit of the mask, and the right it is on the whole object or on one extended right.
struct MaskRight {
  std::uint32_t bits = 0;
  std::string_view right{};
  std::string_view object_type{};  // extended right that the entry may name instead of the object
};

constexpr std::array kMaskRights = {
    MaskRight{access::kControlAccess, "enroll", kEnroll},
    MaskRight{access::kControlAccess, "autoenroll", kAutoenroll},
    MaskRight{access::kReadProperty, "read"},
    MaskRight{access::kWriteProperty, "write"},
    MaskRight{access::kFullControl, "full-control"},
};

// Rights of one entry that concern the template itself.
std::vector<std::string_view> RightsOf(const AccessEntry& entry) {
  std::vector<std::string_view> rights;
  const std::uint32_t mask = readers::MappedMask(entry.mask);
  const std::string& type = entry.object_type;
  const auto has = [mask](std::uint32_t bits) { return (mask & bits) == bits; };
  for (const MaskRight& one : kMaskRights) {
    if (has(one.bits) && (type.empty() || type == one.object_type)) {
      rights.push_back(one.right);
    }
  }
  const bool attribute = !type.empty() && type != kEnroll && type != kAutoenroll;
  if (has(access::kWriteProperty) && attribute) {
    rights.emplace_back("write-property");
  }
  // These two are of the object, whatever type the entry names.
  if (has(access::kWriteDacl)) {
    rights.emplace_back("write-dacl");
  }
  if (has(access::kWriteOwner)) {
    rights.emplace_back("write-owner");
  }
  return rights;
}

class RightsTable {
 public:
  RightsTable(const ForestDomains& domains, FactSpace& facts) : domains_(domains), facts_(facts) {}

  void Add(const Right& right, const Provenance& source, Subject& subject) {
    std::array<Cell, kColumns.size()> row{};
    row[kPrincipal] = facts_.TextCell(right.principal, source);
    row[kRight] = Cell::Text(right.right, source);
    row[kAllow] = Cell::Bool(right.allow, source);
    row[kObject] =
        right.object.empty() ? Cell::Text("", source) : facts_.TextCell(right.object, source);
    row[kIsInherited] = Cell::Bool(right.inherited, source);
    row[kSid] = SidCell(right.principal, source);
    row[kRid] = RidCell(right.principal, row[kSid], source);
    Table& table = subject.facts.TableOf("template.right");
    if (table.size() < kMaxRows) {
      table.Add(row);
    }
  }

  void AddEntry(const AccessEntry& entry, const Provenance& source, Subject& subject) {
    if ((entry.flags & access::kInheritOnly) != 0) {
      return;  // of objects below, which a template does not have
    }
    for (const std::string_view right : RightsOf(entry)) {
      Add({.principal = entry.principal,
           .right = right,
           .allow = entry.allow,
           .object = right == "write-property" ? entry.object_type : std::string{},
           .inherited = (entry.flags & access::kInherited) != 0},
          source, subject);
    }
  }

  void AddDescriptor(const SecurityDescriptor& descriptor,
                     const Provenance& source,
                     Subject& subject) {
    Table& table = subject.facts.TableOf("template.right");
    if (!descriptor.owner.empty()) {
      Add({.principal = descriptor.owner, .right = "owner"}, source, subject);
    }
    if (descriptor.dacl == SecurityDescriptor::Dacl::kNotShown) {
      table.Cover(Coverage::kNone, WhyUnknown::kNotCollected, source);
      return;
    }
    if (descriptor.dacl == SecurityDescriptor::Dacl::kNull) {
      AddExpanded({.principal = std::string(kEveryone), .right = "full-control"}, source, subject);
    }
    for (const AccessEntry& entry : descriptor.entries) {
      AddEntry(entry, source, subject);
    }
    const bool cut = table.size() >= kMaxRows;
    table.Cover(descriptor.complete && !cut ? Coverage::kComplete : Coverage::kPartial,
                cut ? WhyUnknown::kTooLarge : WhyUnknown::kMalformed, source);
  }

  void AddExpanded(Right right, const Provenance& source, Subject& subject) {
    for (const std::string_view one : Expanded(right.right)) {
      right.right = one;
      Add(right, source, subject);
    }
  }

 private:
  // A domain's alias is a SID only where the forest has one domain.
  Cell SidCell(std::string_view principal, const Provenance& source) {
    if (readers::LooksLikeSid(principal)) {
      return facts_.TextCell(principal, source);
    }
    const std::uint32_t rid = readers::DomainRid(principal);
    const std::string_view domain =
        readers::IsForestAlias(principal) ? domains_.RootSid() : domains_.OnlySid();
    if (rid == 0 || domain.empty()) {
      return Cell::Unknown(rid == 0 ? WhyUnknown::kNotCollected : WhyUnknown::kAmbiguous, source);
    }
    return facts_.TextCell(std::string(domain).append("-").append(std::to_string(rid)), source);
  }

  static Cell RidCell(std::string_view principal, const Cell& sid, const Provenance& source) {
    if (const std::uint32_t rid = readers::DomainRid(principal); rid != 0) {
      return Cell::Int(rid, source);
    }
    if (!sid.present()) {
      return Cell::Unknown(WhyUnknown::kNotCollected, source);
    }
    const std::string_view last = sid.value.text.substr(sid.value.text.rfind('-') + 1);
    std::int64_t rid = 0;
    for (const char digit : last.substr(0, 10)) {
      rid = rid * 10 + (digit - '0');
    }
    return Cell::Int(rid, source);
  }

  const ForestDomains& domains_;
  FactSpace& facts_;
};

bool IsAlias(std::string_view principal) {
  return readers::DomainRid(principal) != 0;
}

// The same principal, one of them perhaps as an alias of its domain.
bool SamePrincipal(std::string_view a, std::string_view b) {
  if (a == b || IsAlias(a) == IsAlias(b)) {
    return a == b;
  }
  const std::string_view alias = IsAlias(a) ? a : b;
  const std::string_view sid = IsAlias(a) ? b : a;
  return sid.starts_with("S-1-5-21-") &&
         sid.substr(sid.rfind('-') + 1) == std::to_string(readers::DomainRid(alias));
}

bool SameDescriptor(const SecurityDescriptor& a, const SecurityDescriptor& b) {
  const bool owners = a.owner.empty() || b.owner.empty() || SamePrincipal(a.owner, b.owner);
  return owners && a.dacl == b.dacl && a.complete == b.complete &&
         std::ranges::equal(
             a.entries, b.entries, [](const AccessEntry& one, const AccessEntry& other) {
               return one.allow == other.allow && one.flags == other.flags &&
                      readers::MappedMask(one.mask) == readers::MappedMask(other.mask) &&
                      one.object_type == other.object_type &&
                      one.inherited_type == other.inherited_type &&
                      SamePrincipal(one.principal, other.principal);
             });
}

// A template's descriptors, the same ones once: the one with the fewest aliases stays.
struct Descriptors {
  struct One {
    SecurityDescriptor descriptor{};
    Cell cell{};
  };

  std::vector<One> known{};

  void Take(SecurityDescriptor descriptor, const Cell& cell) {
    for (One& one : known) {
      if (SameDescriptor(one.descriptor, descriptor)) {
        const auto aliases = [](const SecurityDescriptor& of) {
          return std::ranges::count_if(
              of.entries, [](const AccessEntry& entry) { return IsAlias(entry.principal); });
        };
        if (aliases(descriptor) < aliases(one.descriptor)) {
          one = {.descriptor = std::move(descriptor), .cell = cell};
        }
        return;
      }
    }
    known.push_back({.descriptor = std::move(descriptor), .cell = cell});
  }
};

// Templates, by the name of the subject, and the evidence that shows their descriptor.
using Described = std::set<std::pair<std::string_view, std::uint32_t>>;

using ByTemplate = std::map<std::string_view, Descriptors>;

// A descriptor that does not parse, or is not shown, leaves the fact unknown.
void TakeDescriptor(const TemplateRecord& record,
                    ByTemplate& by_template,
                    Described& described,
                    FactSpace& facts) {
  Subject& subject = facts.Named(SubjectKind::kCertificateTemplate, record.cn);
  const auto attribute = std::ranges::find_if(record.attributes, [](const auto& one) {
    return readers::SameAttribute(one.name, "nTSecurityDescriptor");
  });
  if (attribute == record.attributes.end() || attribute->values.empty()) {
    const bool damaged = attribute != record.attributes.end() && !attribute->whole;
    subject.facts.Set(
        kDescriptorFact,
        Cell::Unknown(damaged ? attribute->why : WhyUnknown::kNotCollected, record.source));
    return;
  }
  auto descriptor = readers::ParseSddl(attribute->values[0]);
  if (!descriptor) {
    const Cell unknown = Cell::Unknown(WhyUnknown::kMalformed, attribute->source);
    subject.facts.Set(kDescriptorFact, unknown);
    subject.facts.TableOf("template.right")
        .Cover(Coverage::kNone, WhyUnknown::kMalformed, attribute->source);
    return;
  }
  described.emplace(subject.name, attribute->source.evidence);
  by_template[subject.name].Take(*std::move(descriptor),
                                 facts.TextCell(attribute->values[0], attribute->source));
}

Described CollectDescriptors(const readers::Records& records,
                             RightsTable& rights,
                             FactSpace& facts) {
  Described described;
  ByTemplate by_template;
  for (const TemplateRecord& record : records.Of<TemplateRecord>()) {
    if (!record.cn.empty()) {
      TakeDescriptor(record, by_template, described, facts);
    }
  }
  for (const auto& [name, descriptors] : by_template) {
    Subject& subject = facts.Named(SubjectKind::kCertificateTemplate, name);
    for (const Descriptors::One& one : descriptors.known) {
      subject.facts.Set(kDescriptorFact, one.cell);
      rights.AddDescriptor(one.descriptor, one.cell.source, subject);
    }
    if (descriptors.known.size() > 1) {
      subject.facts.TableOf("template.right")
          .OverrideCoverage(Coverage::kPartial, WhyUnknown::kConflicting);
    }
  }
  return described;
}

// Rights by name, where the same evidence shows no descriptor, which tells more.
void CollectRights(const readers::Records& records,
                   const Described& described,
                   RightsTable& rights,
                   FactSpace& facts) {
  std::unordered_map<std::string_view, Subject*> subjects;
  for (const TemplateRight& right : records.Of<TemplateRight>()) {
    Subject*& known = subjects[right.cn];
    known = known == nullptr ? &facts.Named(SubjectKind::kCertificateTemplate, right.cn) : known;
    Subject& subject = *known;
    if (described.contains({subject.name, right.source.evidence})) {
      continue;
    }
    const bool sid = !right.principal_sid.empty();
    rights.AddExpanded({.principal = std::string(sid ? right.principal_sid : right.principal_name),
                        .right = right.right,
                        .allow = right.allow,
                        .inherited = right.inherited},
                       right.source, subject);
    subject.facts.TableOf("template.right")
        .Cover(Coverage::kPartial, WhyUnknown::kNotCollected, right.source);
  }
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const ForestDomains domains = FindForestDomains(input.records);
  RightsTable rights(domains, facts);
  const Described described = CollectDescriptors(input.records, rights, facts);
  CollectRights(input.records, described, rights, facts);
}

}  // namespace

extern const CollectorSpec kTemplateRightCollector;  // declared again by the generated list

const CollectorSpec kTemplateRightCollector = {.name = "template_right",
                                               .scope = Scope::kEnvironment,
                                               .facts = kFacts,
                                               .tables = kTables,
                                               .collect = Collect};

}  // namespace whfb::collectors

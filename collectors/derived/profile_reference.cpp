// What a certificate profile refers to, held against the rest of the tenant and the forest: its
// trusted root, those it is assigned to, the template that it names.

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"
#include "collectors/derived/chain_builder.h"
#include "collectors/derived/issuing_cas.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/profile_names.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"profile.draft", ValueType::kBool,
             "assigned to nobody, beside a judged profile of its type that is assigned"},
    FactSpec{"profile.root.display_name", ValueType::kText,
             "the trusted root profile that it refers to"},
    FactSpec{"profile.root.sha1", ValueType::kHex, "certificate of that profile"},
    FactSpec{"profile.root.self_issued", ValueType::kBool, "it is that of a root"},
    FactSpec{"profile.root.anchors_issuing_ca", ValueType::kBool,
             "the issuing CAs (declared, else those of the enrolment services) chain to it"},
    FactSpec{"profile.root.assigned_to", ValueType::kList, "targets of the trusted root profile",
             "", ValueType::kText},
    FactSpec{"profile.root.assigned_alike", ValueType::kBool,
             "each target of the profile is one of the trusted root profile; false: that one is "
             "for nobody, or for the other of all users and all devices"},
    FactSpec{"profile.covered_by_root", ValueType::kBool,
             "likewise of some trusted root profile of the tenant; false: of none"},
    FactSpec{"profile.template_is_name", ValueType::kBool,
             "certificateTemplateName is the name of a template; false: only a display name"},
    FactSpec{"environment.issuing_profile", ValueType::kText,
             "a SCEP or PKCS profile of the tenant; absent: the whole list has none"},
};

// The subjects that profiles are held against, found once.
struct Tenant {
  const Subject& environment;
  const FactSpace& facts;
  Ticks now = 0;
  std::vector<const Subject*> roots{};         // trusted root profiles
  std::vector<const Subject*> templates{};     // of Active Directory
  std::set<std::string_view> types_in_use{};   // of judged profiles that somebody is assigned
  std::map<std::string_view, Cell> anchors{};  // answer by root certificate
};

bool IsProfile(const Subject& subject, std::string_view type) {
  return subject.kind == SubjectKind::kCertificateProfile &&
         TextIs(subject.facts.Get("profile.type"), type) == Truth::kTrue;
}

Tenant Survey(const Subject& environment, const FactSpace& facts, Ticks now) {
  Tenant tenant{.environment = environment, .facts = facts, .now = now};
  for (const Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kCertificateTemplate) {
      tenant.templates.push_back(&subject);
    } else if (IsProfile(subject, "trusted-root")) {
      tenant.roots.push_back(&subject);
    } else if (subject.kind == SubjectKind::kCertificateProfile &&
               IsTrue(subject.facts.Get("profile.judged")) == Truth::kTrue &&
               IsTrue(subject.facts.Get("profile.assigned")) == Truth::kTrue &&
               subject.facts.Get("profile.type").present()) {
      tenant.types_in_use.insert(subject.facts.Get("profile.type").value.text);
    }
  }
  return tenant;
}

// A profile whose assignments were not shown may be the one that is in use.
bool IsDraft(const SubjectFacts& profile, const Tenant& tenant) {
  const Cell& type = profile.Get("profile.type");
  return IsTrue(profile.Get("profile.assigned")) == Truth::kFalse && type.present() &&
         tenant.types_in_use.contains(type.value.text);
}

// The one trusted root profile with this id, else of this name.
const Subject* RootOf(const SubjectFacts& profile, const Tenant& tenant) {
  const Cell& id = profile.Get("profile.root_certificate");
  const Cell& name = profile.Get("profile.root_certificate_name");
  const Subject* found = nullptr;
  for (const Subject* root : tenant.roots) {
    if (id.present() && TextIs(root->facts.Get("profile.id"), id.value.text) == Truth::kTrue) {
      return root;
    }
    const Cell& own = root->facts.Get("profile.display_name");
    if (!id.present() && name.present() && own.present() && own.value.text == name.value.text) {
      if (found != nullptr) {
        return nullptr;  // two of one name
      }
      found = root;
    }
  }
  return found;
}

// Whether the CA `leaf` chains to `root`; names alone prove nothing.
Truth ChainsTo(const ChainNode& leaf, std::string_view root, const ChainBuilder& builder) {
  if (leaf.self_issued) {
    return Truth::kFalse;
  }
  const Chain chain = builder.Build(leaf);
  if (!chain.complete || chain.proof < ChainProof::kKeyId) {
    return Truth::kUnknown;
  }
  if (chain.root()->sha1 == root) {
    return Truth::kTrue;
  }
  return chain.may_be_trusted || chain.cut ? Truth::kUnknown : Truth::kFalse;
}

// The root counts as trusted, so that the builder tells of any path that ends there.
ChainBuilder BuilderWith(std::string_view root, const Table& certificates, const FactSpace& facts) {
  Table only(certificates.spec());
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    if (TextIs(certificates.Row(i)[kSha1], root) == Truth::kTrue) {
      only.Add(certificates.Row(i));
    }
  }
  ChainBuilder builder;
  builder.AddTable(only, facts, true);
  builder.AddTable(certificates, facts, false);
  return builder;
}

Truth ChainsTo(std::string_view ca,
               std::string_view root,
               const Table& certificates,
               const ChainBuilder& builder,
               const FactSpace& facts) {
  if (SameNoCase(ca, root)) {
    return Truth::kTrue;
  }
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    if (TextIs(certificates.Row(i)[kSha1], ca) == Truth::kTrue) {
      return ChainsTo(NodeOfRow(certificates.Row(i), facts), root, builder);
    }
  }
  return Truth::kUnknown;
}

Cell AnchorsIssuingCa(const Cell& root, const Tenant& tenant) {
  const std::string_view anchor = root.value.text;
  const Table& certificates = tenant.environment.facts.TableOf("environment.ca_certificate");
  const ChainBuilder builder = BuilderWith(anchor, certificates, tenant.facts);
  const IssuingCas cas = IssuingCasOf(tenant.environment, tenant.now);
  std::size_t chained = 0;
  std::size_t elsewhere = 0;
  for (const std::string_view sha1 : cas.sha1) {
    const Truth answer = ChainsTo(sha1, anchor, certificates, builder, tenant.facts);
    chained += answer == Truth::kTrue ? 1U : 0U;
    elsewhere += answer == Truth::kFalse ? 1U : 0U;
  }
  const bool told = cas.every_known && !cas.sha1.empty();
  if (told && chained == cas.sha1.size()) {
    return Cell::Bool(true, root.source);
  }
  if (told && cas.all && elsewhere == cas.sha1.size()) {
    return Cell::Bool(false, root.source);
  }
  return Cell::Unknown(
      chained + elsewhere == 0 ? WhyUnknown::kNotCollected : WhyUnknown::kAmbiguous, root.source);
}

bool AllStart(const Cell& list, std::string_view with) {
  return std::ranges::all_of(list.value.list,
                             [with](std::string_view one) { return one.starts_with(with); });
}

// Lists of assignments are sorted, or nearly; each profile is held against each root.
std::vector<std::string_view> Sorted(std::span<const std::string_view> list) {
  std::vector<std::string_view> sorted(list.begin(), list.end());
  if (!std::ranges::is_sorted(sorted)) {
    std::ranges::sort(sorted);
  }
  return sorted;
}

bool Within(const Cell& part, const Cell& whole) {
  return std::ranges::includes(Sorted(whole.value.list), Sorted(part.value.list));
}

// Who is in a group, and whether users or devices are, is in no export.
Cell AssignedAlike(const SubjectFacts& profile, const SubjectFacts& root) {
  const Cell& own = profile.Get("profile.assigned_to");
  const Cell& other = root.Get("profile.assigned_to");
  if (other.absent()) {
    return Cell::Bool(false, other.source);
  }
  if (!own.present() || !other.present()) {
    const Cell& open = own.present() ? other : own;
    return Cell::Unknown(open.unknown() ? open.why : WhyUnknown::kAmbiguous, open.source);
  }
  const bool apart = (AllStart(own, "all-users") && AllStart(other, "all-devices")) ||
                     (AllStart(own, "all-devices") && AllStart(other, "all-users"));
  if (apart) {
    return Cell::Bool(false, other.source);
  }
  const Cell& excluded = root.Get("profile.excluded");
  const Cell& own_excluded = profile.Get("profile.excluded");
  const bool nobody_less = excluded.absent() || (excluded.present() && own_excluded.present() &&
                                                 Within(excluded, own_excluded));
  return Within(own, other) && nobody_less ? Cell::Bool(true, other.source)
                                           : Cell::Unknown(WhyUnknown::kAmbiguous, other.source);
}

Cell CoveredByRoot(const SubjectFacts& profile, const Tenant& tenant) {
  const Cell& whole = tenant.environment.facts.Get("environment.profile_list_complete");
  std::optional<Cell> open;
  for (const Subject* root : tenant.roots) {
    const Truth is_root = IsTrue(root->facts.Get("profile.certificate_self_issued"));
    if (is_root == Truth::kFalse) {
      continue;
    }
    const Cell alike = AssignedAlike(profile, root->facts);
    if (is_root == Truth::kTrue && IsTrue(alike) == Truth::kTrue) {
      return alike;
    }
    if (IsTrue(alike) != Truth::kFalse) {
      open = Cell::Unknown(alike.unknown() ? alike.why : WhyUnknown::kMalformed, alike.source);
    }
  }
  if (open) {
    return *open;
  }
  return IsTrue(whole) == Truth::kTrue ? Cell::Bool(false, whole.source)
                                       : Cell::Unknown(WhyUnknown::kNotCollected, whole.source);
}

Cell TemplateIsName(const Cell& name, const Tenant& tenant) {
  if (!name.present()) {
    return Like(name);
  }
  bool displayed = false;
  for (const Subject* one : tenant.templates) {
    if (TextIs(one->facts.Get("template.cn"), name.value.text) == Truth::kTrue) {
      return Cell::Bool(true, name.source);
    }
    displayed = displayed ||
                TextIs(one->facts.Get("template.display_name"), name.value.text) == Truth::kTrue;
  }
  // A CA issues by name; the object itself may not have been exported.
  const Table& issued = tenant.environment.facts.TableOf("environment.issued_template");
  for (std::size_t i = 0; i < issued.size(); ++i) {
    if (TextIs(issued.Row(i)[0], name.value.text) == Truth::kTrue) {
      return Cell::Bool(true, name.source);
    }
  }
  return displayed ? Cell::Bool(false, name.source)
                   : Cell::Unknown(WhyUnknown::kNotCollected, name.source);
}

void PutRoot(Tenant& tenant, SubjectFacts& profile) {
  const Subject* const root = RootOf(profile, tenant);
  if (root == nullptr) {
    return;  // not collected
  }
  const Cell& sha1 = root->facts.Get("profile.certificate_sha1");
  Cell anchors = Like(sha1);
  if (sha1.present()) {
    const auto known = tenant.anchors.find(sha1.value.text);
    anchors = known != tenant.anchors.end() ? known->second : AnchorsIssuingCa(sha1, tenant);
    tenant.anchors.emplace(sha1.value.text, anchors);
  }
  profile.Put("profile.root.display_name", root->facts.Get("profile.display_name"));
  profile.Put("profile.root.sha1", sha1);
  profile.Put("profile.root.self_issued", root->facts.Get("profile.certificate_self_issued"));
  profile.Put("profile.root.anchors_issuing_ca", anchors);
  profile.Put("profile.root.assigned_to", root->facts.Get("profile.assigned_to"));
  profile.Put("profile.root.assigned_alike", AssignedAlike(profile, root->facts));
}

Cell IssuingProfile(const Tenant& tenant) {
  for (const Subject& subject : tenant.facts.subjects()) {
    if (IsProfile(subject, "scep") || IsProfile(subject, "pkcs")) {
      return subject.facts.Get("profile.display_name");
    }
  }
  const Cell& whole = tenant.environment.facts.Get("environment.profile_list_complete");
  return IsTrue(whole) == Truth::kTrue ? Cell::Absent(whole.source)
                                       : Cell::Unknown(WhyUnknown::kNotCollected, whole.source);
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  Subject& environment = facts.Environment();
  Tenant tenant = Survey(environment, facts, input.moment.now);
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kCertificateProfile) {
      SubjectFacts& profile = subject.facts;
      profile.Put("profile.draft",
                  Cell::Bool(IsDraft(profile, tenant), profile.Get("profile.assigned").source));
      profile.Put("profile.covered_by_root", CoveredByRoot(profile, tenant));
      profile.Put("profile.template_is_name",
                  TemplateIsName(profile.Get("profile.template_name"), tenant));
      PutRoot(tenant, profile);
    }
  }
  environment.facts.Put("environment.issuing_profile", IssuingProfile(tenant));
}

}  // namespace

extern const DerivationSpec kProfileReferenceDerivation;  // declared again by the generated list

const DerivationSpec kProfileReferenceDerivation = {
    .name = "profile_reference", .scope = Scope::kEnvironment, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors

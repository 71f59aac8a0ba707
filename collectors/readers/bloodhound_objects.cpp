#include "collectors/readers/bloodhound_objects.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "collectors/readers/directory_sink.h"
#include "collectors/readers/ldap_name.h"
#include "collectors/readers/security_descriptor.h"
#include "collectors/readers/sid_text.h"
#include "collectors/readers/small_records.h"

namespace whfb::readers {

namespace {

constexpr std::string_view kTemplates = "certtemplates";

// SharpHound writes the flags by the names of its enumerations, or as one number where a bit has no
// name (LdapPropertyProcessor.cs of SharpHoundCommon).
constexpr std::array kTemplateFields = {
    FieldMapping{"displayname", "displayName"},
    FieldMapping{"schemaversion", "msPKI-Template-Schema-Version", FieldForm::kNumber},
    FieldMapping{"oid", "msPKI-Cert-Template-OID"},
    FieldMapping{"enrollmentflag", "msPKI-Enrollment-Flag", FieldForm::kEnrolmentFlags},
    FieldMapping{"certificatenameflag", "msPKI-Certificate-Name-Flag", FieldForm::kNameFlags},
    FieldMapping{"ekus", "pKIExtendedKeyUsage", FieldForm::kUsages},
    FieldMapping{"certificateapplicationpolicy", "msPKI-Certificate-Application-Policy",
                 FieldForm::kUsages},
    FieldMapping{"validityperiod", "pKIExpirationPeriod", FieldForm::kPeriod},
    FieldMapping{"renewalperiod", "pKIOverlapPeriod", FieldForm::kPeriod},
};

// What SharpHound derives from the schema version and the two lists of usages.
constexpr std::string_view kEffective = "effectiveekus";
constexpr std::array kEffectiveUsage = {
    FieldMapping{kEffective, "pKIExtendedKeyUsage", FieldForm::kUsages}};
constexpr std::array kEffectivePolicy = {
    FieldMapping{kEffective, "msPKI-Certificate-Application-Policy", FieldForm::kUsages}};

constexpr std::array kGuidField = {
    FieldMapping{"ObjectIdentifier", "objectGUID", FieldForm::kGuid}};

constexpr std::array kSidField = {FieldMapping{"ObjectIdentifier", "objectSid", FieldForm::kSid}};

constexpr std::array kAccountFields = {
    FieldMapping{"samaccountname", "sAMAccountName"},
    FieldMapping{"userprincipalname", "userPrincipalName"},
    FieldMapping{"useraccountcontrol", "userAccountControl", FieldForm::kNumber},
    FieldMapping{"whencreated", "whenCreated", FieldForm::kUnixTime},
};

// All values of NTAuth's cACertificate, of the others' the first one.
constexpr std::array kNtAuthFields = {
    FieldMapping{"certthumbprints", "cACertificate", FieldForm::kHash}};
constexpr std::array kFirstCertificate = {
    FieldMapping{"certthumbprint", "cACertificate", FieldForm::kHash}};

// "caname" is the name as it is written; "name" has capital letters and the domain behind it.
constexpr std::array kAuthorityFields = {FieldMapping{"caname", "cn"},
                                         FieldMapping{"dnshostname", "dNSHostName"}};

struct TypeName {
  std::string_view type{};
  DirectoryKind kind = DirectoryKind::kUser;
};

constexpr std::array kTypes = {
    TypeName{"users", DirectoryKind::kUser},
    TypeName{"ntauthstores", DirectoryKind::kNtAuth},
    TypeName{"rootcas", DirectoryKind::kRootCa},
    TypeName{"aiacas", DirectoryKind::kIntermediateCa},
    TypeName{"enterprisecas", DirectoryKind::kEnrolmentService},
};

constexpr std::array<std::string_view, 8> kOtherTypes = {
    "computers", "groups", "gpos", "ous", "containers", "domains", "issuancepolicies", "sessions"};

struct RightName {
  std::string_view printed{};
  std::uint32_t mask = 0;
  std::string_view object_type{};  // the extended right; empty: the object
};

// What SharpHound makes of an entry that allows something (ACLProcessor.cs). It leaves out denied
// rights, Autoenroll, reading, and entries of principals that it ignores.
constexpr std::array kRights = {
    RightName{"Enroll", access::kControlAccess, access::kEnrollRight},
    RightName{"AutoEnroll", access::kControlAccess, "a05b8cc2-17bc-4802-a710-e7c15ab866a2"},
    RightName{"AllExtendedRights", access::kControlAccess},
    RightName{"GenericAll", access::kFullControl},
    RightName{"GenericWrite", access::kWriteProperty},
    RightName{"WriteDacl", access::kWriteDacl},
    RightName{"WriteOwner", access::kWriteOwner},
};

bool HasLowerCase(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

// Where the list itself is not shown.
void AddEffectiveUsages(const Json& properties, DirectoryBuilder& builder) {
  const Json* const version = JsonMember(properties, "schemaversion");
  if (version == nullptr || !version->is_number_unsigned() || *version == 0) {
    return;
  }
  const auto& mapping = *version == 1 ? kEffectiveUsage : kEffectivePolicy;
  const bool shown =
      std::ranges::any_of(builder.attributes(), [&mapping](const DirectoryAttribute& attribute) {
        return attribute.name == mapping[0].attribute;
      });
  if (!shown) {
    builder.Take(properties, mapping);
  }
}

// "USER@ESC1.LOCAL"
std::string_view BeforeAt(std::string_view name) {
  return name.substr(0, name.rfind('@'));
}

// "ESC1.LOCAL-S-1-5-11" is a SID that every domain has.
std::string_view PlainSid(std::string_view principal) {
  const std::size_t at = principal.find("S-1-");
  principal = at == std::string_view::npos ? std::string_view{} : principal.substr(at);
  return LooksLikeSid(principal) ? principal : std::string_view{};
}

}  // namespace

bool BloodHoundObjects::IsRead(std::string_view type) {
  return type == kTemplates || std::ranges::find(kTypes, type, &TypeName::type) != kTypes.end();
}

bool BloodHoundObjects::IsMemberRead(std::string_view type, std::string_view member) {
  return member == "Properties" || member == "ObjectIdentifier" || member == "IsDeleted" ||
         (member == "Aces" && type == kTemplates) || member == "EnabledCertTemplates";
}

std::string_view BloodHoundObjects::TypeInName(std::string_view lower_name) {
  constexpr std::string_view kExtension = ".json";
  if (!lower_name.ends_with(kExtension)) {
    return {};
  }
  lower_name.remove_suffix(kExtension.size());
  const auto named = [lower_name](std::string_view type) {
    const std::size_t before = lower_name.size() - std::min(type.size(), lower_name.size());
    return lower_name.ends_with(type) && (before == 0 || lower_name[before - 1] == '_');
  };
  if (named(kTemplates)) {
    return kTemplates;
  }
  for (const TypeName& known : kTypes) {
    if (named(known.type)) {
      return known.type;
    }
  }
  const auto* const other = std::ranges::find_if(kOtherTypes, named);
  return other == kOtherTypes.end() ? std::string_view{} : *other;
}

Provenance BloodHoundObjects::Source(const Json& object) const {
  return evidence_.At(sink_.record_count, sink_.Keep(JsonText(object, "ObjectIdentifier")));
}

void BloodHoundObjects::Take(const Json& object) {
  ++sink_.record_count;
  if (!IsRead(type_)) {
    return;
  }
  const Json* const deleted = JsonMember(object, "IsDeleted");
  if (deleted != nullptr && *deleted == true) {
    return;
  }
  const Json* const properties = JsonMember(object, "Properties");
  if (properties == nullptr || !properties->is_object()) {
    sink_.AddGap({.place = sink_.record_count, .message = "an object without properties"});
    return;
  }
  if (type_ == kTemplates) {
    TakeTemplate(object, *properties);
    return;
  }
  TakeObject(std::ranges::find(kTypes, type_, &TypeName::type)->kind, object, *properties);
}

void BloodHoundObjects::TakeTemplate(const Json& object, const Json& properties) {
  const std::string_view name = BeforeAt(JsonText(properties, "name"));
  if (name.empty()) {
    sink_.AddGap({.place = sink_.record_count, .message = "a template without a name"});
    return;
  }
  DirectoryBuilder builder(sink_, Source(object));
  builder.Take(properties, kTemplateFields);
  AddEffectiveUsages(properties, builder);
  builder.Take(object, kGuidField);
  AddRights(object, builder);
  AddTemplate(TemplateRecord{.cn = sink_.Keep(name),
                             .exact_name = HasLowerCase(name),
                             .attributes = builder.Keep(),
                             .why = WhyUnknown::kNotCollected,
                             .source = Source(object)},
              sink_);
}

void BloodHoundObjects::AddRights(const Json& object, DirectoryBuilder& builder) {
  const Json* const entries = JsonMember(object, "Aces");
  if (entries == nullptr || !entries->is_array() || entries->empty()) {
    return;
  }
  SecurityDescriptor descriptor{.dacl = SecurityDescriptor::Dacl::kShown};
  for (const Json& entry : *entries) {
    const std::string_view printed = JsonText(entry, "RightName");
    const std::string_view sid = PlainSid(JsonText(entry, "PrincipalSID"));
    if (printed.empty() || sid.empty()) {
      sink_.AddGap({.place = sink_.record_count, .message = "a right that cannot be read"});
      continue;
    }
    if (printed == "Owns") {
      descriptor.owner = sid;
    }
    const auto* const right = std::ranges::find(kRights, printed, &RightName::printed);
    if (right == kRights.end()) {
      continue;  // one of the many that enrolling does not need
    }
    descriptor.entries.push_back({.mask = right->mask,
                                  .principal = std::string(sid),
                                  .object_type = std::string(right->object_type)});
  }
  builder.AddDescriptor(descriptor);
}

void BloodHoundObjects::TakeObject(DirectoryKind kind, const Json& object, const Json& properties) {
  DirectoryBuilder builder(sink_, Source(object));
  if (kind == DirectoryKind::kUser) {
    builder.Take(object, kSidField);
    builder.Take(properties, kAccountFields);
    // "true" is also written for an account whose userAccountControl was not shown.
    if (const Json* const enabled = JsonMember(properties, "enabled");
        enabled != nullptr && *enabled == false) {
      builder.Add(kDisabledAttribute, "TRUE");
    }
  } else if (kind == DirectoryKind::kNtAuth) {
    builder.Take(properties, kNtAuthFields);
  } else {
    builder.Take(properties, kFirstCertificate);
    for (DirectoryAttribute& first : builder.attributes()) {
      first.whole = false;
      first.why = first.values.empty() ? first.why : WhyUnknown::kNotCollected;
    }
    builder.Take(properties, kAuthorityFields);
    AddPublished(object, builder);
  }
  std::string dn;
  const bool named = LdapNameText(JsonText(properties, "distinguishedname"), dn);
  AddDirectoryObject(DirectoryObject{.kind = kind,
                                     .dn = named ? sink_.Keep(dn) : std::string_view{},
                                     .attributes = std::move(builder.attributes()),
                                     .source = Source(object)},
                     sink_);
}

// Templates that SharpHound did not find by their name are not among them.
void BloodHoundObjects::AddPublished(const Json& object, DirectoryBuilder& builder) {
  const Json* const published = JsonMember(object, "EnabledCertTemplates");
  if (published == nullptr || !published->is_array() || published->empty()) {
    return;
  }
  std::vector<std::string> guids;
  for (const Json& one : *published) {
    std::string guid = PlainGuid(JsonText(one, "ObjectIdentifier"));
    if (guid.empty() || guids.size() == DirectoryBuilder::kMaxValues) {
      sink_.AddGap({.place = sink_.record_count,
                    .why = guid.empty() ? WhyUnknown::kMalformed : WhyUnknown::kTooLarge,
                    .message = "a published template that is not told"});
      break;
    }
    guids.push_back(std::move(guid));
  }
  builder.AddList(kPublishedGuids, guids, false);
}

}  // namespace whfb::readers

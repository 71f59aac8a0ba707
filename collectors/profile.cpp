// Intune certificate profiles from Microsoft Graph (evidence.md section 8).

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/collector.h"
#include "collectors/profile_list.h"
#include "collectors/profile_names.h"
#include "collectors/readers/small_records.h"
#include "collectors/tenant_assignment.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"profile.id", ValueType::kText, "Graph id (GUID, lower case)", "", ValueType::kText,
             true},
    FactSpec{"profile.display_name", ValueType::kText, "displayName", "", ValueType::kText, true},
    FactSpec{"profile.type", ValueType::kText, "scep, pkcs, imported-pfx, trusted-root, other", "",
             ValueType::kText, true},
    FactSpec{"profile.key_storage_provider", ValueType::kText, "keyStorageProvider"},
    FactSpec{"profile.certificate_store", ValueType::kText, "certificateStore"},
    FactSpec{"profile.subject_name_format", ValueType::kText,
             "subjectNameFormat: custom means that subjectNameFormatString holds"},
    FactSpec{"profile.subject_format", ValueType::kText, "subjectNameFormatString"},
    FactSpec{"profile.subject_variables", ValueType::kList,
             "variables of subjectNameFormatString, lower case", "", ValueType::kText},
    FactSpec{"profile.san_upn", ValueType::kList,
             "names of the SAN entries of type userPrincipalName", "", ValueType::kText},
    FactSpec{"profile.san_uri", ValueType::kList,
             "names of the SAN entries of type universalResourceIdentifier", "", ValueType::kText},
    FactSpec{"profile.san_user_upn", ValueType::kBool,
             "a UPN of the SAN is {{UserPrincipalName}}; false: the SAN has no UPN"},
    FactSpec{"profile.san_sid", ValueType::kBool,
             "a URI of the SAN has {{OnPremisesSecurityIdentifier}}"},
    FactSpec{"profile.validity_value", ValueType::kInt, "certificateValidityPeriodValue"},
    FactSpec{"profile.validity_scale", ValueType::kText,
             "certificateValidityPeriodScale: days, months, years"},
    FactSpec{"profile.validity_allowed", ValueType::kBool, "that is from 5 days to 24 months"},
    FactSpec{"profile.renewal_threshold", ValueType::kInt, "renewalThresholdPercentage"},
    FactSpec{
        "profile.applicability_rules", ValueType::kList,
        "which of deviceManagementApplicabilityRuleOsEdition, OsVersion and DeviceMode are set", "",
        ValueType::kText},
    FactSpec{"profile.key_usage", ValueType::kList, "keyUsage", "", ValueType::kText},
    FactSpec{"profile.key_size", ValueType::kText, "keySize"},
    FactSpec{"profile.hash", ValueType::kList, "hashAlgorithm", "", ValueType::kText},
    FactSpec{"profile.eku", ValueType::kList, "extendedKeyUsages object identifiers", "",
             ValueType::kOid},
    FactSpec{"profile.server_urls", ValueType::kList, "scepServerUrls", "", ValueType::kText},
    FactSpec{"profile.server_urls_https", ValueType::kBool, "each of scepServerUrls is https"},
    FactSpec{"profile.template_name", ValueType::kText, "certificateTemplateName (PKCS)"},
    FactSpec{"profile.certification_authority", ValueType::kDnsName,
             "certificationAuthority: host of the CA (PKCS)"},
    FactSpec{"profile.certification_authority_name", ValueType::kText,
             "certificationAuthorityName: common name of the CA (PKCS)"},
    FactSpec{"profile.root_certificate", ValueType::kText,
             "id of the trusted root profile that rootCertificate refers to"},
    FactSpec{"profile.root_certificate_name", ValueType::kText, "its display name, where told"},
    FactSpec{"profile.destination_store", ValueType::kText, "destinationStore (trusted root)"},
    FactSpec{"profile.certificate_sha1", ValueType::kHex, "thumbprint of the trusted certificate"},
    FactSpec{"profile.certificate_self_issued", ValueType::kBool,
             "the trusted certificate is self-issued"},
    FactSpec{"profile.assigned", ValueType::kBool, "assignments are not empty"},
    FactSpec{"profile.assigned_to", ValueType::kList, "targets: all-users, all-devices, group <id>",
             "", ValueType::kText},
    FactSpec{"profile.excluded", ValueType::kList, "groups that are excluded: group <id>", "",
             ValueType::kText},
    FactSpec{"environment.profile_list_complete", ValueType::kBool,
             "a Graph list of certificate profiles that no filter seems to have made was read to "
             "its end"},
};

using readers::ProfileProperty;
using readers::ProfileRecord;

std::string_view TypeOf(const ProfileRecord& profile) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTypes = {{
      {"#microsoft.graph.windows81SCEPCertificateProfile", "scep"},
      {"#microsoft.graph.windows10PkcsCertificateProfile", "pkcs"},
      {"#microsoft.graph.windows10ImportedPFXCertificateProfile", "imported-pfx"},
      {"#microsoft.graph.windows81TrustedRootCertificate", "trusted-root"},
  }};
  for (const auto& [odata, type] : kTypes) {
    if (profile.odata_type == odata) {
      return type;
    }
  }
  return "other";
}

bool HasKey(const ProfileRecord& profile, std::string_view key) {
  return std::ranges::find(profile.keys, key) != profile.keys.end();
}

Provenance PlaceOf(const ProfileRecord& profile, std::string_view key) {
  Provenance place = profile.source;
  place.key = key;
  return place;
}

// A property that the export leaves out is unknown; null and empty are absent.
Cell Missing(const ProfileRecord& profile, std::string_view key) {
  return HasKey(profile, key) ? Cell::Absent(PlaceOf(profile, key))
                              : Cell::Unknown(WhyUnknown::kNotCollected, PlaceOf(profile, key));
}

Cell TextProperty(const ProfileRecord& profile, std::string_view key, FactSpace& facts) {
  const std::string_view value = profile.Property(key);
  return value.empty() ? Missing(profile, key) : facts.TextCell(value, PlaceOf(profile, key));
}

Cell ListOr(const ProfileRecord& profile,
            std::string_view key,
            const std::vector<std::string_view>& list,
            FactSpace& facts) {
  return list.empty() ? Missing(profile, key) : facts.ListCell(list, PlaceOf(profile, key));
}

// "key[3]suffix"
bool IsElement(std::string_view path, std::string_view key, std::string_view suffix) {
  if (!path.starts_with(key) || path.size() <= key.size() || path[key.size()] != '[') {
    return false;
  }
  const std::size_t close = path.find(']', key.size());
  return close != std::string_view::npos && path.substr(close + 1) == suffix;
}

// Flags in one comma separated text, or as a list.
Cell FlagsProperty(const ProfileRecord& profile, std::string_view key, FactSpace& facts) {
  std::vector<std::string_view> flags;
  for (const ProfileProperty& property : profile.properties) {
    if (property.path != key && !IsElement(property.path, key, "")) {
      continue;
    }
    std::string_view rest = property.value;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      std::string_view flag = rest.substr(0, end);
      flag.remove_prefix(std::min(flag.find_first_not_of(' '), flag.size()));
      if (!flag.empty()) {
        flags.push_back(flag);
      }
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
  }
  return ListOr(profile, key, flags, facts);
}

Cell ElementsProperty(const ProfileRecord& profile,
                      std::string_view key,
                      std::string_view suffix,
                      FactSpace& facts) {
  std::vector<std::string_view> values;
  for (const ProfileProperty& property : profile.properties) {
    if (IsElement(property.path, key, suffix) && !property.value.empty()) {
      values.push_back(property.value);
    }
  }
  return ListOr(profile, key, values, facts);
}

Cell NumberProperty(const ProfileRecord& profile, std::string_view key) {
  const std::string_view value = profile.Property(key);
  if (value.empty()) {
    return Missing(profile, key);
  }
  const std::optional<std::int64_t> number = ParseWhole<std::int64_t>(value);
  return number ? Cell::Int(*number, PlaceOf(profile, key))
                : Cell::Unknown(WhyUnknown::kMalformed, PlaceOf(profile, key));
}

// Which of the applicability rules are set (deviceConfiguration, Graph beta).
Cell ApplicabilityRules(const ProfileRecord& profile, FactSpace& facts) {
  constexpr std::array<std::string_view, 3> kRules = {
      "deviceManagementApplicabilityRuleOsEdition", "deviceManagementApplicabilityRuleOsVersion",
      "deviceManagementApplicabilityRuleDeviceMode"};
  std::vector<std::string_view> set;
  Cell none = Cell::Absent(profile.source);
  for (const std::string_view rule : kRules) {
    const bool has = std::ranges::any_of(profile.properties, [rule](const ProfileProperty& one) {
      return one.path.starts_with(rule) && one.path.size() > rule.size();
    });
    if (has) {
      set.push_back(rule);
    } else if (const Cell missing = Missing(profile, rule); !none.unknown()) {
      none = missing;
    }
  }
  return set.empty() ? none : facts.ListCell(set, PlaceOf(profile, set.front()));
}

constexpr std::string_view kCustomSan = "customSubjectAlternativeNames";
constexpr std::string_view kFlagSan = "subjectAlternativeNameType";  // older profiles

// The names of the SAN entries of one type, in either form.
Cell SanProperty(const ProfileRecord& profile,
                 std::string_view type,
                 std::string_view older_name,
                 FactSpace& facts) {
  std::vector<std::string_view> names;
  for (const ProfileProperty& property : profile.properties) {
    if (IsElement(property.path, kCustomSan, ".sanType") && property.value == type) {
      const std::string entry(property.path.substr(0, property.path.rfind('.')));
      names.push_back(profile.Property(entry + ".name"));
    }
  }
  const bool by_flag =
      !older_name.empty() && profile.Property(kFlagSan).find(type) != std::string_view::npos;
  if (names.empty() && by_flag) {
    names.push_back(older_name);
    return ListOr(profile, kFlagSan, names, facts);
  }
  const bool shown = HasKey(profile, kCustomSan) || !HasKey(profile, kFlagSan);
  return ListOr(profile, shown ? kCustomSan : kFlagSan, names, facts);
}

// In the profile itself, else where they were exported apart.
TenantAssignment AssignmentFor(const ProfileRecord& profile,
                               const AssignmentsApart& apart,
                               FactSpace& facts) {
  constexpr std::string_view kKey = "assignments";
  const Provenance place = PlaceOf(profile, kKey);
  if (!HasKey(profile, kKey)) {
    return apart.Of(profile.id, place);
  }
  std::vector<readers::AssignedTarget> targets;
  std::string_view entry;
  for (const ProfileProperty& property : profile.properties) {
    const std::size_t close = property.path.find(']');
    if (!property.path.starts_with("assignments[") || close == std::string_view::npos) {
      continue;
    }
    if (const std::string_view one = property.path.substr(0, close); one != entry) {
      entry = one;
      targets.emplace_back();
    }
    const std::string_view name = property.path.substr(close + 1);
    if (name == ".target.@odata.type") {
      targets.back().type = property.value;
    } else if (name == ".target.groupId" ||
               (name == ".target.groupName" && targets.back().group.empty())) {
      targets.back().group = property.value;
    } else if (name == ".target.deviceAndAppManagementAssignmentFilterId") {
      targets.back().filter = property.value;
    } else if (name == ".target.deviceAndAppManagementAssignmentFilterType") {
      targets.back().filter_type = property.value;
    }
  }
  return AssignmentOf(targets, place, facts);
}

// "…/deviceConfigurations('<id>')": the trusted root profile, as exports bind it.
Cell RootCertificate(const ProfileRecord& profile, FactSpace& facts) {
  constexpr std::string_view kBind = "rootCertificate@odata.bind";
  if (const std::string_view inner = profile.Property("rootCertificate.id"); !inner.empty()) {
    return facts.TextCell(LowerAscii(inner), PlaceOf(profile, "rootCertificate"));
  }
  const std::string_view bind = profile.Property(kBind);
  const std::size_t open = bind.rfind("('");
  const std::size_t close = bind.rfind("')");
  const Provenance place = PlaceOf(profile, kBind);
  if (open == std::string_view::npos || close == std::string_view::npos || close <= open + 2) {
    return Cell::Unknown(bind.empty() ? WhyUnknown::kNotCollected : WhyUnknown::kMalformed, place);
  }
  return facts.TextCell(LowerAscii(bind.substr(open + 2, close - open - 2)), place);
}

// "<display name>|:|<type>": how IntuneManagement writes what a navigation refers to.
Cell RootCertificateName(const ProfileRecord& profile, FactSpace& facts) {
  constexpr std::string_view kReference = "#CustomRef_rootCertificate";
  if (const std::string_view inner = profile.Property("rootCertificate.displayName");
      !inner.empty()) {
    return facts.TextCell(inner, PlaceOf(profile, "rootCertificate"));
  }
  const std::string_view text = profile.Property(kReference);
  const std::string_view name = text.substr(0, text.find("|:|"));
  const Provenance place = PlaceOf(profile, kReference);
  return name.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, place)
                      : facts.TextCell(name, place);
}

void SetCertificate(const ProfileRecord& profile, SubjectFacts& facts) {
  constexpr std::string_view kKey = "trustedRootCertificate";
  const Provenance place = PlaceOf(profile, kKey);
  if (!profile.has_certificate) {
    const Cell missing = profile.Property(kKey).empty()
                             ? Missing(profile, kKey)
                             : Cell::Unknown(WhyUnknown::kMalformed, place);
    facts.Set("profile.certificate_sha1", missing);
    facts.Set("profile.certificate_self_issued", missing);
    return;
  }
  const readers::CertificateFields& fields = profile.certificate;
  if (fields.sha1.present()) {
    facts.Set("profile.certificate_sha1", Cell::Text(fields.sha1.value, place));
  }
  facts.Set("profile.certificate_self_issued", fields.self_issued.present()
                                                   ? Cell::Bool(fields.self_issued.value, place)
                                                   : Cell::Unknown(fields.self_issued.why, place));
}

// Display names repeat; the id keeps two profiles apart.
Subject& SubjectOf(const ProfileRecord& profile, const std::string& id, FactSpace& facts) {
  const std::string name(profile.display_name.empty() ? std::string_view(id)
                                                      : profile.display_name);
  Subject& first = facts.Named(SubjectKind::kCertificateProfile, name.empty() ? "unnamed" : name);
  const Cell& known = first.facts.Get("profile.id");
  if (!known.present() || known.value.text == id) {
    return first;
  }
  return facts.Named(SubjectKind::kCertificateProfile, name + " (" + id.substr(0, 8) + ")");
}

// Facts that are worked out of others.
void SetNames(SubjectFacts& facts, FactSpace& space) {
  facts.Set("profile.subject_variables", VariablesOf(facts.Get("profile.subject_format"), space));
  facts.Set("profile.san_user_upn", IsUserUpn(facts.Get("profile.san_upn")));
  facts.Set("profile.san_sid", CarriesSid(facts.Get("profile.san_uri")));
  facts.Set("profile.validity_allowed", AllowedValidity(facts.Get("profile.validity_value"),
                                                        facts.Get("profile.validity_scale")));
  facts.Set("profile.server_urls_https", AllHttps(facts.Get("profile.server_urls")));
}

void SetProfile(const ProfileRecord& profile, const AssignmentsApart& apart, FactSpace& space) {
  const std::string id = LowerAscii(profile.id);
  SubjectFacts& facts = SubjectOf(profile, id, space).facts;
  const auto set_text = [&](std::string_view fact, std::string_view key) {
    facts.Set(fact, TextProperty(profile, key, space));
  };
  if (!id.empty()) {
    facts.Set("profile.id", space.TextCell(id, profile.source));
  }
  facts.Set("profile.type", Cell::Text(TypeOf(profile), profile.source));
  set_text("profile.display_name", "displayName");
  set_text("profile.key_storage_provider", "keyStorageProvider");
  set_text("profile.certificate_store", "certificateStore");
  set_text("profile.subject_name_format", "subjectNameFormat");
  set_text("profile.subject_format", "subjectNameFormatString");
  set_text("profile.validity_scale", "certificateValidityPeriodScale");
  set_text("profile.key_size", "keySize");
  set_text("profile.template_name", "certificateTemplateName");
  set_text("profile.certification_authority_name", "certificationAuthorityName");
  set_text("profile.destination_store", "destinationStore");
  facts.Set("profile.san_upn",
            SanProperty(profile, "userPrincipalName", "{{UserPrincipalName}}", space));
  facts.Set("profile.san_uri", SanProperty(profile, "universalResourceIdentifier", "", space));
  facts.Set("profile.validity_value", NumberProperty(profile, "certificateValidityPeriodValue"));
  facts.Set("profile.renewal_threshold", NumberProperty(profile, "renewalThresholdPercentage"));
  facts.Set("profile.applicability_rules", ApplicabilityRules(profile, space));
  facts.Set("profile.key_usage", FlagsProperty(profile, "keyUsage", space));
  facts.Set("profile.hash", FlagsProperty(profile, "hashAlgorithm", space));
  facts.Set("profile.eku",
            ElementsProperty(profile, "extendedKeyUsages", ".objectIdentifier", space));
  facts.Set("profile.server_urls", ElementsProperty(profile, "scepServerUrls", "", space));
  const Cell host = TextProperty(profile, "certificationAuthority", space);
  facts.Set("profile.certification_authority",
            host.present() ? space.TextCell(LowerAscii(host.value.text), host.source) : host);
  facts.Set("profile.root_certificate", RootCertificate(profile, space));
  facts.Set("profile.root_certificate_name", RootCertificateName(profile, space));
  const TenantAssignment assignment = AssignmentFor(profile, apart, space);
  facts.Set("profile.assigned", assignment.assigned);
  facts.Set("profile.assigned_to", assignment.assigned_to);
  facts.Set("profile.excluded", assignment.excluded);
  SetNames(facts, space);
  SetCertificate(profile, facts);
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const AssignmentsApart apart(input.records, facts);
  for (const ProfileRecord& profile : input.records.Of<ProfileRecord>()) {
    SetProfile(profile, apart, facts);
  }
  if (const std::optional<Cell> complete = ProfileListComplete(input.records)) {
    facts.Environment().facts.Set("environment.profile_list_complete", *complete);
  }
}

}  // namespace

extern const CollectorSpec kProfileCollector;  // declared again by the generated list

const CollectorSpec kProfileCollector = {
    .name = "profile", .scope = Scope::kEnvironment, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors

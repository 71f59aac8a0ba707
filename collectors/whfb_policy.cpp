// Windows Hello for Business configuration by Group Policy and by MDM. The two registry places swap
// words: SOFTWARE\Policies\Microsoft is Group Policy, SOFTWARE\Microsoft\Policies is MDM
// (evidence.md section 1).

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "collectors/collector.h"
#include "collectors/evidence_owner.h"
#include "collectors/log_window.h"
#include "collectors/readers/event_record.h"
#include "collectors/registry_view.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.whfb_policy.gpo.configured", ValueType::kBool,
             "any WHfB policy value of this source exists"},
    FactSpec{"device.whfb_policy.gpo.enabled", ValueType::kInt,
             "Enabled / UsePassportForWork of this source"},
    FactSpec{"device.whfb_policy.gpo.use_certificate_for_on_prem_auth", ValueType::kInt,
             "UseCertificateForOnPremAuth of this source"},
    FactSpec{"device.whfb_policy.gpo.use_cloud_trust_for_on_prem_auth", ValueType::kInt,
             "UseCloudTrustForOnPremAuth of this source"},
    FactSpec{"device.whfb_policy.gpo.require_security_device", ValueType::kInt,
             "RequireSecurityDevice of this source"},
    FactSpec{"device.whfb_policy.gpo.use_hello_certificates_as_smart_card", ValueType::kInt,
             "UseHelloCertificatesAsSmartCardCertificates of this source"},
    FactSpec{"device.whfb_policy.mdm.configured", ValueType::kBool,
             "any WHfB policy value of this source exists"},
    FactSpec{"device.whfb_policy.mdm.enabled", ValueType::kInt,
             "Enabled / UsePassportForWork of this source"},
    FactSpec{"device.whfb_policy.mdm.use_certificate_for_on_prem_auth", ValueType::kInt,
             "UseCertificateForOnPremAuth of this source"},
    FactSpec{"device.whfb_policy.mdm.use_cloud_trust_for_on_prem_auth", ValueType::kInt,
             "UseCloudTrustForOnPremAuth of this source"},
    FactSpec{"device.whfb_policy.mdm.require_security_device", ValueType::kInt,
             "RequireSecurityDevice of this source"},
    FactSpec{"device.whfb_policy.mdm.use_hello_certificates_as_smart_card", ValueType::kInt,
             "UseHelloCertificatesAsSmartCardCertificates of this source"},
    FactSpec{"user.whfb_policy.gpo.configured", ValueType::kBool,
             "any WHfB policy value of this source exists"},
    FactSpec{"user.whfb_policy.gpo.enabled", ValueType::kInt,
             "Enabled / UsePassportForWork of this source"},
    FactSpec{"user.whfb_policy.gpo.use_certificate_for_on_prem_auth", ValueType::kInt,
             "UseCertificateForOnPremAuth of this source"},
    FactSpec{"user.whfb_policy.gpo.use_cloud_trust_for_on_prem_auth", ValueType::kInt,
             "UseCloudTrustForOnPremAuth of this source"},
    FactSpec{"user.whfb_policy.gpo.require_security_device", ValueType::kInt,
             "RequireSecurityDevice of this source"},
    FactSpec{"user.whfb_policy.gpo.use_hello_certificates_as_smart_card", ValueType::kInt,
             "UseHelloCertificatesAsSmartCardCertificates of this source"},
    FactSpec{"user.whfb_policy.mdm.configured", ValueType::kBool,
             "any WHfB policy value of this source exists"},
    FactSpec{"user.whfb_policy.mdm.enabled", ValueType::kInt,
             "Enabled / UsePassportForWork of this source"},
    FactSpec{"user.whfb_policy.mdm.use_certificate_for_on_prem_auth", ValueType::kInt,
             "UseCertificateForOnPremAuth of this source"},
    FactSpec{"user.whfb_policy.mdm.use_cloud_trust_for_on_prem_auth", ValueType::kInt,
             "UseCloudTrustForOnPremAuth of this source"},
    FactSpec{"user.whfb_policy.mdm.require_security_device", ValueType::kInt,
             "RequireSecurityDevice of this source"},
    FactSpec{"user.whfb_policy.mdm.use_hello_certificates_as_smart_card", ValueType::kInt,
             "UseHelloCertificatesAsSmartCardCertificates of this source"},
    FactSpec{"device.whfb_policy.gpo.disable_smart_card_node", ValueType::kInt,
             "DisableSmartCardNode: turn off smart card emulation", "0"},
    FactSpec{"device.whfb_policy.gpo.allow_all_user_access_to_smart_card_node", ValueType::kInt,
             "AllowAllUserAccessToSmartCardNode: dual enrolment", "0"},
    FactSpec{"device.whfb_policy.event_source", ValueType::kText,
             "MachinePolicySource of the newest event 358/360/361/362: gpo, mdm, none"},
    // Policy CSP, ControlPolicyConflict/MDMWinsOverGP.
    FactSpec{"device.mdm_wins_over_gp", ValueType::kInt,
             "MDMWinsOverGP of MDM: 1 its settings of the Policy CSP win over Group Policy"},
    FactSpec{"device.tls13.client_enabled", ValueType::kInt, "SCHANNEL TLS 1.3 Client Enabled"},
    FactSpec{"device.tls13.client_disabled_by_default", ValueType::kInt,
             "SCHANNEL TLS 1.3 Client DisabledByDefault"},
};

constexpr std::string_view kGpoBelowHive = "\\SOFTWARE\\Policies\\Microsoft\\PassportForWork";
constexpr std::string_view kCurrentUser = "HKEY_CURRENT_USER";
constexpr std::string_view kConflictKey =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\PolicyManager\\current\\device"
    "\\ControlPolicyConflict";
constexpr std::string_view kMdmKey =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Policies\\PassportForWork";
constexpr std::string_view kTls13Key =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL"
    "\\Protocols\\TLS 1.3\\Client";
constexpr std::string_view kUserDeviceRegistration = "Microsoft-Windows-User Device Registration";

constexpr std::array kEvents = {
    readers::EventInterest{kUserDeviceRegistration, 358},
    readers::EventInterest{kUserDeviceRegistration, 360},
    readers::EventInterest{kUserDeviceRegistration, 361},
    readers::EventInterest{kUserDeviceRegistration, 362},
};

struct PolicyValue {
  std::string_view fact;      // last word of the fact id
  std::string_view gpo_name;  // value name; empty: this source has none
  std::string_view mdm_name;
};

constexpr std::array<PolicyValue, 5> kPolicyValues = {{
    {"enabled", "Enabled", "UsePassportForWork"},
    {"use_certificate_for_on_prem_auth", "UseCertificateForOnPremAuth",
     "UseCertificateForOnPremAuth"},
    {"use_cloud_trust_for_on_prem_auth", "UseCloudTrustForOnPremAuth",
     "UseCloudTrustForOnPremAuth"},
    {"require_security_device", "RequireSecurityDevice", "RequireSecurityDevice"},
    {"use_hello_certificates_as_smart_card", "UseHelloCertificatesAsSmartCardCertificates",
     "UseHelloCertificatesAsSmartCardCertificates"},
}};

// Settings that exist as Group Policy only (evidence.md section 1.1). Whether their presence
// alone counts as "configured by Group Policy" is not documented, so it decides nothing.
constexpr std::array<std::string_view, 2> kPolicyOnly = {"DisableSmartCardNode",
                                                         "AllowAllUserAccessToSmartCardNode"};

// "device" or "user", "gpo" or "mdm".
void SetSource(const RegistryView& registry,
               const std::string& key,
               std::string_view scope,
               std::string_view source,
               Subject& subject) {
  const std::string prefix = std::string(scope).append(".whfb_policy.").append(source).append(".");
  subject.facts.Set(prefix + "configured", registry.AnyValueBelow(key, kPolicyOnly));
  for (const PolicyValue& value : kPolicyValues) {
    const std::string_view name = source == "gpo" ? value.gpo_name : value.mdm_name;
    subject.facts.Set(std::string(prefix).append(value.fact), registry.Number(key, name));
  }
}

void CollectGroupPolicy(const RegistryView& registry, FactSpace& facts) {
  Subject& device = facts.Device();
  const std::string key = std::string("HKEY_LOCAL_MACHINE").append(kGpoBelowHive);
  SetSource(registry, key, "device", "gpo", device);
  device.facts.Set("device.whfb_policy.gpo.disable_smart_card_node",
                   registry.Number(key, "DisableSmartCardNode"));
  device.facts.Set("device.whfb_policy.gpo.allow_all_user_access_to_smart_card_node",
                   registry.Number(key, "AllowAllUserAccessToSmartCardNode"));
}

std::string MdmKey(std::string_view tenant, std::string_view scope) {
  return std::string(kMdmKey).append("\\").append(tenant).append("\\").append(scope).append(
      "\\Policies");
}

// A tenant is a GUID; Biometrics, SecurityKey and their like stand beside it.
bool IsTenant(std::string_view name) {
  return name.size() >= 36 && std::ranges::count(name, '-') == 4;
}

void CollectMdm(const RegistryView& registry, FactSpace& facts) {
  bool device_seen = false;
  for (const std::string_view tenant : registry.SubkeyNames(kMdmKey)) {
    if (IsTenant(tenant)) {
      device_seen = true;
      SetSource(registry, MdmKey(tenant, "Device"), "device", "mdm", facts.Device());
    }
  }
  if (!device_seen) {
    // Any name will do: what is said of it is said of every tenant.
    SetSource(registry, MdmKey("*", "Device"), "device", "mdm", facts.Device());
  }
}

// A person's account: of a domain or this PC (S-1-5-21) or of Entra (S-1-12-1). The hives of
// services are loaded too.
bool IsAccount(std::string_view name) {
  return (name.starts_with("S-1-5-21-") || name.starts_with("S-1-12-1-")) &&
         name.find('_') == std::string_view::npos;
}

// Users whom the registry names.
void CollectNamedUsers(const RegistryView& registry, FactSpace& facts) {
  for (const std::string_view sid : registry.SubkeyNames("HKEY_USERS")) {
    Subject* const user = IsAccount(sid) ? facts.User({.sid = sid}) : nullptr;
    if (user != nullptr) {
      const std::string key = std::string("HKEY_USERS\\").append(sid).append(kGpoBelowHive);
      SetSource(registry, key, "user", "gpo", *user);
    }
  }
  for (const std::string_view tenant : registry.SubkeyNames(kMdmKey)) {
    const std::string parent = std::string(kMdmKey).append("\\").append(tenant);
    for (const std::string_view sid : registry.SubkeyNames(parent)) {
      Subject* const user = IsAccount(sid) && IsTenant(tenant) ? facts.User({.sid = sid}) : nullptr;
      if (user != nullptr) {
        SetSource(registry, MdmKey(tenant, sid), "user", "mdm", *user);
      }
    }
  }
}

// Evidence that shows something of HKEY_CURRENT_USER, with the context of one of its records.
std::map<std::uint32_t, readers::Context> CurrentUserEvidence(const readers::Records& records) {
  std::map<std::uint32_t, readers::Context> found;
  const auto look = [&found](std::string_view path, const auto& record) {
    if (IsAtOrBelow(path, kCurrentUser)) {
      found.emplace(record.source.evidence, record.context);
    }
  };
  for (const readers::RegistryRoot& root : records.Of<readers::RegistryRoot>()) {
    look(root.path, root);
  }
  for (const readers::RegistryKey& key : records.Of<readers::RegistryKey>()) {
    look(key.path, key);
  }
  for (const readers::RegistryValue& value : records.Of<readers::RegistryValue>()) {
    look(value.key, value);
  }
  return found;
}

// The policy of some account is there to be seen, but not whose: that leaves every user open.
void LeaveUsersOpen(WhyUnknown why, const Provenance& source, FactSpace& facts) {
  const std::string prefix = "user.whfb_policy.gpo.";
  for (Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kUser) {
      continue;
    }
    subject.facts.Set(prefix + "configured", Cell::Unknown(why, source));
    for (const PolicyValue& value : kPolicyValues) {
      subject.facts.Set(std::string(prefix).append(value.fact), Cell::Unknown(why, source));
    }
  }
}

// Each piece of evidence by itself: two exports may be of two accounts.
void CollectCurrentUser(const CollectInput& input, FactSpace& facts) {
  const std::string key = std::string(kCurrentUser).append(kGpoBelowHive);
  for (const auto& [evidence, context] : CurrentUserEvidence(input.records)) {
    const RegistryView registry(input.records, evidence);
    const EvidenceOwner owner = OwnerOf(context, input);
    Subject* const user =
        owner.kind == EvidenceOwner::Kind::kUser ? facts.User(owner.key) : nullptr;
    if (user != nullptr) {
      SetSource(registry, key, "user", "gpo", *user);
      continue;
    }
    const Cell shown = registry.AnyValueBelow(key, kPolicyOnly);
    if (shown.source.evidence != 0) {
      LeaveUsersOpen(owner.kind == EvidenceOwner::Kind::kNotTold ? WhyUnknown::kAmbiguous
                                                                 : WhyUnknown::kWrongContext,
                     shown.source, facts);
    }
  }
}

std::string_view SidOf(const Subject& user) {
  const auto found = std::ranges::find(user.aliases, AliasKind::kSid, &Alias::kind);
  return found == user.aliases.end() ? std::string_view{} : std::string_view(found->value);
}

// Users whom other evidence named and of whom a whole subtree says nothing.
void CollectSilence(const RegistryView& registry, FactSpace& facts) {
  for (Subject& subject : facts.subjects()) {
    const std::string_view sid =
        subject.kind == SubjectKind::kUser ? SidOf(subject) : std::string_view{};
    if (sid.empty()) {
      continue;
    }
    if (subject.facts.Get("user.whfb_policy.mdm.configured").unknown() &&
        registry.ReadWhole(kMdmKey)) {
      SetSource(registry, MdmKey("*", sid), "user", "mdm", subject);
    }
    if (subject.facts.Get("user.whfb_policy.gpo.configured").unknown()) {
      const std::string key = std::string("HKEY_USERS\\").append(sid).append(kGpoBelowHive);
      SetSource(registry, key, "user", "gpo", subject);
    }
  }
}

Cell PolicySource(const readers::Event& event, const Moment& moment, FactSpace& facts) {
  if (!InLogWindow(event.time, moment.collected)) {
    return Cell::Unknown(WhyUnknown::kStale, event.source);
  }
  const std::string_view text = event.Field("MachinePolicySource");
  if (SameNoCase(text, "enrollment authority")) {
    return facts.TextCell("gpo", event.source);
  }
  if (SameNoCase(text, "mobile device management")) {
    return facts.TextCell("mdm", event.source);
  }
  return SameNoCase(text, "none") ? facts.TextCell("none", event.source)
                                  : Cell::Unknown(WhyUnknown::kMalformed, event.source);
}

void CollectEvents(const CollectInput& input, FactSpace& facts) {
  const readers::Event* newest = nullptr;
  for (const readers::Event& event : input.records.Of<readers::Event>()) {
    const bool wanted =
        SameNoCase(event.provider, kUserDeviceRegistration) &&
        std::ranges::find(kEvents, event.id, &readers::EventInterest::id) != kEvents.end() &&
        event.Field("MachinePolicySource").data() != nullptr;
    if (wanted && (newest == nullptr || event.time > newest->time ||
                   (event.time == newest->time && event.record_id > newest->record_id))) {
      newest = &event;
    }
  }
  if (newest != nullptr) {
    const bool open = LaterMayBeLeftOut(input.records, *newest, input.moment.collected);
    facts.Device().facts.Set("device.whfb_policy.event_source",
                             open ? Cell::Unknown(WhyUnknown::kTruncated, newest->source)
                                  : PolicySource(*newest, input.moment, facts));
  }
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const RegistryView registry(input.records);
  CollectGroupPolicy(registry, facts);
  CollectMdm(registry, facts);
  CollectNamedUsers(registry, facts);
  CollectCurrentUser(input, facts);
  CollectSilence(registry, facts);
  CollectEvents(input, facts);
  Subject& device = facts.Device();
  device.facts.Set("device.mdm_wins_over_gp", registry.Number(kConflictKey, "MDMWinsOverGP"));
  device.facts.Set("device.tls13.client_enabled", registry.Number(kTls13Key, "Enabled"));
  device.facts.Set("device.tls13.client_disabled_by_default",
                   registry.Number(kTls13Key, "DisabledByDefault"));
}

}  // namespace

extern const CollectorSpec kWhfbPolicyCollector;  // declared again by the generated list

const CollectorSpec kWhfbPolicyCollector = {.name = "whfb_policy",
                                            .scope = Scope::kDevice,
                                            .facts = kFacts,
                                            .events = kEvents,
                                            .collect = Collect};

}  // namespace whfb::collectors

#include <array>
#include <string>

#include "collectors/device_state_sources.h"
#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::Account;
using readers::DsregcmdField;

constexpr std::string_view kDeviceState = "Device State";
constexpr std::string_view kDeviceDetails = "Device Details";
constexpr std::string_view kTenantDetails = "Tenant Details";
constexpr std::string_view kUserState = "User State";
constexpr std::string_view kSsoState = "SSO State";
constexpr std::string_view kPrerequisites = "Ngc Prerequisite Check";

enum class Form { kYesNo, kOnlyYes, kLower, kAsWritten, kUnlessUnknown };

struct Mapping {
  std::string_view section{};
  std::string_view label{};
  std::string_view fact{};
  Form form = Form::kAsWritten;
};

// True of the device whoever asks (evidence.md section 2).
constexpr std::array kDeviceFacts = {
    Mapping{kDeviceState, "AzureAdJoined", "device.entra_joined", Form::kYesNo},
    Mapping{kDeviceState, "DomainJoined", "device.domain_joined", Form::kYesNo},
    Mapping{kDeviceState, "EnterpriseJoined", "device.enterprise_joined", Form::kYesNo},
    Mapping{kDeviceDetails, "DeviceId", "device.entra_device_id", Form::kLower},
    Mapping{kTenantDetails, "TenantId", "device.tenant_id", Form::kLower},
    Mapping{kTenantDetails, "TenantName", "device.tenant_name", Form::kAsWritten},
    Mapping{kPrerequisites, "CertEnrollment", "device.whfb_policy.cert_enrollment",
            Form::kAsWritten},
};

// True of the account that ran the tool.
constexpr std::array kUserFacts = {
    Mapping{kUserState, "NgcSet", "user.ngc_set", Form::kYesNo},
    Mapping{kUserState, "NgcKeyId", "user.ngc_key_id", Form::kLower},
    Mapping{kUserState, "CanReset", "user.can_reset", Form::kUnlessUnknown},
    Mapping{kSsoState, "OnPremTgt", "user.on_prem_tgt", Form::kYesNo},
    Mapping{kSsoState, "OnPremTgt", "user.on_prem_tgt_seen", Form::kOnlyYes},
    Mapping{kPrerequisites, "SessionIsNotRemote", "user.session_is_not_remote", Form::kYesNo},
};

// Without its header a field still counts: the labels are unique but for NgcSet, which a work
// account has too.
bool Fits(const DsregcmdField& field, const Mapping& mapping) {
  const bool section =
      field.section == mapping.section || (field.section.empty() && mapping.label != "NgcSet");
  return section && field.name == mapping.label;
}

Cell ValueCell(const DsregcmdField& field, Form form, FactSpace& facts) {
  if (field.value.empty()) {
    return Cell::Absent(field.source);
  }
  switch (form) {
    case Form::kYesNo:
      return YesNoCell(field.value, field.source);
    case Form::kOnlyYes: {  // without it nothing is known, least of all why
      const Cell answer = YesNoCell(field.value, field.source);
      const bool no = answer.present() && answer.value.number == 0;
      return no ? Cell::Unknown(WhyUnknown::kNeedsLive, field.source) : answer;
    }
    case Form::kLower:
      return LowerCell(field.value, field.source, facts);
    case Form::kUnlessUnknown:
      if (SameNoCase(field.value, "Unknown")) {
        return Cell::Unknown(WhyUnknown::kNotCollected, field.source);
      }
      return facts.TextCell(field.value, field.source);
    case Form::kAsWritten:
      return facts.TextCell(field.value, field.source);
  }
  return Cell::Unknown(WhyUnknown::kInternal, field.source);
}

// A run that shows the device not joined to Entra has no device id to show.
void DeviceIdOfUnjoined(const DsregcmdField& field, FactSpace& facts) {
  if (field.name == "AzureAdJoined" && field.value == "NO") {
    facts.Device().facts.Set("device.entra_device_id", Cell::Absent(field.source));
  }
}

void CollectDevice(const DsregcmdField& field, FactSpace& facts, DeviceNames& names) {
  for (const Mapping& mapping : kDeviceFacts) {
    if (Fits(field, mapping)) {
      const Cell cell = ValueCell(field, mapping.form, facts);
      facts.Device().facts.Set(mapping.fact, cell);
      if (mapping.fact == "device.entra_device_id" && cell.present()) {
        facts.Device().AddAlias(AliasKind::kEntraDeviceId, cell.value.text);
      }
    }
  }
  DeviceIdOfUnjoined(field, facts);
  const bool state = field.section.empty() || field.section == kDeviceState;
  if (state && field.name == "Device Name") {
    names.dsregcmd = field.value;
  }
  // "DomainName" is mostly the NetBIOS name; only a name with dots is a DNS name.
  if (state && field.name == "DomainName" && field.value.find('.') != std::string_view::npos) {
    facts.Device().facts.Set("device.domain_dns_name", LowerCell(field.value, field.source, facts));
  }
}

// The user a run speaks about: its own account, or the one that --collected-as names.
Subject* UserOf(const readers::Context& context, const Declared& declared, FactSpace& facts) {
  if (context.account == Account::kSystem) {
    return nullptr;
  }
  UserKey key{.sid = context.user_sid, .upn = context.user_upn};
  if (key.sid.empty() && key.upn.empty() && !declared.collected_as.empty()) {
    const std::string_view said = declared.collected_as;
    (said.starts_with("S-1-") ? key.sid : key.upn) = said;
    key.declared = true;
  }
  return facts.User(key);
}

// The run speaks about another account, or nobody knows about whom: that says nothing about the
// users of the device, least of all NO.
void MarkUsers(const Mapping& mapping, const DsregcmdField& field, FactSpace& facts) {
  const WhyUnknown why = field.context.account == Account::kSystem ? WhyUnknown::kWrongContext
                                                                   : WhyUnknown::kAmbiguous;
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kUser) {
      subject.facts.Set(mapping.fact, Cell::Unknown(why, field.source));
    }
  }
}

void CollectUser(const DsregcmdField& field, const Declared& declared, FactSpace& facts) {
  for (const Mapping& mapping : kUserFacts) {
    if (!Fits(field, mapping)) {
      continue;
    }
    Subject* const user = UserOf(field.context, declared, facts);
    if (user == nullptr) {
      MarkUsers(mapping, field, facts);
    } else {
      user->facts.Set(mapping.fact, ValueCell(field, mapping.form, facts));
    }
  }
}

}  // namespace

void CollectDsregcmd(const CollectInput& input, FactSpace& facts, DeviceNames& names) {
  for (const DsregcmdField& field : input.records.Of<DsregcmdField>()) {
    CollectDevice(field, facts, names);
    CollectUser(field, input.declared, facts);
  }
}

Cell YesNoCell(std::string_view text, const Provenance& source) {
  // "YES ( StateReady )" and the like carry a remark.
  const std::string_view word = text.substr(0, text.find(' '));
  if (SameNoCase(word, "yes")) {
    return Cell::Bool(true, source);
  }
  return SameNoCase(word, "no") ? Cell::Bool(false, source)
                                : Cell::Unknown(WhyUnknown::kMalformed, source);
}

Cell LowerCell(std::string_view text, const Provenance& source, FactSpace& facts) {
  std::string lower(text);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  // NgcKeyId and some ids come in braces.
  std::string_view plain = lower;
  if (plain.size() > 2 && plain.front() == '{' && plain.back() == '}') {
    plain = plain.substr(1, plain.size() - 2);
  }
  return facts.TextCell(plain, source);
}

}  // namespace whfb::collectors

// Whether the certificate of a user will tell the domain of the account (requirement A4.3): by the
// subject that the profiles of the tenant ask for, else by the suffix of the UPN.

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "collectors/derived/explicit_mapping.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/derived/profile_service.h"
#include "collectors/derived/rdp_account.h"
#include "collectors/directory_account_columns.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"user.upn_suffix_is_domain", ValueType::kBool,
             "the suffix of the user's UPN is the AD domain of the account"},
    FactSpec{"user.profile_names_domain", ValueType::kBool,
             "the profiles of the user's route ask for the AD distinguished name as the subject"},
    FactSpec{"user.profile_subject", ValueType::kText,
             "subjectNameFormatString of the first of these profiles"},
};

// A domain that is written out in the subject is not compared with any account.
Truth NamesDomain(const SubjectFacts& profile) {
  const Cell& format = profile.Get("profile.subject_format");
  if (format.present() && LowerAscii(format.value.text).find("dc=") != std::string::npos) {
    return Truth::kUnknown;
  }
  const Truth custom = TextIs(profile.Get("profile.subject_name_format"), "custom");
  const Truth variable =
      ListHas(profile.Get("profile.subject_variables"), "onprem_distinguished_name");
  if (custom == Truth::kFalse || variable == Truth::kFalse) {
    return Truth::kFalse;
  }
  return custom == Truth::kTrue ? variable : Truth::kUnknown;
}

// The judged profiles of the user's route must agree: it is not known which of them served.
Cell ProfilesNameDomain(const std::vector<const Subject*>& profiles) {
  std::optional<Truth> answer;
  for (const Subject* profile : profiles) {
    const bool judged = IsTrue(profile->facts.Get("profile.judged")) == Truth::kTrue;
    const Truth names = judged ? NamesDomain(profile->facts) : Truth::kUnknown;
    if (answer && *answer != names) {
      return Cell::Unknown(WhyUnknown::kAmbiguous);
    }
    answer = names;
  }
  return !answer || *answer == Truth::kUnknown ? Cell::Unknown(WhyUnknown::kNotCollected)
                                               : Cell::Bool(*answer == Truth::kTrue, {});
}

void PutProfileSubject(const DeriveInput& input, Subject& user, FactSpace& facts) {
  std::vector<const Subject*> profiles;
  const Cell& route = user.facts.Get("user.route");
  if (input.environment != nullptr && route.present()) {
    for (const Subject& subject : input.environment->subjects()) {
      if (MayServe(subject, route.value.text)) {
        profiles.push_back(&subject);
      }
    }
  }
  user.facts.Put("user.profile_names_domain", ProfilesNameDomain(profiles));
  for (const Subject* profile : profiles) {
    const Cell& format = profile->facts.Get("profile.subject_format");
    if (format.present()) {
      user.facts.Put("user.profile_subject", facts.TextCell(format.value.text, {}));
      return;
    }
  }
}

// The directory tells the domain of the account; else the declared domains.
Cell UpnSuffix(const Subject& user, const Subject& device, const Subject* environment) {
  const Cell& upn = user.facts.Get("user.upn");
  if (!upn.present()) {
    return Like(upn);
  }
  const DirectoryAccount account = FindDirectoryAccount(user, environment);
  if (!account.row.empty() && account.row[kAccountDomain].present()) {
    const std::string_view name = upn.value.text;
    const std::string_view suffix = name.substr(std::min(name.rfind('@') + 1, name.size()));
    return Cell::Bool(SameNoCase(suffix, account.row[kAccountDomain].value.text), upn.source);
  }
  return SuffixIsDomain(upn.value.text, upn.source, device, environment);
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  const Subject& device = facts.Device();
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kUser) {
      subject.facts.Put("user.upn_suffix_is_domain",
                        UpnSuffix(subject, device, input.EnvironmentSubject()));
      PutProfileSubject(input, subject, facts);
    }
  }
}

}  // namespace

extern const DerivationSpec kProfileSubjectDerivation;  // declared again by the generated list

const DerivationSpec kProfileSubjectDerivation = {
    .name = "profile_subject", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors

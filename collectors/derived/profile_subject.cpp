// Whether the certificate of a user will tell the domain of the account (requirement A4.3): by the
// subject that the profiles of the tenant ask for, else by the suffix of the UPN.

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/derived/explicit_mapping.h"
#include "collectors/derived/judged_certificate.h"
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

Truth NamesDomain(const SubjectFacts& profile) {
  const Truth custom = TextIs(profile.Get("profile.subject_name_format"), "custom");
  const Truth variable =
      ListHas(profile.Get("profile.subject_variables"), "onprem_distinguished_name");
  if (custom == Truth::kFalse || variable == Truth::kFalse) {
    return Truth::kFalse;
  }
  return custom == Truth::kTrue ? variable : Truth::kUnknown;
}

// The judged profiles of the user's route must agree: it is not known which of them served.
void PutProfileSubject(const DeriveInput& input, Subject& user, FactSpace& facts) {
  std::optional<Truth> answer;
  WhyUnknown why = WhyUnknown::kNotCollected;
  const Cell& route = user.facts.Get("user.route");
  if (input.environment == nullptr || !route.present()) {
    user.facts.Put("user.profile_names_domain", Cell::Unknown(why));
    return;
  }
  for (const Subject& subject : input.environment->subjects()) {
    if (subject.kind != SubjectKind::kCertificateProfile ||
        TextIs(subject.facts.Get("profile.route"), route.value.text) != Truth::kTrue ||
        IsTrue(subject.facts.Get("profile.judged")) == Truth::kFalse ||
        IsTrue(subject.facts.Get("profile.draft")) == Truth::kTrue) {
      continue;
    }
    const Truth judged = IsTrue(subject.facts.Get("profile.judged"));
    const Truth names = judged == Truth::kTrue ? NamesDomain(subject.facts) : Truth::kUnknown;
    const Cell& format = subject.facts.Get("profile.subject_format");
    if (!answer && format.present()) {
      user.facts.Put("user.profile_subject", facts.TextCell(format.value.text, {}));
    }
    if (answer && *answer != names) {
      why = WhyUnknown::kAmbiguous;
    }
    answer = !answer || *answer == names ? names : Truth::kUnknown;
  }
  user.facts.Put("user.profile_names_domain", answer && *answer != Truth::kUnknown
                                                  ? Cell::Bool(*answer == Truth::kTrue, {})
                                                  : Cell::Unknown(why));
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

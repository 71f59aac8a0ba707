// Windows Hello for Business in a logged gpresult: whether Group Policy configured it. Policies
// with an ADMX are listed without a registry path and in the language of the console, which decides
// nothing; what is the same everywhere are values without one (formats.md section 7).

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "collectors/applied_policy.h"
#include "collectors/collector.h"
#include "collectors/registry_view.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.whfb_policy.gpresult.configured", ValueType::kBool,
             "a logged gpresult shows a WHfB policy value of the computer; never false"},
    FactSpec{"device.whfb_policy.gpresult.gpos", ValueType::kList,
             "GPOs that set PassportForWork for the computer, by a logged gpresult", "",
             ValueType::kText},
    FactSpec{"user.whfb_policy.gpresult.configured", ValueType::kBool,
             "a logged gpresult shows a WHfB policy value of this user; never false"},
};

constexpr std::string_view kComputerKey =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWork";
constexpr std::string_view kUserKey =
    "HKEY_CURRENT_USER\\SOFTWARE\\Policies\\Microsoft\\PassportForWork";

// Settings that exist as Group Policy only; whether they alone count is not documented
// (requirements.md A7.1, nuance).
constexpr std::array<std::string_view, 2> kPolicyOnly = {"DisableSmartCardNode",
                                                         "AllowAllUserAccessToSmartCardNode"};

bool IsPassportOfComputer(const readers::PolicySetting& setting) {
  return IsAtOrBelow(setting.value.key, kComputerKey);
}

bool IsKnown(std::string_view sid, const FactSpace& facts) {
  return std::ranges::any_of(facts.subjects(), [sid](const Subject& subject) {
    return subject.kind == SubjectKind::kUser &&
           std::ranges::any_of(subject.aliases, [sid](const Alias& alias) {
             return alias.kind == AliasKind::kSid && alias.value == sid;
           });
  });
}

// In the coverage: user halves that speak of nobody here.
void TellNobodys(const AppliedPolicy& applied, FactSpace& facts) {
  for (const readers::PolicyResults* const half : applied.Halves()) {
    const bool user = half->scope == readers::PolicyScope::kUser;
    if (user && half->user_sid.empty()) {
      facts.Remark(half->source, false, "the user half does not tell whose it is; not used");
    } else if (user && !IsKnown(half->user_sid, facts)) {
      facts.Remark(half->source, false,
                   std::string("the user half is of ")
                       .append(half->user_sid)
                       .append(", a user whom no other evidence names; not used"));
    }
  }
}

// Each user half speaks of the user whose SID its events name, if other evidence knows that user:
// a result makes none.
void CollectUsers(const AppliedPolicy& applied, FactSpace& facts) {
  const std::map<std::string_view, Cell> answers =
      applied.AnyValueBelow(readers::PolicyScope::kUser, kUserKey, kPolicyOnly);
  if (answers.empty()) {
    return;
  }
  for (Subject& subject : facts.subjects()) {
    for (const Alias& alias : subject.aliases) {
      const auto answer = alias.kind == AliasKind::kSid ? answers.find(alias.value) : answers.end();
      if (subject.kind == SubjectKind::kUser && answer != answers.end()) {
        subject.facts.Set("user.whfb_policy.gpresult.configured", answer->second);
      }
    }
  }
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const AppliedPolicy applied(input.records, facts.Device());
  SubjectFacts& device = facts.Device().facts;
  for (const auto& [nobody, answer] :
       applied.AnyValueBelow(readers::PolicyScope::kComputer, kComputerKey, kPolicyOnly)) {
    device.Set("device.whfb_policy.gpresult.configured", answer);
  }
  device.Set("device.whfb_policy.gpresult.gpos", GpoList(applied, IsPassportOfComputer, facts));
  CollectUsers(applied, facts);
  TellNobodys(applied, facts);
}

}  // namespace

extern const CollectorSpec kWhfbGpresultCollector;  // declared again by the generated list

const CollectorSpec kWhfbGpresultCollector = {
    .name = "whfb_gpresult", .scope = Scope::kDevice, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors

// Windows Hello for Business in a logged gpresult: whether Group Policy configured it. Policies
// with an ADMX are listed without a registry path and in the language of the console; what is the
// same everywhere is the key that a policy made (formats.md section 7).

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

// Titles of the policies that write other values there (evidence.md section 1.1). They support the
// key of the same GPO and decide nothing by themselves.
constexpr std::array<std::string_view, 7> kTitles = {
    "Use Windows Hello for Business",
    "Use a hardware security device",
    "Use certificate for on-premises authentication",
    "Use cloud Kerberos trust for on-premises authentication",
    "Use cloud trust for on-premises authentication",
    "Use PIN recovery",
    "Use Windows Hello for Business certificates as smart card certificates",
};

void CollectGpos(const AppliedPolicy& applied, FactSpace& facts) {
  std::vector<std::string_view> gpos;
  Provenance source;
  for (const readers::PolicySetting& setting : applied.settings()) {
    const std::string_view label = GpoLabel(setting);
    if (setting.origin == readers::PolicyOrigin::kLogged && !label.empty() &&
        IsAtOrBelow(setting.value.key, kComputerKey) &&
        std::ranges::find(gpos, label) == gpos.end()) {
      source = gpos.empty() ? setting.value.source : source;
      gpos.push_back(label);
    }
  }
  if (!gpos.empty()) {
    facts.Device().facts.Set("device.whfb_policy.gpresult.gpos", facts.ListCell(gpos, source));
  }
}

// The user that other evidence named: a result makes none.
Subject* KnownUser(FactSpace& facts, std::string_view sid) {
  for (Subject& subject : facts.subjects()) {
    const bool same = std::ranges::any_of(subject.aliases, [sid](const Alias& alias) {
      return alias.kind == AliasKind::kSid && alias.value == sid;
    });
    if (subject.kind == SubjectKind::kUser && same) {
      return &subject;
    }
  }
  return nullptr;
}

// Whose user half it is can be told only where there is one result with one user.
void CollectUser(const CollectInput& input, const AppliedPolicy& applied, FactSpace& facts) {
  std::string_view sid;
  for (const readers::PolicyResults& half : input.records.Of<readers::PolicyResults>()) {
    if (half.scope != readers::PolicyScope::kUser ||
        half.origin != readers::PolicyOrigin::kLogged) {
      continue;
    }
    if (half.user_sid.empty() || (!sid.empty() && sid != half.user_sid)) {
      return;
    }
    sid = half.user_sid;
  }
  Subject* const user = sid.empty() ? nullptr : KnownUser(facts, sid);
  if (user != nullptr) {
    user->facts.Set(
        "user.whfb_policy.gpresult.configured",
        applied.AnyValueBelow(readers::PolicyScope::kUser, kUserKey, kPolicyOnly, kTitles));
  }
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const AppliedPolicy applied(input.records, input.moment);
  facts.Device().facts.Set(
      "device.whfb_policy.gpresult.configured",
      applied.AnyValueBelow(readers::PolicyScope::kComputer, kComputerKey, kPolicyOnly, kTitles));
  CollectGpos(applied, facts);
  CollectUser(input, applied, facts);
}

}  // namespace

extern const CollectorSpec kWhfbGpresultCollector;  // declared again by the generated list

const CollectorSpec kWhfbGpresultCollector = {
    .name = "whfb_gpresult", .scope = Scope::kDevice, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors

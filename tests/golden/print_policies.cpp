// What Group Policy evidence holds. A member that is added to a record must be added here: the
// bindings name all of them.

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/policy_record.h"
#include "tests/golden/printed_record.h"

namespace whfb::golden {

using readers::Known;
using readers::PolicyFile;
using readers::PolicyHint;
using readers::PolicyObject;
using readers::PolicyPart;
using readers::PolicyResults;
using readers::PolicyScope;
using readers::PolicySetting;
using readers::PrivilegeRight;

namespace {

std::string_view ScopeText(PolicyScope scope) {
  switch (scope) {
    case PolicyScope::kComputer:
      return "computer";
    case PolicyScope::kUser:
      return "user";
    case PolicyScope::kUnknown:
      break;
  }
  return "not told";
}

std::string_view PartText(PolicyPart part) {
  switch (part) {
    case PolicyPart::kRegistry:
      return "registry";
    case PolicyPart::kSecurity:
      return "security";
    case PolicyPart::kPreference:
      break;
  }
  return "preference";
}

// Empty text means that the evidence does not tell.
Known<std::string_view> Told(std::string_view text) {
  return text.empty() ? Known<std::string_view>{} : Known<std::string_view>::Present(text);
}

PrintedRecord Print(const PolicyFile& file) {
  const auto& [origin, scope, gpo, complete, rights_shown, source] = file;
  RecordPrinter printer("policy-file", source);
  printer.Field("origin", ToString(origin))
      .Field("scope", ScopeText(scope))
      .Field("gpo", Told(gpo))
      // Such a file has no end mark: this says only that what is there is whole.
      .Field("complete", complete, FieldKind::kExtra);
  if (origin == readers::PolicyOrigin::kSecurityExport) {
    printer.Field("rights_shown", rights_shown, FieldKind::kClaim);
  }
  return std::move(printer).Take();
}

PrintedRecord Print(const PolicyResults& half) {
  const auto& [origin, scope, account, domain, computer, user_sid, read_time, complete, source] =
      half;
  RecordPrinter printer("policy-results", source);
  printer.Field("origin", ToString(origin))
      .Field("scope", ScopeText(scope))
      .Field("account", Told(account))
      .Field("domain", Told(domain))
      .Field("computer", Told(computer))
      .Field("user_sid", Told(user_sid))
      .Field("read_time", read_time)
      .Field("complete", complete, FieldKind::kClaim);
  return std::move(printer).Take();
}

PrintedRecord Print(const PolicyObject& gpo) {
  const auto& [origin, scope, id, name, domain, enabled, valid, filter_allowed, access_denied,
               version, source] = gpo;
  RecordPrinter printer("gpo", source);
  printer.Field("origin", ToString(origin))
      .Field("scope", ScopeText(scope))
      .Field("id", Told(id))
      .Field("name", Told(name))
      .Field("domain", Told(domain))
      .Field("enabled", enabled)
      .Field("valid", valid)
      .Field("filter_allowed", filter_allowed)
      .Field("access_denied", access_denied)
      .Field("version", version)
      .Field("applied", gpo.Applied());
  return std::move(printer).Take();
}

PrintedRecord Print(const PolicySetting& setting) {
  const auto& [origin, scope, part, action, value, gpo, gpo_name, precedence, in_doubt] = setting;
  RecordPrinter printer("policy-setting", value.source);
  printer.Field("origin", ToString(origin))
      .Field("scope", ScopeText(scope))
      .Field("part", PartText(part))
      .Field("action", ToString(action))
      .Field("gpo", Told(gpo))
      .Field("gpo_name", Told(gpo_name))
      .Field("precedence", precedence)
      .Field("in_doubt", in_doubt);
  PrintFields(value, printer);
  return std::move(printer).Take();
}

PrintedRecord Print(const PrivilegeRight& right) {
  const auto& [origin, name, members, gpo, gpo_name, precedence, source] = right;
  RecordPrinter printer("user-right", source);
  printer.Field("origin", ToString(origin))
      .Field("name", name)
      .Field("members", members)
      .Field("gpo", Told(gpo))
      .Field("gpo_name", Told(gpo_name))
      .Field("precedence", precedence);
  return std::move(printer).Take();
}

PrintedRecord Print(const PolicyHint& hint) {
  const auto& [origin, scope, name, state, category, gpo, gpo_name, precedence, source] = hint;
  RecordPrinter printer("policy-hint", source);
  printer.Field("origin", ToString(origin))
      .Field("scope", ScopeText(scope))
      .Field("name", Told(name))
      .Field("state", Told(state))
      .Field("category", Told(category))
      .Field("gpo", Told(gpo))
      .Field("gpo_name", Told(gpo_name))
      .Field("precedence", precedence);
  return std::move(printer).Take();
}

template <typename T>
void PrintAll(const readers::Records& records, std::vector<PrintedRecord>& out) {
  for (const T& record : records.Of<T>()) {
    out.push_back(Print(record));
  }
}

}  // namespace

void PrintPolicies(const readers::Records& records, std::vector<PrintedRecord>& out) {
  PrintAll<PolicyFile>(records, out);
  PrintAll<PolicyResults>(records, out);
  PrintAll<PolicyObject>(records, out);
  PrintAll<PolicySetting>(records, out);
  PrintAll<PrivilegeRight>(records, out);
  PrintAll<PolicyHint>(records, out);
}

}  // namespace whfb::golden

// Group Policy evidence: what GPO files hold (Registry.pol, GptTmpl.inf, Get-GPOReport) and what a
// device logged as applied (gpresult).
//
// The two are kept apart by `origin`: a GPO file is intent, a logged result is effect, and neither
// is a reading of the registry. A setting never becomes a RegistryValue record of its own.

#ifndef WHFB_COLLECTORS_READERS_POLICY_RECORD_H_
#define WHFB_COLLECTORS_READERS_POLICY_RECORD_H_

#include <cstdint>
#include <string_view>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/known.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/registry_record.h"

namespace whfb::readers {

enum class PolicyOrigin : std::uint8_t {
  kRegistryPol,       // Registry.pol
  kSecurityTemplate,  // GptTmpl.inf
  kSecurityExport,    // secedit /export: the local policy database, not what is in effect
  kGpoReport,         // Get-GPOReport: what one GPO holds
  kLogged,            // gpresult, LoggedData: what was applied
  kPlanned,           // gpresult, PlanningData: a simulation; nothing was applied
  kPage,              // gpresult /h: paths without computer or user
};

// "registry-pol", "security-template", "security-export", "gpo-report", "logged", "planned",
// "page".
[[nodiscard]] std::string_view ToString(PolicyOrigin origin);

enum class PolicyScope : std::uint8_t { kUnknown, kComputer, kUser };

// Which extension writes the value; each has its own precedence and its own error.
enum class PolicyPart : std::uint8_t { kRegistry, kSecurity, kPreference };

enum class PolicyAction : std::uint8_t {
  kSet,
  kSetIfMissing,     // "**soft.", preference action Create
  kDeleteValue,      // "**del.", one name of "**DeleteValues", preference action Delete
  kDeleteAllValues,  // "**delvals."
  kDeleteKeys,       // "**DeleteKeys": the names are in the text
  kCreateKey,        // a key without a value
  kSecureKey,        // "**SecureKey"
  kComment,          // "**Comment:"
  kOther,            // another "**" word; what it does is not documented
};

// "set", "set-if-missing", "delete-value", "delete-all-values", "delete-keys", "create-key", ...
[[nodiscard]] std::string_view ToString(PolicyAction action);

// One registry value (or key) that a policy names.
struct PolicySetting {
  PolicyOrigin origin = PolicyOrigin::kRegistryPol;
  PolicyScope scope = PolicyScope::kUnknown;
  PolicyPart part = PolicyPart::kRegistry;
  PolicyAction action = PolicyAction::kSet;
  // The key begins with the hive of the scope; without a hive where the scope is not known. The
  // name is that of the value itself, without "**del.". `deleted` repeats the delete actions.
  RegistryValue value{};
  std::string_view gpo{};            // "{GUID}" in upper case, or "LocalGPO"; empty: not told
  std::string_view gpo_name{};       // empty: not told, or only the GUID was
  Known<std::int64_t> precedence{};  // 1 = winning; results only
  // Results only: the extension reported an error or does not tell that it had none, the setting
  // failed, or another authority controls it, so that the value need not have been written.
  bool in_doubt = false;
};

// A user right: [Privilege Rights], UserRightsAssignment.
struct PrivilegeRight {
  PolicyOrigin origin = PolicyOrigin::kSecurityTemplate;
  std::string_view name{};  // "SeRemoteInteractiveLogonRight"
  TextList members{};       // SIDs without '*', or account names as written (localised)
  std::string_view gpo{};
  std::string_view gpo_name{};
  Known<std::int64_t> precedence{};
  Provenance source{};
};

// A GPO that a result or a report lists.
struct PolicyObject {
  PolicyOrigin origin = PolicyOrigin::kLogged;
  PolicyScope scope = PolicyScope::kUnknown;
  std::string_view id{};
  std::string_view name{};
  std::string_view domain{};
  Known<bool> enabled{};
  Known<bool> valid{};
  Known<bool> filter_allowed{};
  Known<bool> access_denied{};
  Known<std::int64_t> version{};  // 0: empty, nothing to apply
  Provenance source{};

  // Results: whether it took part. Unknown where the listing does not decide it.
  [[nodiscard]] Known<bool> Applied() const;
};

// An ADMX policy: its names are in the language of the console and no registry path is told. It
// decides nothing.
struct PolicyHint {
  PolicyOrigin origin = PolicyOrigin::kLogged;
  PolicyScope scope = PolicyScope::kUnknown;
  std::string_view name{};
  std::string_view state{};
  std::string_view category{};
  std::string_view gpo{};
  std::string_view gpo_name{};
  Known<std::int64_t> precedence{};
  Provenance source{};
};

// One half of a result: UserResults or ComputerResults.
struct PolicyResults {
  PolicyOrigin origin = PolicyOrigin::kLogged;
  PolicyScope scope = PolicyScope::kUnknown;
  std::string_view account{};  // "CONTOSO\\PC-0042$"
  std::string_view domain{};   // DNS name
  // From the events of its processing, where they are whole and agree.
  std::string_view computer{};      // DNS or host name
  std::string_view user_sid{};      // user half only
  Known<TimeInterval> read_time{};  // of a logged result; unknown where it cannot be right
  bool complete = false;            // false: the document ends or is damaged inside
  Provenance source{};
};

// One file of a GPO (or an exported policy), read to `complete`.
struct PolicyFile {
  PolicyOrigin origin = PolicyOrigin::kRegistryPol;
  PolicyScope scope = PolicyScope::kUnknown;
  std::string_view gpo{};
  bool complete = false;
  // Security templates: [Privilege Rights] was read to its end, which the next section shows. An
  // export lists each right that somebody holds.
  bool rights_shown = false;
  Provenance source{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_POLICY_RECORD_H_

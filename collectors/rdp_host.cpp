// How the device takes Remote Desktop connections, if it is a host: whether it does, how people
// authenticate, whether smart cards are redirected, who may sign in. Values: evidence.md section 4.
// Policy wins over the local setting where it is set; both are facts of their own.

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "collectors/local_group_columns.h"
#include "collectors/readers/connection_record.h"
#include "collectors/readers/policy_record.h"
#include "collectors/registry_view.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.rdp_host.deny_connections", ValueType::kInt,
             "fDenyTSConnections: 0 connections are taken, 1 they are refused"},
    FactSpec{"device.rdp_host.policy.deny_connections", ValueType::kInt, "the same by policy"},
    FactSpec{"device.rdp_host.user_authentication", ValueType::kInt,
             "UserAuthentication: 1 network level authentication is required"},
    FactSpec{"device.rdp_host.policy.user_authentication", ValueType::kInt, "the same by policy"},
    FactSpec{"device.rdp_host.security_layer", ValueType::kInt,
             "SecurityLayer: 0 RDP, 1 negotiate, 2 TLS"},
    FactSpec{"device.rdp_host.policy.security_layer", ValueType::kInt, "the same by policy"},
    FactSpec{"device.rdp_host.policy.prompt_for_password", ValueType::kInt,
             "fPromptForPassword: 1 always asks for a password on connecting"},
    FactSpec{"device.rdp_host.policy.smart_card_redirection", ValueType::kInt,
             "fEnableSmartCard: 0 smart cards of the client are not redirected", "1"},
    FactSpec{
        "device.rdp_host.restricted_admin_off", ValueType::kInt,
        "DisableRestrictedAdmin: 0 the host takes Restricted Admin and Remote Credential Guard",
        "1"},
    FactSpec{"device.rdp_host.policy.allow_protected_credentials", ValueType::kInt,
             "AllowProtectedCreds: 1 the host takes delegation of non-exportable credentials"},
    FactSpec{"device.rdp_host.logon_right", ValueType::kList,
             "who has the right to log on through Remote Desktop, by secedit", "",
             ValueType::kText},
    FactSpec{"device.rdp_host.logon_denied", ValueType::kList, "who is denied it, by secedit", "",
             ValueType::kText},
};

constexpr std::array kTables = {
    TableSpec{kLocalGroupTable, "local groups and their direct members", kLocalGroupColumns},
};

constexpr std::string_view kServer =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server";
constexpr std::string_view kListener =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";
constexpr std::string_view kPolicy =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services";
constexpr std::string_view kLsa = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa";
constexpr std::string_view kDelegation =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation";

struct HostValue {
  std::string_view fact;
  std::string_view key;
  std::string_view value;
};

constexpr std::array kValues = {
    HostValue{"device.rdp_host.deny_connections", kServer, "fDenyTSConnections"},
    HostValue{"device.rdp_host.policy.deny_connections", kPolicy, "fDenyTSConnections"},
    HostValue{"device.rdp_host.user_authentication", kListener, "UserAuthentication"},
    HostValue{"device.rdp_host.policy.user_authentication", kPolicy, "UserAuthentication"},
    HostValue{"device.rdp_host.security_layer", kListener, "SecurityLayer"},
    HostValue{"device.rdp_host.policy.security_layer", kPolicy, "SecurityLayer"},
    HostValue{"device.rdp_host.policy.prompt_for_password", kPolicy, "fPromptForPassword"},
    HostValue{"device.rdp_host.policy.smart_card_redirection", kPolicy, "fEnableSmartCard"},
    HostValue{"device.rdp_host.restricted_admin_off", kLsa, "DisableRestrictedAdmin"},
    HostValue{"device.rdp_host.policy.allow_protected_credentials", kDelegation,
              "AllowProtectedCreds"},
};

struct Right {
  std::string_view fact;
  std::string_view name;
};

constexpr std::array kRights = {
    Right{"device.rdp_host.logon_right", "SeRemoteInteractiveLogonRight"},
    Right{"device.rdp_host.logon_denied", "SeDenyRemoteInteractiveLogonRight"},
};

// secedit lists the rights that somebody holds, and no other: what its section of user rights does
// not name is held by nobody, where that was read to its end. Null: no export shows its section.
const readers::PolicyFile* WholeExport(const readers::Records& records) {
  const auto files = records.Of<readers::PolicyFile>();
  const auto found = std::ranges::find_if(files, [](const readers::PolicyFile& file) {
    return file.origin == readers::PolicyOrigin::kSecurityExport && file.rights_shown;
  });
  return found == files.end() ? nullptr : &*found;
}

// The local database alone: what a GPO holds need not have been applied here.
void SetRight(const Right& wanted, const readers::Records& records, FactSpace& facts) {
  const readers::PolicyFile* const whole = WholeExport(records);
  bool listed = false;
  for (const readers::PrivilegeRight& right : records.Of<readers::PrivilegeRight>()) {
    if (right.origin != readers::PolicyOrigin::kSecurityExport ||
        !SameNoCase(right.name, wanted.name)) {
      continue;
    }
    listed = true;
    std::vector<std::string_view> members(right.members.begin(), right.members.end());
    std::ranges::sort(members);
    facts.Device().facts.Set(wanted.fact, members.empty() ? Cell::Absent(right.source)
                                                          : facts.ListCell(members, right.source));
  }
  if (!listed && whole != nullptr) {
    facts.Device().facts.Set(wanted.fact, Cell::Absent(whole->source));
  }
}

void AddGroups(const readers::Records& records, FactSpace& facts) {
  for (const readers::LocalGroup& group : records.Of<readers::LocalGroup>()) {
    if (group.sid.empty()) {
      continue;  // the note of its file says so
    }
    Table& table = facts.Device().facts.TableOf(kLocalGroupTable);
    std::vector<std::string_view> members(group.members.begin(), group.members.end());
    std::ranges::sort(members);
    std::vector<Cell> row(kLocalGroupColumns.size());
    row[kGroupSid] = facts.TextCell(group.sid, group.source);
    row[kGroupMembers] = facts.ListCell(members, group.source);
    row[kGroupAccountsOnly] = group.complete ? Cell::Bool(group.accounts_only, group.source)
                                             : Cell::Unknown(WhyUnknown::kMalformed, group.source);
    table.Add(row);
    table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, group.source);
  }
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const RegistryView registry(input.records);
  for (const HostValue& wanted : kValues) {
    facts.Device().facts.Set(wanted.fact, registry.Number(wanted.key, wanted.value));
  }
  for (const Right& wanted : kRights) {
    SetRight(wanted, input.records, facts);
  }
  AddGroups(input.records, facts);
}

}  // namespace

extern const CollectorSpec kRdpHostCollector;  // declared again by the generated list

const CollectorSpec kRdpHostCollector = {.name = "rdp_host",
                                         .scope = Scope::kDevice,
                                         .facts = kFacts,
                                         .tables = kTables,
                                         .collect = Collect};

}  // namespace whfb::collectors

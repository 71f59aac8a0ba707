// Whether people who are known by their SIDs may log on through Remote Desktop (requirement
// A7.11): who holds SeRemoteInteractiveLogonRight directly, as everybody, or as a direct member of
// a local group that does, and is not denied it. Groups of a domain cannot be resolved here.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "collectors/directory_account_columns.h"
#include "collectors/local_group_columns.h"
#include "collectors/readers/sid_text.h"
#include "scanner/core/truth.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{
        "device.rdp_host.authorised", ValueType::kBool,
        "true: somebody who is known may log on through Remote Desktop; false: nobody of them, "
        "the right is denied"},
    FactSpec{"device.rdp_host.authorised_account", ValueType::kText,
             "SID that decided it: who may log on, or who is denied it"},
};

// [MS-DTYP] 2.4.2.4: EVERYONE, AUTHENTICATED_USERS. Whoever signs in with a certificate is in both.
constexpr std::array<std::string_view, 2> kEverybody = {"S-1-1-0", "S-1-5-11"};
// LOCAL_ACCOUNT, and the same in the group of administrators. Accounts of Entra ID are none.
constexpr std::array<std::string_view, 2> kLocalAccounts = {"S-1-5-113", "S-1-5-114"};
constexpr std::string_view kEntraAccount = "S-1-12-1-";
constexpr std::string_view kBuiltinGroup = "S-1-5-32-";

bool Among(std::span<const std::string_view> list, std::string_view sid) {
  return std::ranges::find(list, sid) != list.end();
}

class Logon {
 public:
  explicit Logon(const SubjectFacts& device)
      : right_(device.Get("device.rdp_host.logon_right")),
        denied_(device.Get("device.rdp_host.logon_denied")),
        groups_(device.TableOf(kLocalGroupTable)) {}

  // Of the account with this SID; empty: of whoever signs in.
  [[nodiscard]] Truth Denied(std::string_view account) const { return Holds(denied_, account); }

  [[nodiscard]] Truth Allowed(std::string_view account) const {
    return And(Holds(right_, account), Not(Denied(account)));
  }

  // Why it cannot be told.
  [[nodiscard]] Cell Open() const {
    if (right_.unknown() || denied_.unknown()) {
      const Cell& open = right_.unknown() ? right_ : denied_;
      return Cell::Unknown(open.why, open.source);
    }
    const bool unseen =
        right_.present() && std::ranges::any_of(right_.value.list, [this](std::string_view holder) {
          return holder.starts_with(kBuiltinGroup) && MembersOf(holder).empty();
        });
    const bool stale = groups_.coverage() == Coverage::kNone && groups_.size() != 0;
    return Cell::Unknown(stale    ? WhyUnknown::kStale
                         : unseen ? WhyUnknown::kNotCollected
                                  : WhyUnknown::kAmbiguous,
                         right_.source);
  }

  [[nodiscard]] const Provenance& right_source() const { return right_.source; }

  [[nodiscard]] const Provenance& denied_source() const { return denied_.source; }

 private:
  // Empty: the group was not listed. What was listed too long ago tells nothing.
  [[nodiscard]] std::span<const Cell> MembersOf(std::string_view group) const {
    for (std::size_t row = 0; groups_.coverage() != Coverage::kNone && row < groups_.size();
         ++row) {
      const std::span<const Cell> cells = groups_.Row(row);
      if (cells[kGroupSid].present() && cells[kGroupSid].value.text == group) {
        return cells;
      }
    }
    return {};
  }

  [[nodiscard]] Truth Holds(const Cell& list, std::string_view account) const {
    if (!list.present()) {
      return list.absent() ? Truth::kFalse : Truth::kUnknown;
    }
    Truth holds = Truth::kFalse;
    for (const std::string_view holder : list.value.list) {
      holds = Or(holds, Is(holder, account));
    }
    return holds;
  }

  [[nodiscard]] Truth Is(std::string_view holder, std::string_view account) const {
    if (holder == account || Among(kEverybody, holder)) {
      return Truth::kTrue;
    }
    if (Among(kLocalAccounts, holder) && account.starts_with(kEntraAccount)) {
      return Truth::kFalse;
    }
    const std::span<const Cell> group = MembersOf(holder);
    if (group.empty() || !group[kGroupMembers].present()) {
      return Truth::kUnknown;  // it may be a group of which nobody told the members
    }
    const std::span<const std::string_view> members = group[kGroupMembers].value.list;
    const bool in = std::ranges::any_of(members, [account](std::string_view member) {
      return member == account || Among(kEverybody, member);
    });
    const Cell& accounts_only = group[kGroupAccountsOnly];
    const bool resolved = accounts_only.present() && accounts_only.value.number != 0;
    const bool somebody = !account.empty() || members.empty();
    return in ? Truth::kTrue : resolved && somebody ? Truth::kFalse : Truth::kUnknown;
  }

  const Cell& right_;
  const Cell& denied_;
  const Table& groups_;
};

// SIDs of the accounts with these UPNs, by an export of the directory.
void AddSidsOf(std::span<const std::string_view> upns,
               const Subject& environment,
               std::vector<std::string_view>& accounts) {
  const Table& names = environment.facts.TableOf(kAccountNameTable);
  constexpr std::size_t kUpn = 0;
  constexpr std::size_t kSid = 1;
  for (std::size_t row = 0; !upns.empty() && row < names.size(); ++row) {
    const std::span<const Cell> cells = names.Row(row);
    if (cells[kUpn].present() && cells[kSid].present() && Among(upns, cells[kUpn].value.text)) {
      accounts.push_back(cells[kSid].value.text);
    }
  }
}

// Whom the operator expects, and who uses this device with Hello.
std::vector<std::string_view> KnownAccounts(const DeriveInput& input, const FactSpace& facts) {
  std::vector<std::string_view> named(input.declared.users.begin(), input.declared.users.end());
  const Subject* const environment = input.EnvironmentSubject();
  if (environment != nullptr) {
    const Cell& expected = environment->facts.Get("environment.expected_users");
    if (expected.present()) {
      named.insert(named.end(), expected.value.list.begin(), expected.value.list.end());
    }
  }
  for (const Subject& user : facts.subjects()) {
    for (const Alias& alias : user.aliases) {
      const bool own = user.kind == SubjectKind::kUser && user.in_scope && alias.told;
      if (own && alias.kind == AliasKind::kSid) {
        named.emplace_back(alias.value);
      }
    }
  }
  std::vector<std::string_view> accounts;
  std::vector<std::string_view> upns;
  for (const std::string_view name : named) {
    (readers::LooksLikeSid(name) ? accounts : upns).push_back(name);
  }
  std::ranges::sort(upns);
  if (environment != nullptr) {
    AddSidsOf(upns, *environment, accounts);
  }
  return accounts;
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  SubjectFacts& device = facts.Device().facts;
  const Logon logon(device);
  Cell authorised = logon.Open();
  Cell account = Cell::Unknown(authorised.why, authorised.source);
  std::vector<std::string_view> accounts = KnownAccounts(input, facts);
  const bool anybody = accounts.empty();
  accounts.emplace_back();
  const auto allowed = std::ranges::find_if(
      accounts, [&logon](std::string_view sid) { return logon.Allowed(sid) == Truth::kTrue; });
  const auto denied = [&logon, anybody](std::string_view sid) {
    return (sid.empty() && !anybody) || logon.Denied(sid) == Truth::kTrue;
  };
  if (allowed != accounts.end()) {
    authorised = Cell::Bool(true, logon.right_source());
    account = facts.TextCell(allowed->empty() ? "everybody" : *allowed, logon.right_source());
  } else if (std::ranges::all_of(accounts, denied)) {
    authorised = Cell::Bool(false, logon.denied_source());
    account = facts.TextCell(anybody ? "everybody" : accounts.front(), logon.denied_source());
  }
  device.Put("device.rdp_host.authorised", authorised);
  device.Put("device.rdp_host.authorised_account", account);
}

}  // namespace

extern const DerivationSpec kRdpLogonDerivation;  // declared again by the generated list

const DerivationSpec kRdpLogonDerivation = {
    .name = "rdp_logon", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors

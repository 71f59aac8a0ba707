#include "collectors/derived/enrolment_right.h"

#include <algorithm>
#include <array>

#include "collectors/derived/judged_certificate.h"
#include "collectors/directory_account_columns.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

enum RightColumn : unsigned { kPrincipal, kRight, kAllow, kSid, kRid };

constexpr std::int64_t kDomainUsers = 513;
constexpr std::int64_t kDomainGuests = 514;
constexpr std::int64_t kDomainComputers = 515;
// Domain controllers, writable, read-only, and read-only of the whole forest.
constexpr std::array<std::int64_t, 4> kComputerGroups = {kDomainComputers, 516, 521, 498};
constexpr std::string_view kUsers = "S-1-5-32-545";
// Enterprise Domain Controllers and SYSTEM.
constexpr std::array<std::string_view, 2> kComputers = {"S-1-5-9", "S-1-5-18"};
// Everyone and Authenticated Users.
constexpr std::array<std::string_view, 2> kEverybody = {"S-1-1-0", "S-1-5-11"};

// The SID of an account by its name; empty when no account or more than one has it, and when the
// name is one of a domain: no export tells the NetBIOS name of the domain of its accounts.
std::string_view SidOf(std::string_view name, const Table& accounts) {
  if (name.find('\\') != std::string_view::npos) {
    return {};
  }
  std::string_view sid;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const std::span<const Cell> row = accounts.Row(i);
    if (row[kAccountName].present() && row[kAccountSid].present() &&
        SameNoCase(row[kAccountName].value.text, name)) {
      if (!sid.empty()) {
        return {};
      }
      sid = row[kAccountSid].value.text;
    }
  }
  return sid;
}

}  // namespace

EnrolmentRights::EnrolmentRights(const Table& rights) {
  for (std::size_t i = 0; i < rights.size(); ++i) {
    const std::span<const Cell> row = rights.Row(i);
    const std::string_view principal = row[kPrincipal].value.text;
    const bool of_domain = principal.starts_with("S-1-5-21-") || !row[kSid].present();
    const Entry entry = {.principal = principal,
                         .sid = row[kSid].present() ? row[kSid].value.text : std::string_view{},
                         .rid = of_domain && row[kRid].present() ? row[kRid].value.number : 0,
                         .allow = row[kAllow].value.number != 0};
    if (row[kRight].value.text == "enroll") {
      enroll_.push_back(entry);
    } else if (row[kRight].value.text == "read") {
      read_.push_back(entry);
    }
  }
}

bool EnrolmentRights::IsEverybody(const Entry& entry) {
  return std::ranges::find(kEverybody, entry.sid) != kEverybody.end();
}

bool EnrolmentRights::IsMachines(const Entry& entry) {
  return std::ranges::find(kComputerGroups, entry.rid) != kComputerGroups.end() ||
         std::ranges::find(kComputers, entry.sid) != kComputers.end();
}

bool EnrolmentRights::IsBroad(const Entry& entry) {
  return IsEverybody(entry) || entry.sid == kUsers || entry.rid == kDomainUsers ||
         entry.rid == kDomainGuests || entry.rid == kDomainComputers;
}

// By an entry for the same principal, or for one that holds all of its members.
bool EnrolmentRights::Denied(const Entry& allowed) const {
  return std::ranges::any_of(enroll_, [&allowed](const Entry& entry) {
    return !entry.allow && (entry.principal == allowed.principal || IsEverybody(entry));
  });
}

std::vector<std::string_view> EnrolmentRights::Allowed() const {
  std::vector<std::string_view> names;
  for (const Entry& entry : enroll_) {
    if (entry.allow) {
      names.push_back(entry.principal);
    }
  }
  return names;
}

std::vector<std::string_view> EnrolmentRights::Broad() const {
  std::vector<std::string_view> names;
  for (const Entry& entry : enroll_) {
    if (entry.allow && IsBroad(entry) && !Denied(entry)) {
      names.push_back(entry.principal);
    }
  }
  return names;
}

Truth EnrolmentRights::UsersMayEnroll(bool one_domain) const {
  bool allowed = false;
  bool possible = false;
  bool some_denied = false;
  for (const Entry& entry : enroll_) {
    if (!entry.allow && IsEverybody(entry)) {
      return Truth::kFalse;
    }
    some_denied = some_denied || (!entry.allow && !IsMachines(entry));
    possible = possible || (entry.allow && !IsMachines(entry));
    allowed = allowed ||
              (entry.allow && (IsEverybody(entry) || (one_domain && entry.rid == kDomainUsers)));
  }
  if (!possible) {
    return Truth::kFalse;
  }
  return allowed && !some_denied ? Truth::kTrue : Truth::kUnknown;
}

// An entry for anybody else may be for a group that it is in. An empty `sid` is not known.
Truth EnrolmentRights::Has(std::span<const Entry> entries, std::string_view sid) {
  bool allowed = false;
  bool possible = false;
  bool maybe_denied = false;
  for (const Entry& entry : entries) {
    const bool surely = IsEverybody(entry) || (!sid.empty() && entry.sid == sid);
    if (!entry.allow && surely) {
      return Truth::kFalse;
    }
    maybe_denied = maybe_denied || !entry.allow;
    possible = possible || entry.allow;
    allowed = allowed || (entry.allow && surely);
  }
  if (!possible) {
    return Truth::kFalse;
  }
  return allowed && !maybe_denied ? Truth::kTrue : Truth::kUnknown;
}

Truth EnrolmentRights::IdentitiesMayEnroll(std::span<const std::string_view> identities,
                                           const Table& accounts) const {
  Truth every = Truth::kTrue;
  Truth some = Truth::kFalse;
  for (const std::string_view identity : identities) {
    const std::string_view sid =
        identity.starts_with("S-1-") ? identity : SidOf(identity, accounts);
    const Truth has = And(Has(enroll_, sid), Has(read_, sid));
    every = And(every, has);
    some = Or(some, has);
  }
  return every == some ? every : Truth::kUnknown;
}

}  // namespace whfb::collectors

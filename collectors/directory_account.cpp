// Accounts of people, as directory exports show them.

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "collectors/collector.h"
#include "collectors/directory_account_columns.h"
#include "collectors/directory_view.h"
#include "collectors/forest_domains.h"
#include "collectors/readers/ldap_name.h"

namespace whfb::collectors {

namespace {

using readers::DirectoryKind;
using readers::DirectoryObject;

constexpr std::array kTables = {
    TableSpec{"environment.account", "accounts of people in Active Directory", kAccountColumns},
};

// More are unknown (too-large): nobody's fleet has them, and each takes a kilobyte.
constexpr std::size_t kMaxAccounts = 500'000;

constexpr std::int64_t kDisabled = 0x2;  // ADS_UF_ACCOUNTDISABLE

// What holds for every account of a person.
constexpr std::array<std::string_view, 6> kPeople = {
    "objectclass=user",      "objectclass=person",  "objectclass=organizationalperson",
    "objectcategory=person", "objectcategory=user", "samaccounttype=805306368"};

Cell EnabledCell(const DirectoryObject& object, FactSpace& facts) {
  const Cell control = MandatoryCell(object, "userAccountControl", ValueType::kInt, facts);
  if (control.present()) {
    return Cell::Bool((control.value.number & kDisabled) == 0, control.source);
  }
  const Cell said = DirectoryCell(object, "enabled", ValueType::kText, facts);
  return said.present() ? Cell::Bool(said.value.text == "TRUE", said.source) : control;
}

// The name that the KDC makes of the account name, where the account has no other ([MS-KILE]
// 3.3.5.6.1): account name and domain.
Cell ImplicitUpn(const Cell& account, const Cell& domain, FactSpace& facts) {
  if (!account.present() || !domain.present()) {
    return account.present() ? domain : account;
  }
  return FoldedCell(std::string(account.value.text).append("@").append(domain.value.text),
                    account.source, facts);
}

bool HasLowerCase(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

// BloodHound writes names in upper case; where another export shows them as they are, they are
// left to it.
Cell NameCell(const DirectoryObject& object, bool exact) {
  return object.dn.empty() || (exact && !HasLowerCase(object.dn))
             ? Cell::Unknown(WhyUnknown::kNotCollected, object.source)
             : Cell::Text(object.dn, object.source);
}

void Add(const DirectoryObject& object, bool exact, Table& table, FactSpace& facts) {
  AccountRow row{};
  row[kAccountSid] = MandatoryCell(object, "objectSid", ValueType::kSid, facts);
  row[kAccountName] = MandatoryCell(object, "sAMAccountName", ValueType::kText, facts);
  row[kAccountUpn] = DirectoryCell(object, "userPrincipalName", ValueType::kUpn, facts);
  row[kAccountDn] = NameCell(object, exact);
  const std::string domain = readers::DomainOfName(object.dn);
  row[kAccountDomain] = domain.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, object.source)
                                       : facts.TextCell(domain, object.source);
  row[kAccountImplicitUpn] = ImplicitUpn(row[kAccountName], row[kAccountDomain], facts);
  row[kAccountEnabled] = EnabledCell(object, facts);
  row[kAccountCreated] = MandatoryCell(object, "whenCreated", ValueType::kTime, facts);
  row[kAccountSecurityIdentities] =
      DirectoryCell(object, "altSecurityIdentities", ValueType::kList, facts);
  table.Add(row);
}

// Whole only where every domain of the forest was searched whole.
void Cover(const CollectInput& input, bool cut, Table& table) {
  if (cut) {
    table.Cover(Coverage::kPartial, WhyUnknown::kTooLarge);
    return;
  }
  const ForestDomains forest = FindForestDomains(input.records);
  const DirectorySearches searches(input.records);
  const bool every =
      forest.complete && std::ranges::all_of(forest.domains, [&](const ForestDomain& domain) {
        return searches.OfDomain(domain.dns_name, kPeople) != nullptr;
      });
  if (every) {
    table.Cover(Coverage::kComplete, WhyUnknown::kNotCollected, forest.source);
  } else if (table.size() > 0) {
    table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected);
  }
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const auto objects = input.records.Of<DirectoryObject>();
  if (objects.empty() && input.records.Of<readers::DirectorySearch>().empty()) {
    return;
  }
  Table& table = facts.Environment().facts.TableOf("environment.account");
  std::size_t accounts = 0;
  const bool exact = std::ranges::any_of(objects, [](const DirectoryObject& object) {
    return object.kind == DirectoryKind::kUser && HasLowerCase(object.dn);
  });
  for (const DirectoryObject& object : objects) {
    if (object.kind == DirectoryKind::kUser && ++accounts <= kMaxAccounts) {
      Add(object, exact, table, facts);
    }
  }
  Cover(input, accounts > kMaxAccounts, table);
  for (const unsigned column : {kAccountSid, kAccountUpn, kAccountImplicitUpn}) {
    table.IndexColumn(column);
  }
}

}  // namespace

extern const CollectorSpec kDirectoryAccountCollector;  // declared again by the generated list

const CollectorSpec kDirectoryAccountCollector = {.name = "directory_account",
                                                  .scope = Scope::kEnvironment,
                                                  .tables = kTables,
                                                  .collect = Collect};

}  // namespace whfb::collectors

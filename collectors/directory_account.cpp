// Accounts of people, as directory exports show them (requirements B4 map.*).

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/directory_account_columns.h"
#include "collectors/directory_view.h"
#include "collectors/readers/ldap_name.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::DirectoryKind;
using readers::DirectoryObject;

constexpr std::array kTables = {
    TableSpec{kAccountTable, "accounts of people in Active Directory", kAccountColumns},
    TableSpec{kAccountNameTable, "names by which domain controllers find an account",
              kAccountNameColumns},
};

// More are unknown (too-large): nobody's fleet has them, and each takes a kilobyte.
constexpr std::size_t kMaxAccounts = 500'000;

constexpr std::int64_t kDisabled = 0x2;  // ADS_UF_ACCOUNTDISABLE ([MS-ADTS] 2.2.16)

Cell EnabledCell(const DirectoryObject& object, FactSpace& facts) {
  const Cell control = MandatoryCell(object, "userAccountControl", ValueType::kInt, facts);
  return control.present() ? Cell::Bool((control.value.number & kDisabled) == 0, control.source)
                           : control;
}

// Nobody who may read these may not read altSecurityIdentities as well: all are of the property set
// Public-Information ([MS-ADA1], [MS-ADA3], attributeSecurityGUID e48d0154-...). Without one of
// them it may have been hidden.
Cell SecurityIdentitiesCell(const DirectoryObject& object, FactSpace& facts) {
  constexpr std::array<std::string_view, 3> kPublic = {"userPrincipalName", "objectClass",
                                                       "objectCategory"};
  const Cell cell = DirectoryCell(object, "altSecurityIdentities", ValueType::kList, facts);
  const bool readable = std::ranges::any_of(kPublic, [&object](std::string_view name) {
    const readers::DirectoryAttribute* const attribute = object.Find(name);
    return attribute != nullptr && !attribute->values.empty();
  });
  return cell.absent() && !readable ? Cell::Unknown(WhyUnknown::kDenied, cell.source) : cell;
}

// The name that the KDC makes of the account name, where the account has no other ([MS-KILE]
// 3.3.5.6.1): account name and domain.
std::string ImplicitUpn(const DirectoryObject& object, FactSpace& facts) {
  const Cell name = DirectoryCell(object, "sAMAccountName", ValueType::kText, facts);
  const std::string domain = readers::DomainOfName(object.dn);
  return name.present() && !domain.empty() ? LowerAscii(name.value.text).append("@").append(domain)
                                           : std::string{};
}

class Accounts {
 public:
  explicit Accounts(FactSpace& facts)
      : facts_(facts),
        accounts_(facts.Environment().facts.TableOf(kAccountTable)),
        names_(facts.Environment().facts.TableOf(kAccountNameTable)) {}

  void Add(const DirectoryObject& object) {
    std::array<Cell, kAccountColumnCount> row{};
    row[kAccountSid] = MandatoryCell(object, "objectSid", ValueType::kSid, facts_);
    row[kAccountName] = MandatoryCell(object, "sAMAccountName", ValueType::kText, facts_);
    row[kAccountUpn] = DirectoryCell(object, "userPrincipalName", ValueType::kUpn, facts_);
    row[kAccountEnabled] = EnabledCell(object, facts_);
    row[kAccountCreated] = MandatoryCell(object, "whenCreated", ValueType::kTime, facts_);
    row[kAccountSecurityIdentities] = SecurityIdentitiesCell(object, facts_);
    accounts_.Add(row);
    if (row[kAccountUpn].present()) {
      names_.Add(std::array{row[kAccountUpn], row[kAccountSid]});
    }
  }

  // After every name that was given: those come first.
  void AddImplicit(const DirectoryObject& object) {
    const std::string name = ImplicitUpn(object, facts_);
    if (name.empty()) {
      return;
    }
    const std::array row = {facts_.TextCell(name, object.source),
                            MandatoryCell(object, "objectSid", ValueType::kSid, facts_)};
    if (names_.Find(row) == names_.size()) {
      names_.Add(row);
    }
  }

  // Nothing shows that every domain of the forest was looked at.
  void Cover(const Provenance& source, WhyUnknown why) {
    accounts_.Cover(Coverage::kPartial, why, source);
    names_.Cover(Coverage::kPartial, why, source);
  }

 private:
  FactSpace& facts_;
  Table& accounts_;
  Table& names_;
};

void Collect(const CollectInput& input, FactSpace& facts) {
  std::span<const DirectoryObject> objects = input.records.Of<DirectoryObject>();
  if (objects.empty()) {
    return;
  }
  Accounts accounts(facts);
  const bool cut = objects.size() > kMaxAccounts;
  objects = objects.first(cut ? kMaxAccounts : objects.size());
  for (const DirectoryObject& object : objects) {
    if (object.kind == DirectoryKind::kUser) {
      accounts.Add(object);
      accounts.Cover(object.source, cut ? WhyUnknown::kTooLarge : WhyUnknown::kNotCollected);
    }
  }
  for (const DirectoryObject& object : objects) {
    if (object.kind == DirectoryKind::kUser) {
      accounts.AddImplicit(object);
    }
  }
}

}  // namespace

extern const CollectorSpec kDirectoryAccountCollector;  // declared again by the generated list

const CollectorSpec kDirectoryAccountCollector = {.name = "directory_account",
                                                  .scope = Scope::kEnvironment,
                                                  .tables = kTables,
                                                  .collect = Collect};

}  // namespace whfb::collectors

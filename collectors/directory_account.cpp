// Accounts of people, as directory exports show them (requirements B4 map.*).

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

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
    TableSpec{kAccountIdentityTable, "certificates that accounts name (altSecurityIdentities)",
              kAccountIdentityColumns},
};

// More are unknown (too-large): nobody's fleet has them, and each takes a kilobyte.
constexpr std::size_t kMaxAccounts = 500'000;

constexpr std::int64_t kDisabled = 0x2;  // ADS_UF_ACCOUNTDISABLE ([MS-ADTS] 2.2.16)

Cell EnabledCell(const DirectoryObject& object, FactSpace& facts) {
  const Cell control = MandatoryCell(object, "userAccountControl", ValueType::kInt, facts);
  const Cell disabled = DirectoryCell(object, readers::kDisabledAttribute, ValueType::kText, facts);
  if (disabled.present() && control.unknown()) {
    return Cell::Bool(false, disabled.source);
  }
  return control.present() ? Cell::Bool((control.value.number & kDisabled) == 0, control.source)
                           : control;
}

constexpr std::int64_t kLockedOut = 0x10;  // ADS_UF_LOCKOUT ([MS-ADTS] 2.2.16)

// A FILETIME; 0 and the largest number are "never" ([MS-ADA1] accountExpires).
Cell ExpiresCell(const DirectoryObject& object, FactSpace& facts) {
  constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  const Cell expires = MandatoryCell(object, "accountExpires", ValueType::kInt, facts);
  if (!expires.present()) {
    return expires;
  }
  const std::int64_t when = expires.value.number;
  if (when == 0 || when == kNever) {
    return Cell::Absent(expires.source);
  }
  return when > 0 ? Cell::Time({when, when}, expires.source)
                  : Cell::Unknown(WhyUnknown::kMalformed, expires.source);
}

// The computed flags tell; userAccountControl itself has no such bit in the directory ([MS-ADTS]
// 3.1.1.4.5.17). A time of lockout may lie behind the lockout duration of the domain.
Cell LockedCell(const DirectoryObject& object, FactSpace& facts) {
  const Cell computed =
      DirectoryCell(object, "msDS-User-Account-Control-Computed", ValueType::kInt, facts);
  if (computed.present()) {
    return Cell::Bool((computed.value.number & kLockedOut) != 0, computed.source);
  }
  const Cell since = DirectoryCell(object, "lockoutTime", ValueType::kInt, facts);
  if (since.present()) {
    return since.value.number == 0 ? Cell::Bool(false, since.source)
                                   : Cell::Unknown(WhyUnknown::kAmbiguous, since.source);
  }
  // It may be that the reader has no right to it.
  return since.absent() ? Cell::Unknown(WhyUnknown::kDenied, since.source) : since;
}

// The directory leaves out what the reader may not see, and does not say so. Rights are granted on
// the property set Public-Information ([MS-ADA1], [MS-ADA3], attributeSecurityGUID e48d0154-...),
// which holds these and altSecurityIdentities: a reader who was shown none of them may have no
// right to it (denied); one who was shown some is taken to have it. No export tells of an access
// list that somebody wrote to hide altSecurityIdentities alone.
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

Cell DomainCell(const DirectoryObject& object, FactSpace& facts) {
  const std::string domain = readers::DomainOfName(object.dn);
  return domain.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, object.source)
                        : facts.TextCell(domain, object.source);
}

// "X509:<I>..." and the like; "Kerberos:name@REALM" is none.
bool IsCertificate(std::string_view identity) {
  constexpr std::string_view kPrefix = "X509:";
  return SameNoCase(identity.substr(0, kPrefix.size()), kPrefix);
}

class Accounts {
 public:
  explicit Accounts(FactSpace& facts)
      : facts_(facts),
        accounts_(facts.Environment().facts.TableOf(kAccountTable)),
        names_(facts.Environment().facts.TableOf(kAccountNameTable)),
        identities_(facts.Environment().facts.TableOf(kAccountIdentityTable)) {}

  void Add(const DirectoryObject& object) {
    std::array<Cell, kAccountColumnCount> row{};
    row[kAccountSid] = MandatoryCell(object, "objectSid", ValueType::kSid, facts_);
    row[kAccountName] = MandatoryCell(object, "sAMAccountName", ValueType::kText, facts_);
    row[kAccountUpn] = DirectoryCell(object, "userPrincipalName", ValueType::kUpn, facts_);
    row[kAccountEnabled] = EnabledCell(object, facts_);
    row[kAccountCreated] = MandatoryCell(object, "whenCreated", ValueType::kTime, facts_);
    row[kAccountSecurityIdentities] = SecurityIdentitiesCell(object, facts_);
    row[kAccountDomain] = DomainCell(object, facts_);
    row[kAccountExpires] = ExpiresCell(object, facts_);
    row[kAccountLocked] = LockedCell(object, facts_);
    accounts_.Add(row);
    // What the KDC makes of account name and domain ([MS-KILE] 3.3.5.6.1) is no name here: it may
    // be the given one of another account, which nobody exported.
    if (row[kAccountUpn].present()) {
      AddName(object, row[kAccountUpn], row[kAccountSid]);
    }
    AddIdentities(row[kAccountSecurityIdentities], row[kAccountSid]);
  }

  // Nothing shows that every domain of the forest was looked at.
  void Cover(const Provenance& source, WhyUnknown why) {
    accounts_.Cover(Coverage::kPartial, why, source);
    names_.Cover(Coverage::kPartial, why, source);
    identities_.Cover(Coverage::kPartial, why, source);
  }

 private:
  // A name that two objects have is that of one account only where both show the same SID.
  void AddName(const DirectoryObject& object, const Cell& upn, const Cell& sid) {
    std::array row = {upn, sid};
    const auto [known, first] = name_by_upn_.emplace(upn.value.text, object.dn);
    const std::size_t at = names_.Find(row);
    const bool open = !sid.present() || (at != names_.size() && !names_.Row(at)[1].present());
    if (!first && open && !SameNoCase(known->second, object.dn)) {
      row[1] = Cell::Unknown(WhyUnknown::kConflicting, object.source);
    }
    names_.Add(row);
  }

  void AddIdentities(const Cell& identities, const Cell& sid) {
    if (!identities.present() || !sid.present()) {
      return;
    }
    for (const std::string_view identity : identities.value.list) {
      if (!IsCertificate(identity)) {
        continue;
      }
      identities_.Add(std::array{facts_.TextCell(LowerAscii(identity), identities.source), sid});
    }
  }

  FactSpace& facts_;
  Table& accounts_;
  Table& names_;
  Table& identities_;
  std::unordered_map<std::string_view, std::string_view> name_by_upn_{};
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
}

}  // namespace

extern const CollectorSpec kDirectoryAccountCollector;  // declared again by the generated list

const CollectorSpec kDirectoryAccountCollector = {.name = "directory_account",
                                                  .scope = Scope::kEnvironment,
                                                  .tables = kTables,
                                                  .collect = Collect};

}  // namespace whfb::collectors

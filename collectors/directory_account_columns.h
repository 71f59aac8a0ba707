// Columns of environment.account and environment.account_name, for the collector that fills them
// and the derivations that look people up in them.

#ifndef WHFB_COLLECTORS_DIRECTORY_ACCOUNT_COLUMNS_H_
#define WHFB_COLLECTORS_DIRECTORY_ACCOUNT_COLUMNS_H_

#include <array>
#include <string_view>

#include "scanner/core/catalog.h"

namespace whfb::collectors {

inline constexpr std::string_view kAccountTable = "environment.account";
inline constexpr std::string_view kAccountNameTable = "environment.account_name";

inline constexpr std::string_view kAccountIdentityTable = "environment.account_identity";

enum AccountColumn : unsigned {
  kAccountSid,
  kAccountName,
  kAccountUpn,
  kAccountEnabled,
  kAccountCreated,
  kAccountSecurityIdentities,
  kAccountDomain,
  kAccountExpires,
  kAccountLocked,
  kAccountColumnCount,
};

inline constexpr std::array<ColumnSpec, kAccountColumnCount> kAccountColumns = {
    ColumnSpec{"sid", ValueType::kSid, "objectSid", true},
    ColumnSpec{"sam_account_name", ValueType::kText, "sAMAccountName"},
    ColumnSpec{"upn", ValueType::kUpn, "userPrincipalName"},
    ColumnSpec{"enabled", ValueType::kBool, "not disabled, by userAccountControl"},
    ColumnSpec{"when_created", ValueType::kTime, "whenCreated"},
    ColumnSpec{"alt_security_identities", ValueType::kList, "altSecurityIdentities", false,
               ValueType::kText},
    ColumnSpec{"domain", ValueType::kDnsName, "domain in its distinguished name"},
    ColumnSpec{"expires", ValueType::kTime, "accountExpires; absent: never"},
    ColumnSpec{"locked", ValueType::kBool, "locked out after wrong passwords"},
};

// A name that two accounts have is that of none: their SIDs conflict.
inline constexpr std::array kAccountNameColumns = {
    ColumnSpec{"upn", ValueType::kUpn, "userPrincipalName", true},
    ColumnSpec{"sid", ValueType::kSid, "objectSid of the account"},
};

// What accounts show as certificates of theirs. One that two accounts show conflicts.
inline constexpr std::array kAccountIdentityColumns = {
    ColumnSpec{"identity", ValueType::kText, "a value of altSecurityIdentities, in lower case",
               true},
    ColumnSpec{"sid", ValueType::kSid, "objectSid of the account"},
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DIRECTORY_ACCOUNT_COLUMNS_H_

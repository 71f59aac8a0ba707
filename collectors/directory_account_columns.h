// Columns of environment.account, for the collector that fills it and the derivations that look
// people up in it.

#ifndef WHFB_COLLECTORS_DIRECTORY_ACCOUNT_COLUMNS_H_
#define WHFB_COLLECTORS_DIRECTORY_ACCOUNT_COLUMNS_H_

#include <array>

#include "scanner/core/catalog.h"
#include "scanner/core/cell.h"

namespace whfb::collectors {

enum AccountColumn : unsigned {
  kAccountSid,
  kAccountName,
  kAccountUpn,
  kAccountImplicitUpn,
  kAccountDn,
  kAccountDomain,
  kAccountEnabled,
  kAccountCreated,
  kAccountSecurityIdentities,
  kAccountColumnCount,
};

inline constexpr std::array<ColumnSpec, kAccountColumnCount> kAccountColumns = {
    ColumnSpec{"sid", ValueType::kSid, "objectSid", true},
    ColumnSpec{"sam_account_name", ValueType::kText, "sAMAccountName"},
    ColumnSpec{"upn", ValueType::kUpn, "userPrincipalName"},
    ColumnSpec{"implicit_upn", ValueType::kUpn, "account name and domain"},
    ColumnSpec{"dn", ValueType::kDn, "distinguished name"},
    ColumnSpec{"domain", ValueType::kDnsName, "DNS name of its domain"},
    ColumnSpec{"enabled", ValueType::kBool, "not disabled, by userAccountControl"},
    ColumnSpec{"when_created", ValueType::kTime, "whenCreated"},
    ColumnSpec{"alt_security_identities", ValueType::kList, "altSecurityIdentities", false,
               ValueType::kText},
};

using AccountRow = std::array<Cell, kAccountColumnCount>;

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DIRECTORY_ACCOUNT_COLUMNS_H_

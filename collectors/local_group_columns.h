// Columns of device.local_group, for the collector that fills it and the derivation that looks
// people up in it.

#ifndef WHFB_COLLECTORS_LOCAL_GROUP_COLUMNS_H_
#define WHFB_COLLECTORS_LOCAL_GROUP_COLUMNS_H_

#include <array>
#include <string_view>

#include "scanner/core/catalog.h"

namespace whfb::collectors {

inline constexpr std::string_view kLocalGroupTable = "device.local_group";

enum LocalGroupColumn : unsigned {
  kGroupSid,
  kGroupMembers,
  kGroupAccountsOnly,
  kGroupColumnCount
};

inline constexpr std::array<ColumnSpec, kGroupColumnCount> kLocalGroupColumns = {
    ColumnSpec{"sid", ValueType::kSid, "the group", true},
    ColumnSpec{"members", ValueType::kList, "its direct members", false, ValueType::kSid},
    ColumnSpec{"accounts_only", ValueType::kBool,
               "all of its members were read, and none of them is a group"},
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_LOCAL_GROUP_COLUMNS_H_

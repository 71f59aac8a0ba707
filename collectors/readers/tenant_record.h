// Records of what an Intune tenant configures, from Microsoft Graph: settings catalog policies and
// whom policies and profiles are assigned to. Certificate profiles are in small_records.h.

#ifndef WHFB_COLLECTORS_READERS_TENANT_RECORD_H_
#define WHFB_COLLECTORS_READERS_TENANT_RECORD_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "scanner/core/cell.h"

namespace whfb::readers {

// One target of an assignment, as Graph spells it.
struct AssignedTarget {
  std::string_view type{};         // "#microsoft.graph.groupAssignmentTarget"; empty: not told
  std::string_view group{};        // groupId, or the groupName that IntuneCD writes instead
  std::string_view filter{};       // deviceAndAppManagementAssignmentFilterId
  std::string_view filter_type{};  // "none", "include", "exclude"; empty: not told
};

// The assignments of one policy or profile, exported apart from it.
struct AssignmentList {
  std::string_view object{};  // id of the policy or profile
  std::span<const AssignedTarget> targets{};
  bool complete = false;  // no further page, nothing in it was damaged
  Provenance source{};
};

// One setting of a settings catalog policy that has a value. Those of groups and below choices are
// listed like the others.
struct CatalogSetting {
  std::string_view definition{};  // settingDefinitionId
  std::string_view value{};       // of a choice the id of the option; null data: none, or a secret
  bool choice = false;
  Provenance source{};
};

// A settings catalog policy (deviceManagementConfigurationPolicy).
struct CatalogPolicy {
  std::string_view id{};    // empty: IntuneCD leaves it out
  std::string_view name{};  // empty: a list of settings that tells only the id
  std::span<const CatalogSetting> settings{};
  std::span<const AssignedTarget> targets{};
  bool assignments_shown = false;
  bool complete = false;  // all of its settings are here
  Provenance source{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_TENANT_RECORD_H_

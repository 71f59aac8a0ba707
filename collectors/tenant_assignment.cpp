#include "collectors/tenant_assignment.h"

#include <string>
#include <vector>

#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::AssignedTarget;
using readers::AssignmentList;

constexpr std::string_view kExclusion = "#microsoft.graph.exclusionGroupAssignmentTarget";
constexpr std::string_view kAllUsers = "#microsoft.graph.allLicensedUsersAssignmentTarget";
constexpr std::string_view kAllDevices = "#microsoft.graph.allDevicesAssignmentTarget";

std::string TargetText(const AssignedTarget& target) {
  if (target.type == kAllUsers) {
    return "all-users";
  }
  if (target.type == kAllDevices) {
    return "all-devices";
  }
  if (!target.group.empty()) {
    return "group " + LowerAscii(target.group);
  }
  return target.type.empty() ? "not told" : std::string(target.type);
}

TenantAssignment Unknown(WhyUnknown why, const Provenance& source) {
  return {.assigned = Cell::Unknown(why, source), .assigned_to = Cell::Unknown(why, source)};
}

}  // namespace

TenantAssignment AssignmentOf(std::span<const AssignedTarget> targets,
                              const Provenance& source,
                              FactSpace& facts) {
  std::vector<std::string_view> texts;
  for (const AssignedTarget& target : targets) {
    if (target.type != kExclusion) {
      texts.push_back(facts.pool.Intern(TargetText(target)));
    }
  }
  return {.assigned = Cell::Bool(!texts.empty(), source),
          .assigned_to = texts.empty() ? Cell::Absent(source) : facts.ListCell(texts, source)};
}

TenantAssignment AssignmentApart(std::string_view id,
                                 const readers::Records& records,
                                 const Provenance& source,
                                 FactSpace& facts) {
  TenantAssignment best = Unknown(WhyUnknown::kNotCollected, source);
  for (const AssignmentList& list : records.Of<AssignmentList>()) {
    if (id.empty() || !SameNoCase(list.object, id)) {
      continue;
    }
    TenantAssignment found = AssignmentOf(list.targets, list.source, facts);
    if (list.complete) {
      return found;
    }
    // One page shows a target, but never that there are no others.
    found.assigned_to = Cell::Unknown(WhyUnknown::kTruncated, list.source);
    if (found.assigned.value.number == 0) {
      found.assigned = Cell::Unknown(WhyUnknown::kTruncated, list.source);
    }
    best = found;
  }
  return best;
}

}  // namespace whfb::collectors

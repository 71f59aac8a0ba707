#include "collectors/tenant_assignment.h"

#include <algorithm>
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

std::string WhoText(const AssignedTarget& target) {
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

// A filter narrows whom the target reaches.
std::string TargetText(const AssignedTarget& target) {
  std::string text = WhoText(target);
  if (target.filter_type == "include" || target.filter_type == "exclude") {
    text.append(" filter ")
        .append(target.filter_type)
        .append(" ")
        .append(LowerAscii(target.filter));
  }
  return text;
}

TenantAssignment Unknown(WhyUnknown why, const Provenance& source) {
  return {.assigned = Cell::Unknown(why, source),
          .assigned_to = Cell::Unknown(why, source),
          .excluded = Cell::Unknown(why, source)};
}

// One page shows a target, but never that there are no others.
TenantAssignment AssignmentOfList(const AssignmentList& list, FactSpace& facts) {
  TenantAssignment found = AssignmentOf(list.targets, list.source, facts);
  if (!list.complete) {
    found.assigned_to = Cell::Unknown(WhyUnknown::kTruncated, list.source);
    found.excluded = Cell::Unknown(WhyUnknown::kTruncated, list.source);
    if (found.assigned.value.number == 0) {
      found.assigned = Cell::Unknown(WhyUnknown::kTruncated, list.source);
    }
  }
  return found;
}

}  // namespace

TenantAssignment AssignmentOf(std::span<const AssignedTarget> targets,
                              const Provenance& source,
                              FactSpace& facts) {
  std::vector<std::string_view> texts;
  std::vector<std::string_view> excluded;
  for (const AssignedTarget& target : targets) {
    (target.type == kExclusion ? excluded : texts).push_back(facts.pool.Intern(TargetText(target)));
  }
  const auto list = [&](std::vector<std::string_view>& of) {
    std::ranges::sort(of);  // exports write them in any order
    return of.empty() ? Cell::Absent(source) : facts.ListCell(of, source);
  };
  return {.assigned = Cell::Bool(!texts.empty(), source),
          .assigned_to = list(texts),
          .excluded = list(excluded)};
}

AssignmentsApart::AssignmentsApart(const readers::Records& records, FactSpace& facts) {
  for (const AssignmentList& list : records.Of<AssignmentList>()) {
    const TenantAssignment found = AssignmentOfList(list, facts);
    const auto [entry, is_new] = by_object_.try_emplace(LowerAscii(list.object), found);
    TenantAssignment& known = entry->second;
    if (!is_new) {
      known.assigned = MergeWithinBundle(known.assigned, found.assigned, ValueType::kBool);
      known.assigned_to = MergeWithinBundle(known.assigned_to, found.assigned_to, ValueType::kList);
      known.excluded = MergeWithinBundle(known.excluded, found.excluded, ValueType::kList);
    }
  }
}

TenantAssignment AssignmentsApart::Of(std::string_view id, const Provenance& source) const {
  const auto found = id.empty() ? by_object_.end() : by_object_.find(LowerAscii(id));
  return found == by_object_.end() ? Unknown(WhyUnknown::kNotCollected, source) : found->second;
}

}  // namespace whfb::collectors

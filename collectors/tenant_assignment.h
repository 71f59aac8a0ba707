// To whom a policy or profile of the tenant is assigned, as cells. Groups are told by their id: who
// is in them is not in any export.

#ifndef WHFB_COLLECTORS_TENANT_ASSIGNMENT_H_
#define WHFB_COLLECTORS_TENANT_ASSIGNMENT_H_

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "collectors/readers/reader.h"
#include "collectors/readers/tenant_record.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

struct TenantAssignment {
  Cell assigned{};     // somebody is a target; groups that are only excluded assign nothing
  Cell assigned_to{};  // list: all-users, all-devices, group <id>; absent: nobody
  Cell excluded{};     // list: group <id>; absent: no group is excluded
};

[[nodiscard]] TenantAssignment AssignmentOf(std::span<const readers::AssignedTarget> targets,
                                            const Provenance& source,
                                            FactSpace& facts);

// The assignments that were exported apart from their objects. Two exports that differ are
// conflicting.
class AssignmentsApart {
 public:
  AssignmentsApart(const readers::Records& records, FactSpace& facts);

  // Of the object with this id; unknown (not-collected) without any.
  [[nodiscard]] TenantAssignment Of(std::string_view id, const Provenance& source) const;

 private:
  std::unordered_map<std::string, TenantAssignment> by_object_;  // by id in lower case
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_TENANT_ASSIGNMENT_H_

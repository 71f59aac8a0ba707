// Objects of Microsoft Graph to CatalogPolicy and AssignmentList. Requires a document that is at
// most 64 deep.

#ifndef WHFB_COLLECTORS_READERS_GRAPH_POLICY_H_
#define WHFB_COLLECTORS_READERS_GRAPH_POLICY_H_

#include <string_view>

#include "collectors/readers/graph_profile.h"
#include "collectors/readers/tenant_record.h"

namespace whfb::readers {

// False: the object is no settings catalog policy; nothing is added.
bool ReadCatalogPolicy(const Json& object, const EvidenceView& evidence, RecordSink& sink);

// A list that belongs to one object of the tenant. `context` is its "@odata.context", which names
// the object, or empty.
struct GraphPart {
  const Json& list;
  std::string_view context{};
  bool last_page = false;
};

// The settings of one policy, exported apart from it. False: the list is something else.
bool ReadSettingList(const GraphPart& part, const EvidenceView& evidence, RecordSink& sink);

// The assignments of one policy or profile, exported apart from it. False: something else, or
// nothing tells whose they are.
bool ReadAssignmentList(const GraphPart& part, const EvidenceView& evidence, RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_GRAPH_POLICY_H_

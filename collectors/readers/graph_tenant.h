// Objects of Microsoft Graph that are no configuration: users and certificate connectors. In a list
// of them only its "@odata.context" tells what they are.

#ifndef WHFB_COLLECTORS_READERS_GRAPH_TENANT_H_
#define WHFB_COLLECTORS_READERS_GRAPH_TENANT_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "collectors/readers/reader.h"

namespace whfb::readers {

using Json = nlohmann::json;

enum class TenantObject : std::uint8_t { kOther, kUser, kConnector };

// Of a list or a single object: "…/$metadata#users(id,userPrincipalName)/$entity".
[[nodiscard]] TenantObject KindOfContext(std::string_view context);

// By its own "@odata.type", else as its list is. False: neither user nor connector, or it does not
// say which one; nothing is added.
bool ReadTenantObject(const Json& object,
                      TenantObject of_list,
                      const EvidenceView& evidence,
                      RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_GRAPH_TENANT_H_

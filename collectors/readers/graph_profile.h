// One Microsoft Graph object to a ProfileRecord. Requires a document that is at most 64 deep.

#ifndef WHFB_COLLECTORS_READERS_GRAPH_PROFILE_H_
#define WHFB_COLLECTORS_READERS_GRAPH_PROFILE_H_

#include <nlohmann/json.hpp>

#include "collectors/readers/small_records.h"

namespace whfb::readers {

using Json = nlohmann::json;

// False: the object is no certificate profile (settings catalog and others); nothing is added.
bool ReadGraphProfile(const Json& object, const EvidenceView& evidence, RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_GRAPH_PROFILE_H_

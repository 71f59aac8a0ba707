#include "collectors/readers/distribution_points.h"

#include "collectors/readers/general_names.h"

namespace whfb::readers {

bool ReadDistributionName(der::Bytes name, TextPool& pool, std::vector<std::string_view>& uris) {
  der::Walker names(name);
  der::Element full_name;
  if (!names.Optional(der::ContextConstructed(0), full_name)) {
    return true;  // nameRelativeToCRLIssuer
  }
  der::Walker locations(full_name.content);
  der::Element location;
  while (locations.Next(location)) {
    if (uris.size() == kMaxDistributionUris) {
      return false;
    }
    if (location.tag == kUriName) {
      uris.push_back(KeepIa5(location.content, pool));
    }
  }
  return !locations.failed() && !names.failed();
}

bool ReadDistributionPoints(der::Bytes value, TextPool& pool, std::vector<std::string_view>& uris) {
  der::Walker walker(value);
  der::Element sequence;
  if (!walker.Expect(der::kSequence, sequence)) {
    return false;
  }
  der::Walker points(sequence.content);
  der::Element point;
  while (points.Next(point)) {
    der::Walker inner(point.content);
    der::Element name;
    // Without a name there is a cRLIssuer only.
    if (inner.Optional(der::ContextConstructed(0), name) &&
        !ReadDistributionName(name.content, pool, uris)) {
      return false;
    }
  }
  return points.finished();
}

}  // namespace whfb::readers

// The CAs that certificates in use come from, as the environment evidence shows them: the issuers
// of the certificates of the domain controllers, the CAs that are declared or have an enrolment
// service, and the CAs above these. A list of revoked certificates of any other may be that of a CA
// that was retired.

#ifndef WHFB_COLLECTORS_DERIVED_ISSUERS_IN_USE_H_
#define WHFB_COLLECTORS_DERIVED_ISSUERS_IN_USE_H_

#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "scanner/core/facts.h"
#include "scanner/core/time.h"

namespace whfb::collectors {

class IssuersInUse {
 public:
  // `facts` must outlive this. Requires the judged certificates of the domain controllers.
  IssuersInUse(FactSpace& facts, Ticks now);

  // The CA with this name and, where both tell it, this key is known to be in use.
  [[nodiscard]] bool Contains(const Cell& name, const Cell& key) const;

  // There are certificates of this CA and key, and all of them have ended.
  [[nodiscard]] bool IsRetired(const Cell& name, const Cell& key) const;

 private:
  using Ca = std::pair<std::string_view, std::string_view>;  // name and key

  void Use(const Cell& name, const Cell& key);
  void UseThoseAbove();

  const Table& certificates_;  // of CAs
  Ticks now_;
  // Keys by name; an empty key: any.
  std::unordered_map<std::string_view, std::set<std::string_view>> used_;
  std::map<Ca, bool> serves_;  // some certificate of it has not ended
  std::vector<Ca> open_;       // those whose issuers were not looked for yet
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_ISSUERS_IN_USE_H_

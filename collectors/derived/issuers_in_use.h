// The CA keys that certificates in use come from, as far as the environment evidence proves it:
// those of the issuers of valid certificates of domain controllers, of the CAs that are declared or
// have an enrolment service (by their certificates), and of the CAs above these. A list of revoked
// certificates of any other key may be that of a CA, or of a generation of one, that was retired.

#ifndef WHFB_COLLECTORS_DERIVED_ISSUERS_IN_USE_H_
#define WHFB_COLLECTORS_DERIVED_ISSUERS_IN_USE_H_

#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "scanner/core/facts.h"
#include "scanner/core/time.h"

namespace whfb::collectors {

class IssuersInUse {
 public:
  // `facts` must outlive this. Requires the judged certificates of the domain controllers.
  IssuersInUse(FactSpace& facts, Ticks now);

  // The CA with this name and key is known to be in use. False says nothing.
  [[nodiscard]] bool Contains(const Cell& name, const Cell& key) const;

 private:
  using Ca = std::pair<std::string_view, std::string_view>;  // name and key

  void UseOfControllers(const FactSpace& facts, Ticks now);
  void Use(const Cell& name, const Cell& key);

  std::set<Ca> used_;
  std::vector<Ca> open_;  // those whose issuers were not looked for yet
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_ISSUERS_IN_USE_H_

// The CAs that issue, as the environment evidence tells them.

#ifndef WHFB_COLLECTORS_DERIVED_ISSUING_CAS_H_
#define WHFB_COLLECTORS_DERIVED_ISSUING_CAS_H_

#include <string_view>
#include <vector>

#include "scanner/core/facts.h"
#include "scanner/core/time.h"

namespace whfb::collectors {

// Thumbprints of the issuing CAs: the declared ones, else those of the enrolment services.
struct IssuingCas {
  std::vector<std::string_view> sha1{};
  bool every_known =
      true;               // of each CA there is a certificate that has not ended, or its thumbprint
  bool all = false;       // declared to be all that there are
  bool declared = false;  // false: those of the enrolment services, whatever they issue
};

// Requires the subject of the environment; the texts are those of its facts. Certificates of CAs
// that have ended by `now` do not count.
[[nodiscard]] IssuingCas IssuingCasOf(const Subject& environment, Ticks now);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_ISSUING_CAS_H_

// Which certificate profiles may have served the users of a route: one meaning for every
// derivation.

#ifndef WHFB_COLLECTORS_DERIVED_PROFILE_SERVICE_H_
#define WHFB_COLLECTORS_DERIVED_PROFILE_SERVICE_H_

#include <string_view>

#include "collectors/derived/judged_certificate.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

// A profile of the route that is judged, or of which that is not known, and no draft. Requires
// profile.judged and profile.draft.
[[nodiscard]] inline bool MayServe(const Subject& subject, std::string_view route) {
  return subject.kind == SubjectKind::kCertificateProfile &&
         TextIs(subject.facts.Get("profile.route"), route) == Truth::kTrue &&
         IsTrue(subject.facts.Get("profile.judged")) != Truth::kFalse &&
         IsTrue(subject.facts.Get("profile.draft")) != Truth::kTrue;
}

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_PROFILE_SERVICE_H_

// Times of certificates and lists (RFC 5280 sections 4.1.2.5 and 5.1.2.4): YYMMDDHHMMSSZ or
// YYYYMMDDHHMMSSZ, always with seconds, always UTC.

#ifndef WHFB_COLLECTORS_READERS_DER_TIME_H_
#define WHFB_COLLECTORS_READERS_DER_TIME_H_

#include "collectors/readers/der.h"
#include "collectors/readers/known.h"
#include "scanner/core/time.h"

namespace whfb::readers {

// Unknown (malformed) for an element that is no such time.
[[nodiscard]] Known<TimeInterval> ReadDerTime(const der::Element& element);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_DER_TIME_H_

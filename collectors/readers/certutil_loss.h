// What shows that a part of a certutil listing is lost: lines of an element without its banner, a
// second element inside another, numbers that do not run from 0. Without knowing the language.
// Pure, thread-safe.

#ifndef WHFB_COLLECTORS_READERS_CERTUTIL_LOSS_H_
#define WHFB_COLLECTORS_READERS_CERTUTIL_LOSS_H_

#include <span>
#include <string_view>

#include "collectors/readers/certutil_element.h"
#include "collectors/readers/certutil_lines.h"

namespace whfb::readers {

// A banner of which one of the two runs of "=" is gone.
[[nodiscard]] bool IsBrokenBanner(std::string_view line);

// A line as only elements have: a name, a thumbprint, a date, a key provider.
[[nodiscard]] bool BelongsToAnElement(std::string_view line);

// Whether the lines after the subject of a short form hold parts of another certificate.
[[nodiscard]] bool HoldsAnotherCertificate(std::span<const TextLine> lines);

// Whether an element without serial number is a CRL or CTL, not a certificate that lost it.
[[nodiscard]] bool IsListOfOthers(const CertutilElement& element);

// The first element whose number is not the one that follows; null when they run from 0 on, those
// of each word by themselves or all together.
[[nodiscard]] const CertutilElement* FirstOutOfOrder(std::span<const CertutilElement> elements);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CERTUTIL_LOSS_H_

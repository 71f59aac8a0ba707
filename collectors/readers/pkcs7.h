// PKCS#7 as a bag of certificates: SignedData that holds nothing but certificates and lists
// (RFC 2315 section 9.1, RFC 5652 section 5; ".p7b"). Export dialogs, AD CS web enrolment and the
// GetCACert answer of NDES write it. What is signed is not looked at: a signed message or catalogue
// is another format.

#ifndef WHFB_COLLECTORS_READERS_PKCS7_H_
#define WHFB_COLLECTORS_READERS_PKCS7_H_

#include <cstdint>
#include <optional>
#include <span>

#include "collectors/readers/reader.h"
#include "scanner/core/result.h"

namespace whfb::readers {

// `head` may end early.
[[nodiscard]] bool IsBagOfCertificates(std::span<const std::byte> head);

// The certificates and lists inside, as loose ones. Places are `line` where it is given, else
// offsets in `der`. Damage goes to the sink; an Error: the bytes are no such bag.
[[nodiscard]] Status ReadBag(std::span<const std::byte> der,
                             std::optional<std::uint64_t> line,
                             const EvidenceView& evidence,
                             RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_PKCS7_H_

// PEM, for the readers whose format may come in it.

#ifndef WHFB_COLLECTORS_READERS_PEM_H_
#define WHFB_COLLECTORS_READERS_PEM_H_

#include <cstddef>
#include <span>
#include <string_view>

#include "collectors/readers/reader.h"
#include "scanner/core/result.h"

namespace whfb::readers {

inline constexpr std::string_view kCrlLabel = "X509 CRL";

// The first label in the text that is read here: of certificates, PKCS#7 or lists of revoked
// certificates. Empty: none.
[[nodiscard]] std::string_view FirstPemLabel(std::span<const std::byte> head);

// Everything that the blocks hold; places are lines.
[[nodiscard]] Status ReadPem(const EvidenceView& evidence, RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_PEM_H_

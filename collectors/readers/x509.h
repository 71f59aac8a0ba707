// X.509 certificates: the fields that the scanner judges, read straight from DER.
//
// Strict about lengths, tolerant about contents: a field that does not parse is unknown
// (malformed) and the others are still read; only input that is no certificate at all is an
// Error. Nothing is verified here; OpenSSL verifies signatures in collectors/derived. RFC 5280,
// [MS-WCCE] 2.2.2.7.7, KB5014754 (SID extension). Thread-safe.

#ifndef WHFB_COLLECTORS_READERS_X509_H_
#define WHFB_COLLECTORS_READERS_X509_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/reader.h"
#include "scanner/core/result.h"
#include "scanner/core/text_pool.h"

namespace whfb::readers {

enum class Hashes : std::uint8_t { kNone, kSha1, kSha1AndSha256 };

// `der` begins with the certificate; bytes after it are ignored and told by fields.der.size().
// Text, lists and the DER itself are kept in `pool`. `where` names the input for the Error.
[[nodiscard]] Result<CertificateFields> ParseCertificate(std::span<const std::byte> der,
                                                         TextPool& pool,
                                                         Hashes hashes,
                                                         std::string_view where);

// The gap of a certificate at `place` whose extensions could not all be read; none where they
// could.
void AddExtensionGap(const CertificateFields& fields, std::uint64_t place, RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_X509_H_

// The chain that certutil prints below a certificate when it verifies it (-dcinfo, -scinfo): its
// first element shows usages and alternative names, which the short form does not. The names of
// flags and structures in it are those of wincrypt.h in every language. Pure, thread-safe.

#ifndef WHFB_COLLECTORS_READERS_CERTUTIL_CHAIN_H_
#define WHFB_COLLECTORS_READERS_CERTUTIL_CHAIN_H_

#include <span>
#include <string_view>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

// A line as only the dump of a chain has.
[[nodiscard]] bool IsChainLine(std::string_view line);

// Sets eku, the san_* fields and ntds_guid of a certificate whose thumbprint is known, from the
// lines below it. They stay unknown when the chain is of another certificate, is cut, or when the
// usages of the certificate and of its chain differ: a CA above may have narrowed them.
void ReadChainLeaf(std::span<const TextLine> lines, RecordSink& sink, CertificateFields& fields);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CERTUTIL_CHAIN_H_

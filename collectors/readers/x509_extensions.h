// The extensions of a certificate that the scanner judges.

#ifndef WHFB_COLLECTORS_READERS_X509_EXTENSIONS_H_
#define WHFB_COLLECTORS_READERS_X509_EXTENSIONS_H_

#include <string_view>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/der.h"
#include "scanner/core/text_pool.h"

namespace whfb::readers {

// A certificate without extensions: every field of an extension is absent.
void MarkExtensionsAbsent(CertificateFields& fields);

// `extensions` is the content of the SEQUENCE OF Extension. An extension that is damaged, or
// there twice, makes its fields unknown (malformed); a list that is damaged makes every field
// unknown that was not read before the damage.
void ReadExtensions(der::Bytes extensions, TextPool& pool, CertificateFields& fields);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_X509_EXTENSIONS_H_

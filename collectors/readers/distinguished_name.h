// Distinguished names as certutil prints them (formats.md section 1, item 5; CertNameToStr with
// CERT_X500_NAME_STR | CERT_NAME_STR_REVERSE_FLAG): most specific RDN first, ", " between RDNs,
// " + " inside a multi-valued one, S= and E= for state and e-mail, values with specials quoted and
// quotes doubled. Attribute types without a Windows name are OID.<dotted>.

#ifndef WHFB_COLLECTORS_READERS_DISTINGUISHED_NAME_H_
#define WHFB_COLLECTORS_READERS_DISTINGUISHED_NAME_H_

#include <string>

#include "collectors/readers/der.h"

namespace whfb::readers {

// More RDNs than this, or values in one, are no name that a CA writes.
inline constexpr std::size_t kMaxNameParts = 128;

// Replaces `text` with the name; `name` is the content of the RDNSequence. False when it is
// malformed or too long; `text` is then undefined.
bool NameText(der::Bytes name, std::string& text);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_DISTINGUISHED_NAME_H_

// GeneralNames (RFC 5280 section 4.2.1.6): the subject alternative name and single URI entries.

#ifndef WHFB_COLLECTORS_READERS_GENERAL_NAMES_H_
#define WHFB_COLLECTORS_READERS_GENERAL_NAMES_H_

#include <span>
#include <string_view>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/der.h"
#include "scanner/core/text_pool.h"

namespace whfb::readers {

inline constexpr std::uint8_t kUriName = der::ContextPrimitive(6);

// An IA5String as text, kept in the pool.
[[nodiscard]] std::string_view KeepIa5(der::Bytes content, TextPool& pool);

// Absent for an empty list: no entry of that kind is there.
[[nodiscard]] Known<TextList> PresentUnlessEmpty(std::span<const std::string_view> list,
                                                 TextPool& pool);

// Sets the san_* fields and ntds_guid from the value of the extension; false when malformed.
bool ReadSubjectAlternativeName(der::Bytes value, TextPool& pool, CertificateFields& fields);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_GENERAL_NAMES_H_

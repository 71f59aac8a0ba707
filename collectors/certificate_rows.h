// Rows of the certificate tables, from certificates of any source.

#ifndef WHFB_COLLECTORS_CERTIFICATE_ROWS_H_
#define WHFB_COLLECTORS_CERTIFICATE_ROWS_H_

#include <array>

#include "collectors/certificate_columns.h"
#include "collectors/readers/certificate_record.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

using CertificateRow = std::array<Cell, kCertificateColumnCount>;

// The three states of every field are kept. UPNs and DNS names become lower case. Text of the
// record must live in the pool of `facts` (it does: records use that pool). Remembers the DER
// in facts.der_by_sha1.
[[nodiscard]] CertificateRow FillCertificateRow(const readers::CertificateRecord& record,
                                                FactSpace& facts);

// The thumbprint of a record; unknown (malformed) where it has none.
[[nodiscard]] Cell ThumbprintCell(const readers::CertificateRecord& record);

// All that is left of a certificate whose signature is false: that there is one.
[[nodiscard]] CertificateRow DoubtfulRow(const Cell& sha1);

// The Hello key storage provider (evidence.md section 6).
inline constexpr std::string_view kPassportProvider = "Microsoft Passport Key Storage Provider";

inline constexpr std::string_view kSmartCardLogonEku = "1.3.6.1.4.1.311.20.2.2";
inline constexpr std::string_view kKdcEku = "1.3.6.1.5.2.3.5";

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_CERTIFICATE_ROWS_H_

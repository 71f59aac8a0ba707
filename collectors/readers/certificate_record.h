// Certificates as any source shows them: DER, serialized store, registry blob, certutil text.
//
// "This format does not show it" is unknown (not-collected); "the extension is not there" is
// absent. Text follows the types of scanner/core/cell.h: hex lower case without separators,
// names most specific RDN first as certutil prints them (formats.md section 1, item 5),
// OIDs dotted.

#ifndef WHFB_COLLECTORS_READERS_CERTIFICATE_RECORD_H_
#define WHFB_COLLECTORS_READERS_CERTIFICATE_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "collectors/readers/known.h"
#include "collectors/readers/reader.h"
#include "scanner/core/cell.h"

namespace whfb::readers {

using TextList = std::span<const std::string_view>;

// The fields of one X.509 certificate (RFC 5280).
struct CertificateFields {
  Known<std::string_view> sha1{};  // thumbprint of the DER
  Known<std::string_view> sha256{};
  Known<std::string_view> serial{};  // DER sign octet dropped, as Windows prints it
  Known<std::string_view> issuer{};
  Known<std::string_view> subject{};  // present and "" for an empty name
  Known<bool> self_issued{};          // issuer equals subject (byte for byte where DER is known)
  Known<TimeInterval> not_before{};
  Known<TimeInterval> not_after{};
  Known<std::string_view> key_algorithm{};  // "RSA", "EC", else the OID
  Known<std::int64_t> key_bits{};
  Known<std::string_view> signature_hash{};  // "sha256", "sha1", "md5", ...; else the OID
  Known<bool> is_ca{};                       // basicConstraints cA; absent: no such extension
  // keyUsage as Windows writes its first byte: 0x80 digitalSignature, 0x20 keyEncipherment,
  // 0x04 keyCertSign; decipherOnly is 0x8000. Absent: no such extension.
  Known<std::int64_t> key_usage{};
  Known<TextList> eku{};      // absent: no such extension
  Known<TextList> san_upn{};  // otherName 1.3.6.1.4.1.311.20.2.3; absent: no UPN in the SAN
  Known<TextList> san_dns{};
  Known<TextList> san_uri{};
  Known<TextList> san_email{};
  Known<std::string_view> ntds_guid{};      // otherName 1.3.6.1.4.1.311.25.1: a DC
  Known<std::string_view> sid_extension{};  // 1.3.6.1.4.1.311.25.2
  Known<std::string_view> template_oid{};   // 1.3.6.1.4.1.311.21.7
  Known<std::string_view> template_name{};  // 1.3.6.1.4.1.311.20.2, or the name certutil resolved
  Known<std::string_view> template_version{};  // "100.4", beside template_oid
  Known<std::string_view> subject_key_id{};
  Known<std::string_view> authority_key_id{};
  Known<TextList> aia_issuers{};  // caIssuers URIs
  Known<TextList> ocsp{};
  Known<TextList> cdp{};  // CRL distribution point URIs, in order

  // Extensions that are there and could not be read; what they say is unknown.
  std::uint32_t unread_extensions = 0;
  bool too_many_entries = false;  // one of them has more entries than the limit

  // For chains; empty when only text is known. In the TextPool of the records.
  std::span<const std::byte> der{};
  std::span<const std::byte> issuer_der{};
  std::span<const std::byte> subject_der{};
};

// Certificates and lists of revoked ones of one file that holds any number of them; more is a gap.
inline constexpr std::uint64_t kMaxInFile = 4096;
inline constexpr std::string_view kMoreInFile =
    "there is more after 4096 certificates and lists, which is not read";

enum class StoreScope : std::uint8_t { kUnknown, kUser, kMachine };

// A certificate in a place, with the properties of the place.
struct CertificateRecord {
  CertificateFields fields{};
  StoreScope scope = StoreScope::kUnknown;
  std::string_view store{};     // lower case: "my", "root", "ca", "ntauth"; empty: a loose file
  std::string_view profile{};   // the profile folder that the store lies in; empty: in none
  std::string_view computer{};  // whose machine store it was seen in; empty: this one, or not told
  bool on_card = false;         // offered by the smart card that Hello emulates for its user
  Known<bool> archived{};
  Known<std::string_view> provider{};   // absent: the place shows that there is no key association
  Known<std::string_view> container{};  // key container name
  Known<bool> key_present{};            // false: "Missing stored keyset" and the like
  Known<bool> exportable{};
  Known<std::string_view> friendly_name{};
  Context context{};
  Provenance source{};
};

// One listing of one store: what says whether a certificate that is not listed does not exist.
struct StoreListing {
  StoreScope scope = StoreScope::kUnknown;
  std::string_view store{};
  std::string_view profile{};
  bool complete = false;  // read to its end, with the closing line where the format has one
  WhyUnknown why = WhyUnknown::kTruncated;  // meaningful unless complete
  std::uint32_t certificates = 0;
  Context context{};
  Provenance source{};
};

// What `certutil -dcinfo` says of one domain controller. It never lists a store whole; that a
// section is complete says that no KDC certificate it counted is lost.
struct KdcSection {
  std::string_view computer{};              // its short name; empty: lost
  bool complete = false;                    // ended by the number of those that were read
  WhyUnknown why = WhyUnknown::kTruncated;  // meaningful unless complete
  Provenance source{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CERTIFICATE_RECORD_H_

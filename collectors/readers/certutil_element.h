// One element of a certutil store listing: the lines between two banners, short or `-v`.
//
// What the short form does not show (EKU, SAN, key size, ...) stays unknown (not-collected); in
// the `-v` form an extension is absent when the announced number of extensions was read.

#ifndef WHFB_COLLECTORS_READERS_CERTUTIL_ELEMENT_H_
#define WHFB_COLLECTORS_READERS_CERTUTIL_ELEMENT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/certutil_dates.h"
#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

struct CertutilElement {
  Banner banner{};
  std::uint64_t line = 0;             // of the banner
  std::span<const TextLine> lines{};  // after the banner, without blank lines
  bool finished = false;              // something follows that shows that it was printed whole
  std::string_view flaw{};            // what is wrong with a line of it; empty: nothing
  std::uint64_t flaw_line = 0;
};

enum class ElementKind : std::uint8_t { kCertificate, kOther, kDamaged };

struct ElementReading {
  ElementKind kind = ElementKind::kOther;  // kOther: a CRL or CTL
  CertificateRecord record{};              // without scope, store, context and dates
  DatePair dates{};
  std::string problem{};  // for kDamaged
};

// Text of the record is kept in the pool of `sink`.
[[nodiscard]] ElementReading ReadCertutilElement(const CertutilElement& element, RecordSink& sink);

// Parts of the above, each in its own file. `lines` is what follows the part before.

// The `-v` dump after the serial number: names, dates, algorithms, extensions, hashes.
void ReadVerboseFields(std::span<const TextLine> lines, RecordSink& sink, ElementReading& reading);

// Provider, container and the results of the key test.
void ReadKeyPart(std::span<const TextLine> lines,
                 bool verbose,
                 bool finished,
                 RecordSink& sink,
                 CertificateRecord& record);

// The extension with this OID; false when it is none that the record has a field for.
void ReadVerboseExtension(std::string_view oid,
                          std::span<const TextLine> lines,
                          RecordSink& sink,
                          CertificateFields& fields);

// Every extension field that is still unknown becomes absent.
void MarkMissingExtensionsAbsent(CertificateFields& fields);

// A kept copy; unknown (too-large) when the pool is full.
[[nodiscard]] Known<std::string_view> KeepText(std::string_view text, RecordSink& sink);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CERTUTIL_ELEMENT_H_

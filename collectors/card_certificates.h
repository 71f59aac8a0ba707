// Certificates that the smart card of Hello offers (`certutil -scinfo`), as rows of the user's
// store.
//
// A card shows usages and names that a short listing does not; it completes the rows of a listing
// and stands for itself where none was collected. Where the store was listed whole, a certificate
// that is not in it is not of this device: the card may be that of the computer from which the
// session was opened.

#ifndef WHFB_COLLECTORS_CARD_CERTIFICATES_H_
#define WHFB_COLLECTORS_CARD_CERTIFICATES_H_

#include <span>

#include "collectors/collector.h"
#include "collectors/readers/certificate_record.h"

namespace whfb::collectors {

// After the listings are counted.
void AddCardCertificates(std::span<const readers::CertificateRecord> records,
                         const Declared& declared,
                         FactSpace& facts);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_CARD_CERTIFICATES_H_

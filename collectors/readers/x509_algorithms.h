// What the algorithm identifiers and the public key of a certificate mean.

#ifndef WHFB_COLLECTORS_READERS_X509_ALGORITHMS_H_
#define WHFB_COLLECTORS_READERS_X509_ALGORITHMS_H_

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/der.h"
#include "scanner/core/text_pool.h"

namespace whfb::readers {

// From the content of the outer signatureAlgorithm: sets signature_hash.
void ReadSignatureAlgorithm(der::Bytes algorithm, TextPool& pool, CertificateFields& fields);

// From the content of SubjectPublicKeyInfo: sets key_algorithm and key_bits.
void ReadPublicKey(der::Bytes key, TextPool& pool, CertificateFields& fields);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_X509_ALGORITHMS_H_

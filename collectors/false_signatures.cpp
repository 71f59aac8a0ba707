#include "collectors/false_signatures.h"

#include <cstddef>

#include "collectors/certificate_signature.h"
#include "collectors/readers/small_records.h"

namespace whfb::collectors {

namespace {

// A CA key has a few certificates; with more of them somebody wants this to take long.
constexpr std::size_t kMaxAuthorities = 16;

bool CanSign(const readers::CertificateFields& fields) {
  return fields.is_ca.present() && fields.is_ca.value && fields.subject.present() &&
         fields.subject_key_id.present() && !fields.der.empty();
}

}  // namespace

FalseSignatures::FalseSignatures(const readers::Records& records) {
  for (const readers::CertificateRecord& record : records.Of<readers::CertificateRecord>()) {
    if (CanSign(record.fields)) {
      authorities_.emplace(record.fields.subject_key_id.value, &record.fields);
    }
  }
  for (const readers::ProfileRecord& profile : records.Of<readers::ProfileRecord>()) {
    if (profile.has_certificate && CanSign(profile.certificate)) {
      authorities_.emplace(profile.certificate.subject_key_id.value, &profile.certificate);
    }
  }
}

bool FalseSignatures::Has(const readers::CertificateFields& certificate) const {
  if (certificate.der.empty() || !certificate.issuer.present() ||
      !certificate.authority_key_id.present()) {
    return false;
  }
  std::size_t asked = 0;
  const auto [first, last] = authorities_.equal_range(certificate.authority_key_id.value);
  for (auto authority = first; authority != last; ++authority) {
    if (authority->second->subject.value != certificate.issuer.value) {
      continue;
    }
    if (++asked > kMaxAuthorities ||
        VerifySignature(certificate.der, authority->second->der) != Signature::kBad) {
      return false;
    }
  }
  return asked != 0;
}

}  // namespace whfb::collectors

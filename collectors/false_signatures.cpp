#include "collectors/false_signatures.h"

#include <algorithm>
#include <cstddef>

#include "collectors/certificate_columns.h"
#include "collectors/readers/small_records.h"

namespace whfb::collectors {

namespace {

// A CA key has a few certificates, and the first that is honest ends the search; with more of them
// somebody wants this to take long.
constexpr std::size_t kMaxAuthorities = 16;

bool CanSign(const readers::CertificateFields& fields) {
  return fields.is_ca.present() && fields.is_ca.value && fields.subject.present() &&
         fields.subject_key_id.present() && !fields.der.empty();
}

Signed SignedOf(const readers::CertificateFields& fields) {
  return {.sha1 = fields.sha1.present() ? fields.sha1.value : std::string_view{},
          .der = fields.der};
}

Signed SignedOf(std::span<const Cell> row, const FactSpace& space) {
  if (!row[kSha1].present()) {
    return {};
  }
  const auto der = space.der_by_sha1.find(row[kSha1].value.text);
  return der == space.der_by_sha1.end() ? Signed{} : Signed{.sha1 = der->first, .der = der->second};
}

}  // namespace

FalseSignatures::FalseSignatures(const readers::Records& records) {
  const auto add = [this](const readers::CertificateFields& fields) {
    if (CanSign(fields)) {
      Add(fields.subject_key_id.value,
          {.subject = fields.subject.value, .certificate = SignedOf(fields)});
    }
  };
  for (const readers::CertificateRecord& record : records.Of<readers::CertificateRecord>()) {
    add(record.fields);
  }
  for (const readers::ProfileRecord& profile : records.Of<readers::ProfileRecord>()) {
    if (profile.has_certificate) {
      add(profile.certificate);
    }
  }
}

void FalseSignatures::Add(std::string_view key_id, const Authority& authority) {
  const auto [first, last] = authorities_.equal_range(key_id);
  const bool known = std::any_of(first, last, [&](const auto& one) {
    return one.second.certificate.sha1 == authority.certificate.sha1;
  });
  if (!known) {
    authorities_.emplace(key_id, authority);
  }
}

void FalseSignatures::AddAuthority(std::span<const Cell> row, const FactSpace& space) {
  const Signed certificate = SignedOf(row, space);
  const bool ca = row[kIsCa].present() && row[kIsCa].value.number != 0;
  if (ca && !certificate.der.empty() && row[kSubject].present() && row[kSubjectKeyId].present()) {
    Add(row[kSubjectKeyId].value.text,
        {.subject = row[kSubject].value.text, .certificate = certificate});
  }
}

bool FalseSignatures::Has(const readers::CertificateFields& certificate) const {
  return certificate.issuer.present() && certificate.authority_key_id.present() &&
         Has(certificate.issuer.value, certificate.authority_key_id.value, SignedOf(certificate));
}

bool FalseSignatures::Has(std::span<const Cell> row, const FactSpace& space) const {
  return row[kIssuer].present() && row[kAuthorityKeyId].present() &&
         Has(row[kIssuer].value.text, row[kAuthorityKeyId].value.text, SignedOf(row, space));
}

bool FalseSignatures::Has(std::string_view issuer,
                          std::string_view key_id,
                          const Signed& certificate) const {
  if (certificate.der.empty()) {
    return false;
  }
  std::size_t asked = 0;
  const auto [first, last] = authorities_.equal_range(key_id);
  for (auto authority = first; authority != last && asked < kMaxAuthorities; ++authority) {
    if (authority->second.subject != issuer) {
      continue;
    }
    ++asked;
    if (VerifyOnce(certificate, authority->second.certificate) != Signature::kBad) {
      return false;
    }
  }
  return asked != 0;
}

}  // namespace whfb::collectors

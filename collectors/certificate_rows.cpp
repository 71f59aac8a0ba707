#include "collectors/certificate_rows.h"

#include <algorithm>
#include <string>
#include <vector>

#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::Known;
using readers::TextList;

template <typename T>
Cell NotPresent(const Known<T>& field, const Provenance& source) {
  return field.knowledge == Knowledge::kAbsent ? Cell::Absent(source)
                                               : Cell::Unknown(field.why, source);
}

Cell BoolCell(const Known<bool>& field, const Provenance& source) {
  return field.present() ? Cell::Bool(field.value, source) : NotPresent(field, source);
}

Cell IntCell(const Known<std::int64_t>& field, const Provenance& source) {
  return field.present() ? Cell::Int(field.value, source) : NotPresent(field, source);
}

Cell TimeCell(const Known<TimeInterval>& field, const Provenance& source) {
  return field.present() ? Cell::Time(field.value, source) : NotPresent(field, source);
}

Cell TextCell(const Known<std::string_view>& field, const Provenance& source) {
  return field.present() ? Cell::Text(field.value, source) : NotPresent(field, source);
}

Cell ListCell(const Known<TextList>& field, const Provenance& source) {
  return field.present() ? Cell::List(field.value, source) : NotPresent(field, source);
}

// UPNs and DNS names: lower case, and no dot at the end of a DNS name.
Cell LowerListCell(const Known<TextList>& field, const Provenance& source, FactSpace& facts) {
  if (!field.present()) {
    return NotPresent(field, source);
  }
  std::vector<std::string> lower;
  for (const std::string_view item : field.value) {
    std::string& text = lower.emplace_back(item);
    std::ranges::transform(text, text.begin(), LowerLetter);
    if (text.ends_with('.')) {
      text.pop_back();
    }
  }
  const std::vector<std::string_view> views(lower.begin(), lower.end());
  return facts.ListCell(views, source);
}

void Remember(const readers::CertificateFields& fields, FactSpace& facts) {
  if (fields.sha1.present() && !fields.der.empty()) {
    facts.der_by_sha1.emplace(fields.sha1.value, fields.der);
  }
}

void FillPlace(const readers::CertificateRecord& record, CertificateRow& row) {
  row[kArchived] = BoolCell(record.archived, record.source);
  row[kProvider] = TextCell(record.provider, record.source);
  row[kContainer] = TextCell(record.container, record.source);
  row[kKeyPresent] = BoolCell(record.key_present, record.source);
  row[kExportable] = BoolCell(record.exportable, record.source);
  row[kStore] = record.store.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, record.source)
                                     : Cell::Text(record.store, record.source);
}

}  // namespace

CertificateRow DoubtfulRow(const Cell& sha1) {
  CertificateRow row;
  row.fill(Cell::Unknown(WhyUnknown::kMalformed, sha1.source));
  row[kSha1] = sha1;
  return row;
}

CertificateRow FillCertificateRow(const readers::CertificateRecord& record, FactSpace& facts) {
  const readers::CertificateFields& fields = record.fields;
  const Provenance& source = record.source;
  CertificateRow row;
  row[kSha1] = TextCell(fields.sha1, source);
  row[kSerial] = TextCell(fields.serial, source);
  row[kIssuer] = TextCell(fields.issuer, source);
  row[kSubject] = TextCell(fields.subject, source);
  row[kSelfIssued] = BoolCell(fields.self_issued, source);
  row[kNotBefore] = TimeCell(fields.not_before, source);
  row[kNotAfter] = TimeCell(fields.not_after, source);
  row[kKeyAlgorithm] = TextCell(fields.key_algorithm, source);
  row[kKeyBits] = IntCell(fields.key_bits, source);
  row[kSignatureHash] = TextCell(fields.signature_hash, source);
  row[kIsCa] = BoolCell(fields.is_ca, source);
  row[kKeyUsage] = IntCell(fields.key_usage, source);
  row[kEku] = ListCell(fields.eku, source);
  row[kSanUpn] = LowerListCell(fields.san_upn, source, facts);
  row[kSanDns] = LowerListCell(fields.san_dns, source, facts);
  row[kSanUri] = ListCell(fields.san_uri, source);
  row[kSidExtension] = TextCell(fields.sid_extension, source);
  row[kTemplateOid] = TextCell(fields.template_oid, source);
  row[kTemplateName] = TextCell(fields.template_name, source);
  row[kSubjectKeyId] = TextCell(fields.subject_key_id, source);
  row[kAuthorityKeyId] = TextCell(fields.authority_key_id, source);
  row[kAiaIssuers] = ListCell(fields.aia_issuers, source);
  row[kOcsp] = ListCell(fields.ocsp, source);
  row[kCdp] = ListCell(fields.cdp, source);
  FillPlace(record, row);
  Remember(fields, facts);
  return row;
}

}  // namespace whfb::collectors

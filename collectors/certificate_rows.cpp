#include "collectors/certificate_rows.h"

#include <algorithm>
#include <string>
#include <vector>

#include "collectors/known_cells.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::Known;
using readers::TextList;

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

// A certificate of version 2 names its template by OID; the directory knows the name, and so does a
// listing where it could be asked.
Cell TemplateNameCell(const readers::CertificateFields& fields, const Provenance& source) {
  return fields.template_name.knowledge == Knowledge::kAbsent && fields.template_oid.present()
             ? Cell::Unknown(WhyUnknown::kNotCollected, source)
             : CellOf(fields.template_name, source);
}

void Remember(const readers::CertificateFields& fields, FactSpace& facts) {
  if (fields.sha1.present() && !fields.der.empty()) {
    facts.der_by_sha1.emplace(fields.sha1.value, fields.der);
  }
}

void FillPlace(const readers::CertificateRecord& record, CertificateRow& row) {
  row[kArchived] = CellOf(record.archived, record.source);
  row[kProvider] = CellOf(record.provider, record.source);
  row[kContainer] = CellOf(record.container, record.source);
  row[kKeyPresent] = CellOf(record.key_present, record.source);
  row[kExportable] = CellOf(record.exportable, record.source);
  row[kStore] = record.store.empty() ? Cell::Unknown(WhyUnknown::kNotCollected, record.source)
                                     : Cell::Text(record.store, record.source);
}

}  // namespace

Cell ThumbprintCell(const readers::CertificateRecord& record) {
  return record.fields.sha1.present() ? Cell::Text(record.fields.sha1.value, record.source)
                                      : Cell::Unknown(WhyUnknown::kMalformed, record.source);
}

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
  row[kSha1] = CellOf(fields.sha1, source);
  row[kSerial] = CellOf(fields.serial, source);
  row[kIssuer] = CellOf(fields.issuer, source);
  row[kSubject] = CellOf(fields.subject, source);
  row[kSelfIssued] = CellOf(fields.self_issued, source);
  row[kNotBefore] = CellOf(fields.not_before, source);
  row[kNotAfter] = CellOf(fields.not_after, source);
  row[kKeyAlgorithm] = CellOf(fields.key_algorithm, source);
  row[kKeyBits] = CellOf(fields.key_bits, source);
  row[kSignatureHash] = CellOf(fields.signature_hash, source);
  row[kIsCa] = CellOf(fields.is_ca, source);
  row[kKeyUsage] = CellOf(fields.key_usage, source);
  row[kEku] = CellOf(fields.eku, source);
  row[kSanUpn] = LowerListCell(fields.san_upn, source, facts);
  row[kSanDns] = LowerListCell(fields.san_dns, source, facts);
  row[kSanUri] = CellOf(fields.san_uri, source);
  row[kSidExtension] = CellOf(fields.sid_extension, source);
  row[kTemplateOid] = CellOf(fields.template_oid, source);
  row[kTemplateName] = TemplateNameCell(fields, source);
  row[kTemplateVersion] = CellOf(fields.template_version, source);
  row[kSubjectKeyId] = CellOf(fields.subject_key_id, source);
  row[kAuthorityKeyId] = CellOf(fields.authority_key_id, source);
  row[kAiaIssuers] = CellOf(fields.aia_issuers, source);
  row[kOcsp] = CellOf(fields.ocsp, source);
  row[kCdp] = CellOf(fields.cdp, source);
  FillPlace(record, row);
  Remember(fields, facts);
  return row;
}

}  // namespace whfb::collectors

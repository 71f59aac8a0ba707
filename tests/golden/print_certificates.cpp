// Certificates and store listings. A member that is added to a record must be added here: the
// bindings name all of them.

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/crl.h"
#include "tests/golden/printed_record.h"

namespace whfb::golden {

using readers::CertificateFields;
using readers::CertificateRecord;
using readers::CrlRecord;
using readers::KdcSection;
using readers::StoreListing;
using readers::StoreScope;

namespace {

std::string_view ScopeText(StoreScope scope) {
  switch (scope) {
    case StoreScope::kUser:
      return "user";
    case StoreScope::kMachine:
      return "machine";
    case StoreScope::kUnknown:
      break;
  }
  return "not told";
}

}  // namespace

void PrintFields(const CertificateFields& fields, RecordPrinter& printer) {
  const auto& [sha1, sha256, serial, issuer, subject, self_issued, not_before, not_after,
               key_algorithm, key_bits, signature_hash, is_ca, key_usage, eku, san_upn, san_dns,
               san_uri, san_email, ntds_guid, sid_extension, template_oid, template_name,
               template_version, subject_key_id, authority_key_id, aia_issuers, ocsp, cdp,
               unread_extensions, too_many_entries, der, issuer_der, subject_der] = fields;
  printer.Field("sha1", sha1)
      .Field("sha256", sha256)
      .Field("serial", serial)
      .Field("issuer", issuer)
      .Field("subject", subject)
      .Field("self_issued", self_issued)
      .Field("not_before", not_before)
      .Field("not_after", not_after)
      .Field("key_algorithm", key_algorithm)
      .Field("key_bits", key_bits)
      .Field("signature_hash", signature_hash)
      .Field("is_ca", is_ca)
      .Field("key_usage", key_usage)
      .Field("eku", eku)
      .Field("san_upn", san_upn)
      .Field("san_dns", san_dns)
      .Field("san_uri", san_uri)
      .Field("san_email", san_email)
      .Field("ntds_guid", ntds_guid)
      .Field("sid_extension", sid_extension)
      .Field("template_oid", template_oid)
      .Field("template_name", template_name)
      .Field("template_version", template_version)
      .Field("subject_key_id", subject_key_id)
      .Field("authority_key_id", authority_key_id)
      .Field("aia_issuers", aia_issuers)
      .Field("ocsp", ocsp)
      .Field("cdp", cdp);
  if (unread_extensions > 0) {
    printer.Field("unread_extensions",
                  std::string_view(fmt::format("{}{}", unread_extensions,
                                               too_many_entries ? ", too many entries" : "")));
  }
  if (!der.empty()) {
    printer.Field("der", std::string_view(fmt::format("{} bytes, issuer {}, subject {}", der.size(),
                                                      issuer_der.size(), subject_der.size())));
  }
}

namespace {

void PrintProfile(std::string_view profile, RecordPrinter& printer) {
  if (!profile.empty()) {
    printer.Field("profile", profile);
  }
}

PrintedRecord Print(const CertificateRecord& record) {
  const auto& [fields, scope, store, profile, computer, on_card, archived, provider, container,
               key_present, exportable, friendly_name, context, source] = record;
  RecordPrinter printer("certificate", source);
  PrintFields(fields, printer);
  printer.Field("scope", ScopeText(scope)).Field("store", store);
  PrintProfile(profile, printer);
  if (!computer.empty()) {
    printer.Field("computer", computer);
  }
  if (on_card) {
    printer.Field("on_card", on_card);
  }
  printer.Field("archived", archived)
      .Field("provider", provider)
      .Field("container", container)
      .Field("key_present", key_present)
      .Field("exportable", exportable)
      .Field("friendly_name", friendly_name)
      .Context(context);
  return std::move(printer).Take();
}

PrintedRecord Print(const StoreListing& listing) {
  const auto& [scope, store, profile, complete, why, certificates, context, source] = listing;
  RecordPrinter printer("store-listing", source);
  printer.Field("scope", ScopeText(scope)).Field("store", store);
  PrintProfile(profile, printer);
  printer.Field("complete", complete ? "yes" : std::string("no, ").append(ToString(why)),
                FieldKind::kClaim);
  printer.Field("certificates", std::int64_t{certificates}, FieldKind::kSummary).Context(context);
  return std::move(printer).Take();
}

PrintedRecord Print(const KdcSection& section) {
  const auto& [computer, complete, why, source] = section;
  RecordPrinter printer("kdc-section", source);
  printer.Field("computer", computer)
      .Field("complete", complete ? "yes" : std::string("no, ").append(ToString(why)),
             FieldKind::kClaim);
  return std::move(printer).Take();
}

PrintedRecord Print(const CrlRecord& crl) {
  const auto& [sha1, issuer, authority_key_id, this_update, next_update, next_publish, number, base,
               signature_hash, cdp, freshest, revoked, unread_extensions, context, source] = crl;
  RecordPrinter printer("crl", source);
  printer.Field("sha1", sha1)
      .Field("issuer", issuer)
      .Field("authority_key_id", authority_key_id)
      .Field("this_update", this_update)
      .Field("next_update", next_update)
      .Field("next_publish", next_publish)
      .Field("number", number)
      .Field("base", base)
      .Field("signature_hash", signature_hash)
      .Field("cdp", cdp)
      .Field("freshest", freshest)
      .Field("revoked", static_cast<std::int64_t>(revoked));
  if (unread_extensions > 0) {
    printer.Field("unread_extensions", std::int64_t{unread_extensions});
  }
  printer.Context(context);
  return std::move(printer).Take();
}

}  // namespace

void PrintCertificates(const readers::Records& records, std::vector<PrintedRecord>& out) {
  for (const StoreListing& listing : records.Of<StoreListing>()) {
    out.push_back(Print(listing));
  }
  for (const CertificateRecord& record : records.Of<CertificateRecord>()) {
    out.push_back(Print(record));
  }
  for (const KdcSection& section : records.Of<KdcSection>()) {
    out.push_back(Print(section));
  }
  for (const CrlRecord& crl : records.Of<CrlRecord>()) {
    out.push_back(Print(crl));
  }
}

}  // namespace whfb::golden

// Records of formats that one collector reads. A member that is added to a record must be added
// here: the bindings name all of them.

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/connection_record.h"
#include "collectors/readers/entra_record.h"
#include "collectors/readers/request_record.h"
#include "collectors/readers/small_records.h"
#include "collectors/readers/tenant_record.h"
#include "collectors/readers/web_record.h"
#include "tests/golden/printed_record.h"

namespace whfb::golden {

using namespace std::string_view_literals;

namespace {

PrintedRecord Print(const readers::DsregcmdRun& run) {
  const auto& [sections, complete, context, source] = run;
  RecordPrinter printer("dsregcmd-run", source);
  printer.Field("sections", sections, FieldKind::kExtra)
      .Field("complete", complete, FieldKind::kClaim)
      .Context(context);
  return std::move(printer).Take();
}

// The account is that of the run, printed there.
PrintedRecord Print(const readers::DsregcmdField& field) {
  const auto& [section, name, value, context, source] = field;
  RecordPrinter printer("dsregcmd-field", source);
  printer.Field(fmt::format("{} / {}", section, name), value);
  (void)context;
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::ListedKey& key) {
  const auto& [provider, name, context, source] = key;
  RecordPrinter printer("listed-key", source);
  printer.Field("provider", provider).Field("name", name).Context(context);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::ScepSection& section) {
  const auto& [complete, context, source] = section;
  RecordPrinter printer("scep-section", source);
  printer.Field("complete", complete, FieldKind::kClaim).Context(context);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::ScepState& state) {
  const auto& [unique_id, status, error, key_protection, key_usage, key_length, retry_count, eku,
               thumbprint, server_url, hash_algorithm, context, source] = state;
  RecordPrinter printer("scep-state", source);
  printer.Field("unique_id", unique_id)
      .Field("status", status)
      .Field("error", error)
      .Field("key_protection", key_protection)
      .Field("key_usage", key_usage)
      .Field("key_length", key_length)
      .Field("retry_count", retry_count)
      .Field("eku", eku)
      .Field("thumbprint", thumbprint)
      .Field("server_url", server_url)
      .Field("hash_algorithm", hash_algorithm)
      .Context(context);
  return std::move(printer).Take();
}

void PrintAttributes(std::span<const readers::DirectoryAttribute> attributes,
                     RecordPrinter& printer) {
  for (const auto& [name, values, place, whole, why] : attributes) {
    const std::string label = fmt::format("{} @{}", name, place.place);
    if (whole) {
      printer.Field(label, values);
    } else {
      printer.Field(label, readers::Known<readers::TextList>::Unknown(why));
    }
  }
}

std::string_view ToString(readers::DirectoryKind kind) {
  using enum readers::DirectoryKind;
  switch (kind) {
    case kUser:
      return "user";
    case kNtAuth:
      return "ntauth";
    case kRootCa:
      return "root-ca";
    case kIntermediateCa:
      return "intermediate-ca";
    case kEnrolmentService:
      return "enrolment-service";
  }
  return "";
}

PrintedRecord Print(const readers::DirectoryObject& object) {
  const auto& [kind, dn, attributes, visibility, source] = object;
  const auto& [shown, requested, complete, why] = visibility;
  RecordPrinter printer("directory-object", source);
  printer.Field("kind", ToString(kind)).Field("dn", dn);
  printer.Field("complete",
                complete && shown != readers::Shown::kSome
                    ? "yes"
                    : std::string("no, ").append(ToString(why)),
                FieldKind::kClaim);
  if (shown == readers::Shown::kListed) {
    printer.Field("requested", requested, FieldKind::kExtra);
  }
  PrintAttributes(attributes, printer);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::DirectorySearch& search) {
  const auto& [base, scope, filter, complete, why, source] = search;
  RecordPrinter printer("directory-search", source);
  printer.Field("base", base)
      .Field("scope", static_cast<std::int64_t>(scope))
      .Field("filter", filter)
      .Field("complete", complete ? "yes" : std::string("no, ").append(ToString(why)),
             FieldKind::kClaim);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::TemplateRecord& record) {
  const auto& [cn, exact_name, attributes, complete, why, requested, has_dump_trailer, source] =
      record;
  RecordPrinter printer("template", source);
  printer.Field("cn", cn);
  if (!exact_name) {
    printer.Field("exact_name", exact_name);
  }
  printer.Field("complete", complete ? "yes" : std::string("no, ").append(ToString(why)),
                FieldKind::kClaim);
  printer.Field("has_dump_trailer", has_dump_trailer, FieldKind::kExtra);
  if (!requested.empty()) {
    printer.Field("requested", requested, FieldKind::kExtra);
  }
  PrintAttributes(attributes, printer);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::IssuedTemplates& issued) {
  const auto& [ca, templates, complete, why, source] = issued;
  RecordPrinter printer("issued-templates", source);
  printer.Field("ca", ca);
  printer.Field("templates", templates, FieldKind::kExtra);
  printer.Field("complete", complete ? "yes" : std::string("no, ").append(ToString(why)),
                FieldKind::kClaim);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::ProfileExport& found) {
  const auto& [list, complete, profiles, others, source] = found;
  RecordPrinter printer("profile-export", source);
  printer.Field("list", list, FieldKind::kSummary)
      .Field("complete", complete, FieldKind::kClaim)
      .Field("profiles", std::int64_t{profiles}, FieldKind::kSummary)
      .Field("others", others, FieldKind::kSummary);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::ProfileRecord& profile) {
  const auto& [id, display_name, odata_type, properties, keys, certificate, has_certificate,
               source] = profile;
  RecordPrinter printer("profile", source);
  printer.Field("id", id)
      .Field("display_name", display_name)
      .Field("odata_type", odata_type)
      .Field("keys", keys, FieldKind::kSummary)
      .Field("has_certificate", has_certificate);
  for (const auto& [path, value, place] : properties) {
    printer.Field(fmt::format(".{}", path), value);
  }
  if (has_certificate) {
    PrintFields(certificate, printer);
  }
  return std::move(printer).Take();
}

std::vector<std::string> TargetTexts(std::span<const readers::AssignedTarget> targets) {
  std::vector<std::string> texts;
  for (const auto& [type, group, filter, filter_type] : targets) {
    std::string text = fmt::format("{} {}", type, group);
    if (!filter.empty() || !filter_type.empty()) {
      text += fmt::format(" filter {} {}", filter_type, filter);
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

void PrintTargets(std::span<const readers::AssignedTarget> targets, RecordPrinter& printer) {
  const std::vector<std::string> texts = TargetTexts(targets);
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  printer.Field("targets", std::span<const std::string_view>(views));
}

PrintedRecord Print(const readers::AssignmentList& list) {
  const auto& [object, targets, complete, source] = list;
  RecordPrinter printer("assignment-list", source);
  printer.Field("object", object).Field("complete", complete, FieldKind::kClaim);
  PrintTargets(targets, printer);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::EntraUser& user) {
  const auto& [upn, sync_enabled, ad_upn, ad_domain, ad_sid, source] = user;
  RecordPrinter printer("entra-user", source);
  printer.Field("upn", upn)
      .Field("sync_enabled", sync_enabled)
      .Field("ad_upn", ad_upn)
      .Field("ad_domain", ad_domain)
      .Field("ad_sid", ad_sid);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::CertificateConnector& connector) {
  const auto& [id, name, state, version, last_seen, source] = connector;
  RecordPrinter printer("certificate-connector", source);
  printer.Field("id", id)
      .Field("name", name)
      .Field("state", state)
      .Field("version", version)
      .Field("last_seen", last_seen);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::ConnectorList& list) {
  const auto& [complete, source] = list;
  RecordPrinter printer("connector-list", source);
  printer.Field("complete", complete, FieldKind::kClaim);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::CatalogPolicy& policy) {
  const auto& [id, name, settings, targets, assignments_shown, complete, source] = policy;
  RecordPrinter printer("catalog-policy", source);
  printer.Field("id", id)
      .Field("name", name)
      .Field("complete", complete, FieldKind::kClaim)
      .Field("assignments_shown", assignments_shown, FieldKind::kClaim);
  PrintTargets(targets, printer);
  for (const auto& [definition, value, choice, place] : settings) {
    printer.Field(fmt::format("{} {}", choice ? "choice" : "value", definition), value);
    (void)place;  // its key is the definition
  }
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::RdpFile& found) {
  const auto& [file, source] = found;
  RecordPrinter printer("rdp-file", source);
  printer.Field("file", file);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::RdpSetting& setting) {
  const auto& [file, name, value, type, source] = setting;
  RecordPrinter printer("rdp-setting", source);
  printer.Field("file", file)
      .Field("name", name)
      .Field("type", std::string_view(&type, 1))
      .Field("value", value);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::LocalGroup& group) {
  const auto& [sid, members, accounts_only, complete, source] = group;
  RecordPrinter printer("local-group", source);
  printer.Field("sid", sid)
      .Field("members", members)
      .Field("accounts_only", accounts_only, FieldKind::kClaim)
      .Field("complete", complete, FieldKind::kClaim);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::RequestFile& found) {
  const auto& [file, source] = found;
  RecordPrinter printer("request-file", source);
  printer.Field("file", file);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::RequestSection& found) {
  const auto& [file, section, complete, source] = found;
  RecordPrinter printer("request-section", source);
  printer.Field("file", file)
      .Field("section", section)
      .Field("complete", complete, FieldKind::kClaim);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::RequestSetting& setting) {
  const auto& [file, section, name, value, source] = setting;
  RecordPrinter printer("request-setting", source);
  printer.Field("file", file).Field("section", section).Field("name", name).Field("value", value);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::NgcMetadata& found) {
  const auto& [path, text, value, source] = found;
  RecordPrinter printer("ngc-metadata", source);
  printer.Field("path", path).Field(text == readers::NgcText::kUserSid ? "sid" : "provider", value);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::IntentItem& item) {
  const auto& [path, value, group, source] = item;
  RecordPrinter printer("intent", source);
  printer.Field("value", value).Field("group", std::int64_t{group});
  (void)path;  // the key of its place
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::RejectedIntent& rejected) {
  const auto& [source] = rejected;
  RecordPrinter printer("rejected-intent", source);
  printer.TellsDamage();
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::CollectionItem& item) {
  const auto& [collector, path, hresult, no_results, source] = item;
  RecordPrinter printer("collection-item", source);
  printer.Field("collector", collector).Field("path", path).Field("hresult", hresult);
  if (no_results) {
    printer.Field("no_results", no_results);
  }
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::WebConfigFile& file) {
  const auto& [server, complete, source] = file;
  RecordPrinter printer("web-config", source);
  printer.Field("server", server, FieldKind::kSummary)
      .Field("complete", complete, FieldKind::kClaim);
  return std::move(printer).Take();
}

PrintedRecord Print(const readers::WebSetting& setting) {
  const auto& [location, name, value, source] = setting;
  RecordPrinter printer("web-setting", source);
  printer.Field("location", location).Field("name", name).Field("value", value);
  return std::move(printer).Take();
}

template <typename T>
void PrintAll(const readers::Records& records, std::vector<PrintedRecord>& out) {
  for (const T& record : records.Of<T>()) {
    out.push_back(Print(record));
  }
}

}  // namespace

void PrintSmallRecords(const readers::Records& records, std::vector<PrintedRecord>& out) {
  PrintAll<readers::DsregcmdRun>(records, out);
  PrintAll<readers::DsregcmdField>(records, out);
  PrintAll<readers::ListedKey>(records, out);
  PrintAll<readers::ScepSection>(records, out);
  PrintAll<readers::ScepState>(records, out);
  PrintAll<readers::TemplateRecord>(records, out);
  PrintAll<readers::DirectoryObject>(records, out);
  PrintAll<readers::DirectorySearch>(records, out);
  PrintAll<readers::IssuedTemplates>(records, out);
  PrintAll<readers::ProfileExport>(records, out);
  PrintAll<readers::ProfileRecord>(records, out);
  PrintAll<readers::CatalogPolicy>(records, out);
  PrintAll<readers::AssignmentList>(records, out);
  PrintAll<readers::EntraUser>(records, out);
  PrintAll<readers::CertificateConnector>(records, out);
  PrintAll<readers::ConnectorList>(records, out);
  PrintAll<readers::RdpFile>(records, out);
  PrintAll<readers::RdpSetting>(records, out);
  PrintAll<readers::LocalGroup>(records, out);
  PrintAll<readers::RequestFile>(records, out);
  PrintAll<readers::RequestSection>(records, out);
  PrintAll<readers::RequestSetting>(records, out);
  PrintAll<readers::NgcMetadata>(records, out);
  PrintAll<readers::WebConfigFile>(records, out);
  PrintAll<readers::WebSetting>(records, out);
  PrintAll<readers::IntentItem>(records, out);
  PrintAll<readers::RejectedIntent>(records, out);
  PrintAll<readers::CollectionItem>(records, out);
}

}  // namespace whfb::golden

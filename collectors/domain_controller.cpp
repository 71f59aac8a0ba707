// Domain controllers and their certificates: store exports or certificate files of a DC, and the
// names that the intent file declares.

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/dn_text.h"
#include "collectors/readers/small_records.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"dc.dns_name", ValueType::kDnsName, "FQDN of the domain controller", "",
             ValueType::kText, true},
};

constexpr std::array kTables = {
    TableSpec{"dc.certificate", "LocalMachine\\My of the domain controller", kCertificateColumns},
};

using readers::CertificateRecord;
using readers::StoreListing;
using readers::StoreScope;

// Templates that only domain controllers enrol from (evidence.md section 9).
constexpr std::array<std::string_view, 3> kTemplates = {
    "DomainController", "DomainControllerAuthentication", "KerberosAuthentication"};

bool HasKdcEku(const readers::CertificateFields& fields) {
  return fields.eku.present() &&
         std::ranges::find(fields.eku.value, kKdcEku) != fields.eku.value.end();
}

bool HasTemplate(const readers::CertificateFields& fields) {
  return fields.template_name.present() &&
         std::ranges::any_of(kTemplates, [&](std::string_view name) {
           return SameText(name, fields.template_name.value);
         });
}

// FQDNs in lower case.
using Hosts = std::set<std::string, std::less<>>;

// A certificate may lack all that marks one of a DC, which is what the rules are to find: then
// the name of a declared DC tells whose it is.
bool BelongsToController(const readers::CertificateFields& fields,
                         const std::string& host,
                         const Hosts& declared) {
  return HasKdcEku(fields) || HasTemplate(fields) || fields.ntds_guid.present() ||
         declared.contains(host);
}

bool IsHostName(std::string_view name) {
  return name.find('.') != std::string_view::npos &&
         name.find_first_of(" @/\\*") == std::string_view::npos;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// The FQDN: the SAN entry below another entry (its domain), else the common name, else the
// longest host name of the SAN. Empty when the certificate names no host.
std::string HostOf(const readers::CertificateFields& fields) {
  std::vector<std::string> names;
  if (fields.san_dns.present()) {
    for (const std::string_view name : fields.san_dns.value) {
      names.push_back(Lower(name));
    }
  }
  for (const std::string& name : names) {
    if (std::ranges::any_of(names,
                            [&](const std::string& other) { return IsBelowDomain(name, other); })) {
      return name;
    }
  }
  const std::string common =
      fields.subject.present() ? Lower(DnValue(fields.subject.value, "CN")) : std::string{};
  if (IsHostName(common)) {
    return common;
  }
  const auto longest = std::ranges::max_element(names, {}, &std::string::size);
  return longest != names.end() && IsHostName(*longest) ? *longest : std::string{};
}

// The domain controllers that the evidence shows.
struct Controllers {
  std::map<std::string_view, std::string> by_sha1{};
  // The host whose store an evidence item lists; empty when it shows several.
  std::map<std::uint32_t, std::string> by_evidence{};
};

Controllers FindControllers(std::span<const CertificateRecord> records, const Hosts& declared) {
  Controllers controllers;
  for (const CertificateRecord& record : records) {
    const std::string host = HostOf(record.fields);
    if (host.empty() || !BelongsToController(record.fields, host, declared)) {
      continue;
    }
    if (record.fields.sha1.present()) {
      // DER tells more than text: whoever comes first with a SAN stays.
      controllers.by_sha1.emplace(record.fields.sha1.value, host);
    }
    if (record.store == "my" && record.scope != StoreScope::kUser) {
      const auto [known, added] = controllers.by_evidence.emplace(record.source.evidence, host);
      if (!added && known->second != host) {
        known->second.clear();
      }
    }
  }
  return controllers;
}

std::string ControllerOf(const CertificateRecord& record, const Controllers& controllers) {
  if (record.fields.sha1.present()) {
    const auto known = controllers.by_sha1.find(record.fields.sha1.value);
    if (known != controllers.by_sha1.end()) {
      return known->second;
    }
  }
  if (record.store == "my" && record.scope != StoreScope::kUser) {
    const auto listed = controllers.by_evidence.find(record.source.evidence);
    return listed == controllers.by_evidence.end() ? std::string{} : listed->second;
  }
  return {};
}

Subject& Controller(std::string_view host, const Provenance& source, FactSpace& facts) {
  Subject& controller = facts.Named(SubjectKind::kDomainController, host);
  controller.AddAlias(AliasKind::kFqdn, host);
  controller.facts.Set("dc.dns_name", facts.TextCell(host, source));
  return controller;
}

// A declared DC is there even when nothing was collected about it: what is not known of it must
// not be left out of "all domain controllers".
Hosts Declare(const readers::Records& records, FactSpace& facts) {
  Hosts hosts;
  for (const readers::IntentItem& item : records.Of<readers::IntentItem>()) {
    if (item.path == "forest/domain-controllers/domain-controller@name") {
      std::string host = Lower(item.value);
      host.erase(host.find_last_not_of('.') + 1);
      Controller(host, item.source, facts);
      hosts.insert(std::move(host));
    }
  }
  return hosts;
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const auto records = input.records.Of<CertificateRecord>();
  const Controllers controllers = FindControllers(records, Declare(input.records, facts));
  for (const CertificateRecord& record : records) {
    const std::string host = ControllerOf(record, controllers);
    if (host.empty()) {
      continue;
    }
    Table& table = Controller(host, record.source, facts).facts.TableOf("dc.certificate");
    table.Add(FillCertificateRow(record, facts));
    // A loose certificate file proves its row, not what else is in the store.
    table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, record.source);
  }
  for (const StoreListing& listing : input.records.Of<StoreListing>()) {
    const auto listed = controllers.by_evidence.find(listing.source.evidence);
    if (listing.store != "my" || listed == controllers.by_evidence.end() ||
        listed->second.empty()) {
      continue;
    }
    Controller(listed->second, listing.source, facts)
        .facts.TableOf("dc.certificate")
        .Cover(listing.complete ? Coverage::kComplete : Coverage::kPartial, listing.why,
               listing.source);
  }
}

}  // namespace

extern const CollectorSpec kDomainControllerCollector;  // declared again by the generated list

const CollectorSpec kDomainControllerCollector = {.name = "domain_controller",
                                                  .scope = Scope::kEnvironment,
                                                  .facts = kFacts,
                                                  .tables = kTables,
                                                  .collect = Collect};

}  // namespace whfb::collectors

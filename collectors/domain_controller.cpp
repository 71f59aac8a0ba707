// Domain controllers and their certificates: store exports or certificate files of a DC, and the
// names that the intent file declares.

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/controller_name.h"
#include "collectors/false_signatures.h"
#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"

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
           return SameNoCase(name, fields.template_name.value);
         });
}

// FQDNs in lower case.
using Hosts = std::set<std::string, std::less<>>;

// A certificate may lack all that marks one of a DC, which is what the rules are to find: then
// the name of a declared DC tells whose it is.
bool BelongsToController(const readers::CertificateFields& fields, const Hosts& declared) {
  return HasKdcEku(fields) || HasTemplate(fields) || fields.ntds_guid.present() ||
         std::ranges::any_of(HostNames(fields),
                             [&](const std::string& host) { return declared.contains(host); });
}

// The domain controllers that the evidence shows.
struct Controllers {
  std::map<std::string_view, std::string> by_sha1{};
  // The host whose store an evidence item lists; empty when it shows several.
  std::map<std::uint32_t, std::string> by_evidence{};
  // The host of a computer that evidence names in short: its certificates say the rest.
  std::map<std::string, std::string, std::less<>> by_computer{};
};

// Machine stores: the MY store of the domain controller.
template <typename T>
bool InMachineStore(const T& place) {
  return place.store == "my" && place.scope != StoreScope::kUser;
}

ControllerNames NamesOf(const readers::Records& records,
                        const Hosts& declared,
                        const FactSpace& facts) {
  std::vector<const CertificateRecord*> certificates;
  for (const CertificateRecord& record : records.Of<CertificateRecord>()) {
    if (BelongsToController(record.fields, declared)) {
      certificates.push_back(&record);
    }
  }
  return {std::move(certificates), records.Of<readers::IntentItem>(), facts.evidence};
}

void AddCertificate(const CertificateRecord& record,
                    const ControllerNames& names,
                    const Hosts& declared,
                    Controllers& controllers) {
  const bool controller = !record.computer.empty() || BelongsToController(record.fields, declared);
  const std::string host = controller ? names.HostOf(record) : std::string{};
  if (host.empty()) {
    return;
  }
  if (!record.computer.empty()) {
    controllers.by_computer.emplace(LowerAscii(record.computer), host);
  }
  if (record.fields.sha1.present()) {
    // DER tells more than text: whoever comes first with a SAN stays.
    controllers.by_sha1.emplace(record.fields.sha1.value, host);
  }
  if (InMachineStore(record)) {
    const auto [known, added] = controllers.by_evidence.emplace(record.source.evidence, host);
    if (!added && known->second != host) {
      known->second.clear();
    }
  }
}

// The one host that a listing's certificates are known to belong to from files of their own.
std::string HostByFiles(std::span<const CertificateRecord* const> listed,
                        const Controllers& controllers) {
  std::string host;
  for (const CertificateRecord* const record : listed) {
    const auto known = controllers.by_sha1.find(record->fields.sha1.value);
    if (known == controllers.by_sha1.end() || known->second == host) {
      continue;
    }
    if (!host.empty()) {
      return {};
    }
    host = known->second;
  }
  return host;
}

// A store without a certificate that shows whose it is: the place it was found in may be named
// after a declared domain controller. Its store may well hold nothing that the KDC can use.
void AddListing(const StoreListing& listing,
                const readers::Records& records,
                const ControllerNames& names,
                Controllers& controllers) {
  if (!InMachineStore(listing) || controllers.by_evidence.contains(listing.source.evidence)) {
    return;
  }
  std::vector<const CertificateRecord*> listed;
  for (const CertificateRecord& record : records.Of<CertificateRecord>()) {
    if (record.source.evidence == listing.source.evidence && record.fields.sha1.present()) {
      listed.push_back(&record);
    }
  }
  std::string host = HostByFiles(listed, controllers);
  host = host.empty() ? names.DeclaredHostOf(listing.source) : host;
  if (host.empty()) {
    return;
  }
  controllers.by_evidence.emplace(listing.source.evidence, host);
  for (const CertificateRecord* const record : listed) {
    controllers.by_sha1.emplace(record->fields.sha1.value, host);
  }
}

Controllers FindControllers(const readers::Records& records,
                            const Hosts& declared,
                            const FactSpace& facts) {
  const ControllerNames names = NamesOf(records, declared, facts);
  Controllers controllers;
  for (const CertificateRecord& record : records.Of<CertificateRecord>()) {
    AddCertificate(record, names, declared, controllers);
  }
  for (const StoreListing& listing : records.Of<StoreListing>()) {
    AddListing(listing, records, names, controllers);
  }
  return controllers;
}

// What a store lists belongs to the host of the store, even where the same certificate is on
// several.
std::string ControllerOf(const CertificateRecord& record, const Controllers& controllers) {
  if (!record.computer.empty()) {
    const auto told = controllers.by_computer.find(LowerAscii(record.computer));
    return told == controllers.by_computer.end() ? std::string{} : told->second;
  }
  if (InMachineStore(record)) {
    const auto listed = controllers.by_evidence.find(record.source.evidence);
    if (listed != controllers.by_evidence.end() && !listed->second.empty()) {
      return listed->second;
    }
  }
  const auto known = record.fields.sha1.present()
                         ? controllers.by_sha1.find(record.fields.sha1.value)
                         : controllers.by_sha1.end();
  return known == controllers.by_sha1.end() ? std::string{} : known->second;
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
      std::string host(item.value);
      std::ranges::transform(host, host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
      host.erase(host.find_last_not_of('.') + 1);
      Controller(host, item.source, facts);
      hosts.insert(std::move(host));
    }
  }
  return hosts;
}

// The host's own store, as it was listed: everything else is a loose certificate.
bool InStoreOf(const CertificateRecord& record,
               const std::string& host,
               const Controllers& controllers) {
  const auto listed = controllers.by_evidence.find(record.source.evidence);
  return InMachineStore(record) && listed != controllers.by_evidence.end() &&
         listed->second == host;
}

Cell Thumbprint(const CertificateRecord& record) {
  return record.fields.sha1.present() ? Cell::Text(record.fields.sha1.value, record.source)
                                      : Cell::Unknown(WhyUnknown::kMalformed, record.source);
}

class Rows {
 public:
  Rows(const Controllers& controllers, const readers::Records& records, FactSpace& facts)
      : controllers_(controllers), false_signatures_(records), facts_(facts) {}

  // `stored`: only those of the stores themselves, else only the loose ones, which need to know
  // how much the stores show.
  void Add(const CertificateRecord& record, bool stored) {
    const std::string host = ControllerOf(record, controllers_);
    if (host.empty() && !record.computer.empty() && !stored) {
      facts_.Remark(
          record.source, false,
          "nothing tells the DNS name of the domain controller " + std::string(record.computer));
    }
    if (host.empty() || InStoreOf(record, host, controllers_) != stored) {
      return;
    }
    const bool doubtful = false_signatures_.Has(record.fields);
    if (doubtful) {
      facts_.Remark(record.source, true,
                    "a certificate is not signed by the CA whose name and key it names");
    }
    const CertificateRow row =
        doubtful ? DoubtfulRow(Thumbprint(record)) : FillCertificateRow(record, facts_);
    Table& table = Controller(host, record.source, facts_).facts.TableOf("dc.certificate");
    if (!stored && table.coverage() == Coverage::kComplete && table.Find(row) == table.size()) {
      facts_.Remark(record.source, false,
                    "the store of " + host + " was listed and holds no such certificate");
      return;
    }
    table.Add(row);
    // A loose certificate file proves its row, not what else is in the store.
    table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, record.source);
  }

 private:
  const Controllers& controllers_;
  FalseSignatures false_signatures_;
  FactSpace& facts_;
};

void CoverStores(const readers::Records& records,
                 const Controllers& controllers,
                 FactSpace& facts) {
  for (const StoreListing& listing : records.Of<StoreListing>()) {
    const auto listed = controllers.by_evidence.find(listing.source.evidence);
    if (!InMachineStore(listing) || listed == controllers.by_evidence.end() ||
        listed->second.empty()) {
      continue;
    }
    Controller(listed->second, listing.source, facts)
        .facts.TableOf("dc.certificate")
        .Cover(listing.complete ? Coverage::kComplete : Coverage::kPartial, listing.why,
               listing.source);
  }
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const Hosts declared = Declare(input.records, facts);
  const Controllers controllers = FindControllers(input.records, declared, facts);
  Rows rows(controllers, input.records, facts);
  for (const CertificateRecord& record : input.records.Of<CertificateRecord>()) {
    rows.Add(record, true);
  }
  CoverStores(input.records, controllers, facts);
  for (const CertificateRecord& record : input.records.Of<CertificateRecord>()) {
    rows.Add(record, false);
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

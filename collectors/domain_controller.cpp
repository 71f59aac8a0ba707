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
using readers::KdcSection;
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

// A computer that an evidence item names, in lower case.
using Place = std::pair<std::uint32_t, std::string>;

template <typename T>
Place PlaceOf(const T& record) {
  return {record.source.evidence, LowerAscii(record.computer)};
}

// A section that says nothing hides nothing.
bool MayHideCertificates(const KdcSection& section) {
  return !section.complete && section.why != WhyUnknown::kNotCollected;
}

// The domain controllers that the evidence shows.
struct Controllers {
  std::map<std::string_view, std::string> by_sha1{};
  // The host whose store an evidence item lists; empty when it shows several.
  std::map<std::uint32_t, std::string> by_evidence{};
  // The host of a computer that an evidence item names in short: its certificates say the rest.
  // Empty when they name several.
  std::map<Place, std::string> by_computer{};
  std::map<std::string, Hosts> by_label{};  // all of them, by the first label

  [[nodiscard]] Hosts Called(std::string_view computer) const {
    const auto found = by_label.find(LowerAscii(computer.substr(0, computer.find('.'))));
    Hosts hosts = found == by_label.end() ? Hosts{} : found->second;
    std::erase_if(hosts, [&](const std::string& host) { return !IsCalled(host, computer); });
    return hosts;
  }

  void Know(const std::string& host) { by_label[host.substr(0, host.find('.'))].insert(host); }
};

// A domain controller of the same short name in another domain is another one.
std::string HostOfComputer(const CertificateRecord& record,
                           const ControllerNames& names,
                           const Controllers& controllers) {
  if (std::string own = names.HostOf(record); !own.empty()) {
    return own;
  }
  const auto told = controllers.by_computer.find(PlaceOf(record));
  if (told != controllers.by_computer.end()) {
    return told->second;
  }
  const bool only = controllers.Called(record.computer).size() == 1;
  return only ? names.DeclaredHostCalled(record.computer) : std::string{};
}

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

// The host for `key`, or empty once there are several.
template <typename Map>
void KeepOnly(Map& hosts, const typename Map::key_type& key, const std::string& host) {
  const auto [known, added] = hosts.emplace(key, host);
  if (!added && known->second != host) {
    known->second.clear();
  }
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
  controllers.Know(host);
  if (!record.computer.empty()) {
    KeepOnly(controllers.by_computer, PlaceOf(record), host);
  }
  if (record.fields.sha1.present()) {
    // DER tells more than text: whoever comes first with a SAN stays.
    controllers.by_sha1.emplace(record.fields.sha1.value, host);
  }
  if (InMachineStore(record)) {
    KeepOnly(controllers.by_evidence, record.source.evidence, host);
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
                std::span<const CertificateRecord* const> listed,
                const ControllerNames& names,
                Controllers& controllers) {
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

void AddListings(const readers::Records& records,
                 const ControllerNames& names,
                 Controllers& controllers) {
  std::map<std::uint32_t, std::vector<const CertificateRecord*>> by_evidence;
  for (const CertificateRecord& record : records.Of<CertificateRecord>()) {
    if (record.fields.sha1.present()) {
      by_evidence[record.source.evidence].push_back(&record);
    }
  }
  // All listings of an evidence item have the same certificates beside them, and the same place.
  std::set<std::uint32_t> seen;
  for (const StoreListing& listing : records.Of<StoreListing>()) {
    const std::uint32_t evidence = listing.source.evidence;
    if (InMachineStore(listing) && !controllers.by_evidence.contains(evidence) &&
        seen.insert(evidence).second) {
      AddListing(listing, by_evidence[evidence], names, controllers);
    }
  }
}

Controllers FindControllers(const readers::Records& records,
                            const Hosts& declared,
                            const ControllerNames& names) {
  Controllers controllers;
  for (const std::string& host : declared) {
    controllers.Know(host);
  }
  for (const CertificateRecord& record : records.Of<CertificateRecord>()) {
    AddCertificate(record, names, declared, controllers);
  }
  AddListings(records, names, controllers);
  return controllers;
}

// What a store lists belongs to the host of the store, even where the same certificate is on
// several.
std::string ControllerOf(const CertificateRecord& record,
                         const ControllerNames& names,
                         const Controllers& controllers) {
  if (!record.computer.empty()) {
    return HostOfComputer(record, names, controllers);
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
      std::string host = LowerAscii(item.value);
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

class Rows {
 public:
  Rows(const ControllerNames& names,
       const Controllers& controllers,
       const readers::Records& records,
       FactSpace& facts)
      : names_(names), controllers_(controllers), false_signatures_(records), facts_(facts) {}

  // `stored`: only those of the stores themselves, else only the loose ones, which need to know
  // how much the stores show.
  void Add(const CertificateRecord& record, bool stored) {
    const std::string host = ControllerOf(record, names_, controllers_);
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
    CertificateRow row =
        doubtful ? DoubtfulRow(ThumbprintCell(record)) : FillCertificateRow(record, facts_);
    if (!stored) {
      row[kStore] = Cell::Unknown(WhyUnknown::kNotCollected, record.source);  // in its own, if any
    }
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
  const ControllerNames& names_;
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

// What a broken section lost may be what its domain controller uses. Where no certificate in it
// tells which one that is, it may be any that is called so.
void CoverSections(const readers::Records& records,
                   const ControllerNames& names,
                   const Controllers& controllers,
                   FactSpace& facts) {
  if (std::ranges::none_of(records.Of<KdcSection>(), MayHideCertificates)) {
    return;
  }
  std::map<Place, Hosts> hosts;
  for (const CertificateRecord& record : records.Of<CertificateRecord>()) {
    if (std::string host = ControllerOf(record, names, controllers); !host.empty()) {
      hosts[PlaceOf(record)].insert(std::move(host));
    }
  }
  for (const KdcSection& section : records.Of<KdcSection>()) {
    if (!MayHideCertificates(section)) {
      continue;
    }
    const Hosts& told = hosts[PlaceOf(section)];
    for (const std::string& host : told.empty() ? controllers.Called(section.computer) : told) {
      Controller(host, section.source, facts)
          .facts.TableOf("dc.certificate")
          .Cover(Coverage::kPartial, section.why, section.source);
    }
  }
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const Hosts declared = Declare(input.records, facts);
  const ControllerNames names = NamesOf(input.records, declared, facts);
  const Controllers controllers = FindControllers(input.records, declared, names);
  Rows rows(names, controllers, input.records, facts);
  for (const CertificateRecord& record : input.records.Of<CertificateRecord>()) {
    rows.Add(record, true);
  }
  CoverStores(input.records, controllers, facts);
  for (const CertificateRecord& record : input.records.Of<CertificateRecord>()) {
    rows.Add(record, false);
  }
  CoverSections(input.records, names, controllers, facts);
}

}  // namespace

extern const CollectorSpec kDomainControllerCollector;  // declared again by the generated list

const CollectorSpec kDomainControllerCollector = {.name = "domain_controller",
                                                  .scope = Scope::kEnvironment,
                                                  .facts = kFacts,
                                                  .tables = kTables,
                                                  .collect = Collect};

}  // namespace whfb::collectors

// Certificate stores of the machine and of its users.

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "collectors/card_certificates.h"
#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/hello_container.h"
#include "collectors/hive_owners.h"
#include "collectors/profile_owners.h"
#include "collectors/readers/crl.h"
#include "collectors/readers/registry_record.h"
#include "collectors/registry_stores.h"
#include "collectors/store_owner.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kTables = {
    TableSpec{"user.certificate", "the MY store of the user", kCertificateColumns},
    TableSpec{"device.my_certificate", "LocalMachine\\My", kCertificateColumns},
    TableSpec{"device.root_certificate", "LocalMachine\\Root with its policy and enterprise copies",
              kCertificateColumns},
    TableSpec{"device.ca_certificate", "LocalMachine\\CA with its policy and enterprise copies",
              kCertificateColumns},
};

constexpr std::array kFacts = {
    FactSpec{"device.user_store_listed_as_system", ValueType::kBool,
             "a user certificate store was listed, but by SYSTEM: nothing about any user"},
    FactSpec{"user.hello_certificates_read", ValueType::kBool,
             "a listing of the user's store was read to its end, with every Hello key in it"},
};

using readers::CertificateRecord;
using readers::StoreListing;
using readers::StoreScope;

struct MachineStore {
  std::string_view store;
  std::string_view table;
};

constexpr std::array kMachineStores = {
    MachineStore{"my", "device.my_certificate"},
    MachineStore{"root", "device.root_certificate"},
    MachineStore{"ca", "device.ca_certificate"},
};

// The records of one run over a bundle, those of the registry among them.
struct Stores {
  std::vector<CertificateRecord> certificates{};
  std::vector<StoreListing> listings{};
  // Evidence with a Hello key in it: only the MY store of a user has those, so this tells
  // what a listing without a scope shows.
  std::set<std::uint32_t> with_hello_keys{};
  bool whole_of_nobody = false;  // a user's store was listed whole, and nothing tells whose
};

// Whose profile a record lies in; for a service that is told already.
template <typename T>
void TellOwner(const ProfileOwners& owners, T& place) {
  if (!place.profile.empty() && place.context.account != readers::Account::kSystem) {
    place.context.user_sid = owners.SidOf(place.profile);
  }
}

template <typename T>
bool InUserStore(const T& place, const Stores& stores) {
  return place.store == "my" && (place.scope == StoreScope::kUser ||
                                 (place.scope == StoreScope::kUnknown &&
                                  stores.with_hello_keys.contains(place.source.evidence)));
}

Stores Gather(const readers::Records& records,
              const Declared& declared,
              std::span<const EvidenceItem> evidence) {
  const auto certificates = records.Of<CertificateRecord>();
  const auto listings = records.Of<StoreListing>();
  RegistryStores registry = ReadRegistryStores(records, evidence);
  Stores stores{.certificates = {certificates.begin(), certificates.end()},
                .listings = {listings.begin(), listings.end()}};
  const ProfileOwners owners(records, evidence);
  std::ranges::for_each(stores.certificates, [&](auto& one) { TellOwner(owners, one); });
  std::ranges::for_each(stores.listings, [&](auto& one) { TellOwner(owners, one); });
  stores.certificates.insert(stores.certificates.end(), registry.certificates.begin(),
                             registry.certificates.end());
  stores.listings.insert(stores.listings.end(), registry.listings.begin(), registry.listings.end());
  for (const CertificateRecord& record : stores.certificates) {
    if (record.provider.present() && record.provider.value == kPassportProvider) {
      stores.with_hello_keys.insert(record.source.evidence);
    }
  }
  stores.whole_of_nobody = std::ranges::any_of(stores.listings, [&](const StoreListing& listing) {
    const StoreOwner owner = OwnerOf(listing, declared);
    return listing.complete && InUserStore(listing, stores) && !owner.system && !owner.known();
  });
  return stores;
}

// The table of the store that the record is in, or null.
Table* StoreOf(const CertificateRecord& record,
               const Stores& stores,
               const Declared& declared,
               FactSpace& facts) {
  if (InUserStore(record, stores)) {
    Subject* const user = UserOf(record, declared, facts);
    if (user != nullptr) {
      return &user->facts.TableOf("user.certificate");
    }
    if (!record.profile.empty() && record.context.account != readers::Account::kSystem) {
      facts.Remark(record.source, false,
                   "nothing tells whose profile this is (no NTUSER.DAT in it, no ProfileList of "
                   "the SOFTWARE hive)");
    }
    return nullptr;
  }
  const auto* const store = std::ranges::find(kMachineStores, record.store, &MachineStore::store);
  return record.scope == StoreScope::kMachine && store != kMachineStores.end()
             ? &facts.Device().facts.TableOf(store->table)
             : nullptr;
}

// A page shows what a command printed at some time before the bundle was collected.
bool OfPage(const Provenance& source, const FactSpace& facts) {
  return source.evidence != 0 && source.evidence <= facts.evidence.size() &&
         facts.evidence[source.evidence - 1].kind == "wlan-report";
}

// A listing that was read to its end is this store, or may be where nothing tells whose it is.
bool MayBeListed(const Table& table, const CertificateRecord& record, const Stores& stores) {
  return table.coverage() == Coverage::kComplete ||
         (stores.whole_of_nobody && InUserStore(record, stores));
}

void AddRow(const CertificateRecord& record,
            const Stores& stores,
            const Declared& declared,
            FactSpace& facts) {
  Table* const table = StoreOf(record, stores, declared, facts);
  if (table == nullptr) {
    return;
  }
  const CertificateRow row = FillCertificateRow(record, facts);
  if (OfPage(record.source, facts) && table->Find(row) == table->size() &&
      MayBeListed(*table, record, stores)) {
    facts.Remark(record.source, false, "the store was listed and holds no such certificate");
    return;
  }
  table->Add(row);
}

void CoverMachineStore(const StoreListing& listing, FactSpace& facts) {
  const auto* const store = std::ranges::find(kMachineStores, listing.store, &MachineStore::store);
  if (store == kMachineStores.end() || listing.scope == StoreScope::kUser) {
    return;
  }
  Table& table = facts.Device().facts.TableOf(store->table);
  if (listing.scope == StoreScope::kUnknown) {
    table.Cover(Coverage::kNone, WhyUnknown::kAmbiguous, listing.source);
    return;
  }
  table.Cover(listing.complete ? Coverage::kComplete : Coverage::kPartial, listing.why,
              listing.source);
}

void CoverEveryUser(Coverage coverage, WhyUnknown why, const Provenance& source, FactSpace& facts) {
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kUser) {
      subject.facts.TableOf("user.certificate").Cover(coverage, why, source);
    }
  }
}

void CoverUserStore(const StoreListing& listing, const Declared& declared, FactSpace& facts) {
  const StoreOwner owner = OwnerOf(listing, declared);
  if (owner.system) {
    facts.Device().facts.Set("device.user_store_listed_as_system",
                             Cell::Bool(true, listing.source));
    CoverEveryUser(Coverage::kNone, WhyUnknown::kWrongContext, listing.source, facts);
    return;
  }
  Subject* const user = owner.known() ? facts.User(owner.key) : nullptr;
  if (user == nullptr) {
    // Rows that name a user were counted; whose store it is beyond them is not told, or the name
    // that is told is one of several users.
    CoverEveryUser(Coverage::kPartial, listing.complete ? WhyUnknown::kAmbiguous : listing.why,
                   listing.source, facts);
    return;
  }
  user->facts.TableOf("user.certificate")
      .Cover(listing.complete ? Coverage::kComplete : Coverage::kPartial, listing.why,
             listing.source);
}

bool HasRow(const Table& table, std::string_view sha1) {
  for (std::size_t row = 0; row < table.size(); ++row) {
    const Cell& cell = table.Row(row)[kSha1];
    if (cell.present() && cell.value.text == sha1) {
      return true;
    }
  }
  return false;
}

// The listings of a user's store in one evidence item.
struct UserListings {
  bool whole = true;  // read to their end, and it is known whose each Hello key is
  WhyUnknown why = WhyUnknown::kAmbiguous;  // meaningful unless whole
  std::set<std::string_view> shown{};       // thumbprints
  StoreOwner owner{};
  Provenance source{};
};

bool MayBeOfAnybody(const CertificateRecord& record) {
  const bool other = record.provider.knowledge == Knowledge::kAbsent ||
                     (record.provider.present() && record.provider.value != kPassportProvider);
  return !other && !(record.container.present() && ParseHelloContainer(record.container.value));
}

void AddShown(const CertificateRecord& record, UserListings& listings) {
  listings.whole = listings.whole && (listings.owner.known() || !MayBeOfAnybody(record));
  if (record.fields.sha1.present()) {
    listings.shown.insert(record.fields.sha1.value);
  }
}

std::map<std::uint32_t, UserListings> GatherUserListings(const Stores& stores,
                                                         const Declared& declared) {
  std::map<std::uint32_t, UserListings> listings;
  for (const StoreListing& listing : stores.listings) {
    if (const StoreOwner owner = OwnerOf(listing, declared);
        InUserStore(listing, stores) && !owner.system) {
      UserListings& one = listings[listing.source.evidence];
      one.why = listing.complete ? one.why : listing.why;
      one.whole = one.whole && listing.complete;
      one.owner = owner;
      one.source = listing.source;
    }
  }
  for (const CertificateRecord& record : stores.certificates) {
    const auto one = listings.find(record.source.evidence);
    if (one != listings.end() && InUserStore(record, stores)) {
      AddShown(record, one->second);
    }
  }
  return listings;
}

bool ShowsRow(const Table& table, const std::set<std::string_view>& thumbprints) {
  for (std::size_t row = 0; row < table.size(); ++row) {
    const Cell& cell = table.Row(row)[kSha1];
    if (cell.present() && thumbprints.contains(cell.value.text)) {
      return true;
    }
  }
  return false;
}

// A listing that was read to its end shows every Hello key of a user in it, also where it does not
// tell whose store it is: the container names the user. What a broken one lost may be anybody's.
void TellHelloCertificates(const Stores& stores, const Declared& declared, FactSpace& facts) {
  for (const auto& [evidence, listings] : GatherUserListings(stores, declared)) {
    const Cell answer = listings.whole ? Cell::Bool(true, listings.source)
                                       : Cell::Unknown(listings.why, listings.source);
    if (listings.owner.known()) {
      if (Subject* const user = facts.User(listings.owner.key); user != nullptr) {
        user->facts.Set("user.hello_certificates_read", answer);
      }
      continue;
    }
    for (Subject& subject : facts.subjects()) {
      if (subject.kind == SubjectKind::kUser &&
          (!listings.whole ||
           ShowsRow(subject.facts.TableOf("user.certificate"), listings.shown))) {
        subject.facts.Set("user.hello_certificates_read", answer);
      }
    }
  }
}

// A certificate file proves no store, but it shows all fields of a certificate that a listing
// names by its thumbprint. Nothing else joins the two.
void Complete(const CertificateRecord& file, FactSpace& facts) {
  if (!file.fields.sha1.present()) {
    return;
  }
  CertificateRow row = FillCertificateRow(file, facts);
  row[kStore] = Cell::Unknown(WhyUnknown::kNotCollected, file.source);
  for (Subject& subject : facts.subjects()) {
    for (std::uint32_t slot = 0; slot < subject.facts.table_count(); ++slot) {
      Table& table = subject.facts.TableAt(slot);
      if (table.spec().columns.size() == row.size() && HasRow(table, file.fields.sha1.value)) {
        table.Add(row);
      }
    }
  }
}

void AddStores(const Stores& stores, const Declared& declared, bool pages, FactSpace& facts) {
  for (const CertificateRecord& record : stores.certificates) {
    if (OfPage(record.source, facts) == pages) {
      AddRow(record, stores, declared, facts);
    }
  }
  for (const StoreListing& listing : stores.listings) {
    if (OfPage(listing.source, facts) != pages) {
      continue;
    }
    if (InUserStore(listing, stores)) {
      CoverUserStore(listing, declared, facts);
    } else {
      CoverMachineStore(listing, facts);
    }
  }
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const Stores stores = Gather(input.records, input.declared, facts.evidence);
  for (const bool pages : {false, true}) {
    AddStores(stores, input.declared, pages, facts);
  }
  TellHelloCertificates(stores, input.declared, facts);
  AddCardCertificates(stores.certificates, input.declared, facts);
  for (const CertificateRecord& record : stores.certificates) {
    if (record.store.empty() && record.scope == StoreScope::kUnknown) {
      Complete(record, facts);
    }
  }
  TellHiveOwners(input.records, facts);
  // A bag or a PEM file of certificates may hold them.
  for (const readers::CrlRecord& list : input.records.Of<readers::CrlRecord>()) {
    facts.Remark(list.source, false,
                 "lists of revoked certificates in it count only as environment evidence; pass it "
                 "with --environment");
  }
}

}  // namespace

extern const CollectorSpec kCertificatesCollector;  // declared again by the generated list

const CollectorSpec kCertificatesCollector = {.name = "certificates",
                                              .scope = Scope::kDevice,
                                              .facts = kFacts,
                                              .tables = kTables,
                                              .collect = Collect};

}  // namespace whfb::collectors

// Servers of the Network Device Enrollment Service, by registry exports and store listings in one
// folder for each: which templates they ask for, and until when their registration authority
// certificates are valid.

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "collectors/readers/small_records.h"
#include "collectors/registry_view.h"
#include "collectors/server_evidence.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

// evidence.md section 11 (MSCEP) and section 7 (certificate request agent).
enum ServerColumn : unsigned { kPlace, kHost, kSignature, kEncryption, kGeneral, kRaValidUntil };

constexpr std::array kColumns = {
    ColumnSpec{"place", ValueType::kText, "where its evidence lies", true},
    ColumnSpec{"host", ValueType::kDnsName,
               "full name of the computer, where the evidence tells it"},
    ColumnSpec{"signature_template", ValueType::kText, "SignatureTemplate"},
    ColumnSpec{"encryption_template", ValueType::kText, "EncryptionTemplate"},
    ColumnSpec{"general_template", ValueType::kText, "GeneralPurposeTemplate"},
    ColumnSpec{"ra_valid_until", ValueType::kTime,
               "end of validity of the registration authority certificate that ends first; of each "
               "of the two the newest counts"},
};

constexpr std::array kTables = {
    TableSpec{"environment.ndes_server", "NDES servers", kColumns},
};

constexpr std::string_view kMscep = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP";
constexpr std::string_view kRequestAgent = "1.3.6.1.4.1.311.20.2.1";
constexpr std::int64_t kDigitalSignature = 0x80;
constexpr std::int64_t kKeyEncipherment = 0x20;

using readers::CertificateRecord;
using readers::RegistryKey;
using readers::StoreListing;
using readers::StoreScope;

// Absent only where the key is listed with all of its values.
Cell TemplateCell(const readers::Records& records,
                  const RegistryKey& key,
                  std::string_view name,
                  FactSpace& facts) {
  if (const auto* const value = TextValue(records, key.source.evidence, kMscep, name)) {
    return facts.TextCell(value->text, value->source);
  }
  const auto values = records.Of<readers::RegistryValue>();
  const bool there = std::ranges::any_of(values, [&](const readers::RegistryValue& value) {
    return value.source.evidence == key.source.evidence && SameNoCase(value.name, name) &&
           SameNoCase(value.key, kMscep);
  });
  if (there) {
    return Cell::Unknown(WhyUnknown::kMalformed, key.source);
  }
  return key.complete ? Cell::Absent(key.source) : Cell::Unknown(key.why, key.source);
}

template <typename T>
bool InMachineStore(const T& place) {
  return place.store == "my" && place.scope != StoreScope::kUser;
}

// The registration authority certificates in the machine store of one server.
class RaCertificates {
 public:
  void Take(const CertificateRecord& record) {
    const auto& fields = record.fields;
    if (fields.eku.knowledge == Knowledge::kAbsent || (fields.eku.present() && !IsAgent(record))) {
      return;
    }
    if (!fields.eku.present() || !fields.key_usage.present() || !fields.not_after.present()) {
      hidden_ = true;
      return;
    }
    TakeLater(fields.key_usage.value & kDigitalSignature, record, signature_);
    TakeLater(fields.key_usage.value & kKeyEncipherment, record, encryption_);
  }

  void Take(const StoreListing& listing) {
    listed_ = listing.complete;
    why_ = listing.complete ? why_ : listing.why;
    source_ = listing.source;
  }

  // The one of the two that ends first. Where one is missing the listing may be of another machine.
  [[nodiscard]] Cell ValidUntil() const {
    if (!listed_ || hidden_) {
      return Cell::Unknown(why_, source_);  // a later one may be there
    }
    if (!signature_ || !encryption_) {
      return Cell::Unknown(WhyUnknown::kAmbiguous, source_);
    }
    return signature_->value.time.latest < encryption_->value.time.latest ? *signature_
                                                                          : *encryption_;
  }

 private:
  static bool IsAgent(const CertificateRecord& record) {
    return std::ranges::find(record.fields.eku.value, kRequestAgent) !=
           record.fields.eku.value.end();
  }

  static void TakeLater(std::int64_t usage,
                        const CertificateRecord& record,
                        std::optional<Cell>& latest) {
    const TimeInterval end = record.fields.not_after.value;
    if (usage != 0 && (!latest || latest->value.time.latest < end.latest)) {
      latest = Cell::Time(end, record.source);
    }
  }

  std::optional<Cell> signature_{};
  std::optional<Cell> encryption_{};
  bool hidden_ = false;  // a certificate does not show what it is
  bool listed_ = false;
  WhyUnknown why_ = WhyUnknown::kNotCollected;
  Provenance source_{};
};

class Servers {
 public:
  Servers(const readers::Records& records, FactSpace& facts)
      : records_(records), folders_(records, facts), facts_(facts) {}

  void Fill() {
    for (const RegistryKey& key : records_.Of<RegistryKey>()) {
      if (SameNoCase(key.path, kMscep) && !key.deleted) {
        Add(key);
      }
    }
  }

 private:
  void Add(const RegistryKey& key) {
    const std::uint32_t evidence = key.source.evidence;
    const auto [told, computer] = folders_.ComputerOf(evidence);
    std::array<Cell, kColumns.size()> row{};
    row[kPlace] = facts_.TextCell(FolderOf(facts_, evidence), key.source);
    row[kHost] = HostCell(told, computer, key.source);
    row[kSignature] = TemplateCell(records_, key, "SignatureTemplate", facts_);
    row[kEncryption] = TemplateCell(records_, key, "EncryptionTemplate", facts_);
    row[kGeneral] = TemplateCell(records_, key, "GeneralPurposeTemplate", facts_);
    row[kRaValidUntil] = told == ServerFolders::Told::kSeveral
                             ? Cell::Unknown(WhyUnknown::kAmbiguous, key.source)
                             : RaOf(FolderOf(facts_, evidence)).ValidUntil();
    Table& table = facts_.Environment().facts.TableOf("environment.ndes_server");
    table.Add(row);
    // Nothing lists all servers.
    table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, key.source);
  }

  // Only a full name: the same computer must not go by two.
  [[nodiscard]] Cell HostCell(ServerFolders::Told told,
                              std::string_view computer,
                              const Provenance& source) const {
    if (told == ServerFolders::Told::kSeveral) {
      return Cell::Unknown(WhyUnknown::kAmbiguous, source);
    }
    return computer.find('.') == std::string_view::npos
               ? Cell::Unknown(WhyUnknown::kNotCollected, source)
               : facts_.TextCell(computer, source);
  }

  // The certificate itself, where a file of it shows more than the listing.
  [[nodiscard]] const CertificateRecord& Fuller(const CertificateRecord& listed) const {
    const auto all = records_.Of<CertificateRecord>();
    const bool shown = listed.fields.eku.present() || !listed.fields.sha1.present();
    const auto file = shown ? all.end() : std::ranges::find_if(all, [&](const auto& other) {
      return !other.fields.der.empty() && other.fields.sha1.present() &&
             other.fields.sha1.value == listed.fields.sha1.value;
    });
    return file == all.end() ? listed : *file;
  }

  [[nodiscard]] RaCertificates RaOf(std::string_view folder) const {
    RaCertificates found;
    for (const CertificateRecord& record : records_.Of<CertificateRecord>()) {
      if (InMachineStore(record) && FolderOf(facts_, record.source.evidence) == folder) {
        found.Take(Fuller(record));
      }
    }
    for (const StoreListing& listing : records_.Of<StoreListing>()) {
      if (InMachineStore(listing) && FolderOf(facts_, listing.source.evidence) == folder) {
        found.Take(listing);
      }
    }
    return found;
  }

  const readers::Records& records_;
  ServerFolders folders_;
  FactSpace& facts_;
};

void Collect(const CollectInput& input, FactSpace& facts) {
  Servers(input.records, facts).Fill();
}

}  // namespace

extern const CollectorSpec kNdesServerCollector;  // declared again by the generated list

const CollectorSpec kNdesServerCollector = {
    .name = "ndes_server", .scope = Scope::kEnvironment, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors

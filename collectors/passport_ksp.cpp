// Passport KSP container metadata: which user a Hello key belongs to, from container names
// (grammar: formats.md section 1) in stores, lists of keys and events, and from the metadata of Ngc
// folders (section 11). Never any key material.

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/hello_container.h"
#include "collectors/ngc_folder.h"
#include "collectors/readers/certificate_record.h"
#include "collectors/readers/event_record.h"
#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"user.has_hello_container", ValueType::kBool,
             "a key or certificate in the Passport KSP belongs to this user"},
};

constexpr std::array kColumns0 = {
    ColumnSpec{"name", ValueType::kText, "container name as found", true},
    ColumnSpec{"sid", ValueType::kSid, "user SID in the name"},
    ColumnSpec{"key_guid", ValueType::kText, "key GUID"},
    ColumnSpec{"identity_host", ValueType::kText, "login.windows.net, login.live.com"},
    ColumnSpec{"tenant_id", ValueType::kText, "tenant GUID"},
    ColumnSpec{"account", ValueType::kUpn, "account in the name"},
};

constexpr std::array kNgcColumns = {
    ColumnSpec{"container", ValueType::kText, "GUID of the folder", true},
    ColumnSpec{"provider", ValueType::kText, "provider that holds the keys of the container"},
    ColumnSpec{"hardware", ValueType::kBool, "that provider is the TPM, not software"},
};

constexpr std::array kTables = {
    TableSpec{"user.hello_container",
              "Hello containers named by certificates, lists of keys and events", kColumns0},
    TableSpec{"user.ngc_container", "Hello containers in the Ngc folder of a raw copy",
              kNgcColumns},
};

constexpr std::array kEvents = {
    readers::EventInterest{"Microsoft-Windows-HelloForBusiness", 8067},
    readers::EventInterest{"Microsoft-Windows-HelloForBusiness", 7067},
    readers::EventInterest{"Microsoft-Windows-HelloForBusiness", 6010},
    readers::EventInterest{"Microsoft-Windows-Crypto-NCrypt", 1},
    readers::EventInterest{"Microsoft-Windows-Crypto-NCrypt", 2},
    readers::EventInterest{"Microsoft-Windows-Crypto-NCrypt", 3},
    readers::EventInterest{"Microsoft-Windows-Crypto-NCrypt", 4},
};

Cell PartCell(std::string_view part, bool lower, const Provenance& source, FactSpace& facts) {
  if (part.empty()) {
    return Cell::Absent(source);
  }
  return lower ? facts.TextCell(LowerAscii(part), source) : facts.TextCell(part, source);
}

// The user that the name speaks of, with the container as a row.
void AddContainer(std::string_view name, const Provenance& source, FactSpace& facts) {
  const std::optional<HelloContainer> container = ParseHelloContainer(name);
  if (!container) {
    return;
  }
  Subject* const user = facts.User(container->user());
  if (user == nullptr) {
    return;
  }
  const std::array<Cell, kColumns0.size()> row = {
      facts.TextCell(name, source),
      PartCell(container->sid, false, source, facts),
      PartCell(container->key_guid, true, source, facts),
      PartCell(container->identity_host, true, source, facts),
      PartCell(container->tenant_id, true, source, facts),
      PartCell(container->account, true, source, facts),
  };
  Table& table = user->facts.TableOf("user.hello_container");
  table.Add(row);
  table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, source);
  // A consumer account's key is Hello, but never the work credential that the rules are about.
  if (container->work()) {
    user->facts.Set("user.has_hello_container", Cell::Bool(true, source));
  }
}

Cell IsHardware(const Cell& provider) {
  if (!provider.present()) {
    return provider;
  }
  const std::string_view name = provider.value.text;
  if (name == "Microsoft Platform Crypto Provider") {
    return Cell::Bool(true, provider.source);
  }
  return name == "Microsoft Software Key Storage Provider"
             ? Cell::Bool(false, provider.source)
             : Cell::Unknown(WhyUnknown::kAmbiguous, provider.source);
}

// A copy may lack folders, so none is ever known not to be there. A SID of AD may as well be that
// of a local or consumer account: only one of Entra is that of work.
void AddNgcFolder(const NgcFolder& folder, FactSpace& facts) {
  constexpr std::string_view kEntraSid = "S-1-12-1-";
  if (!folder.sid.present()) {
    return;
  }
  Subject* const user = facts.User({.sid = folder.sid.value.text});
  if (user == nullptr) {
    return;
  }
  const Provenance& source = folder.sid.source;
  const std::array row = {facts.TextCell(folder.container, source), folder.provider,
                          IsHardware(folder.provider)};
  Table& table = user->facts.TableOf("user.ngc_container");
  table.Add(row);
  table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, source);
  if (folder.provider.present() && folder.sid.value.text.starts_with(kEntraSid)) {
    user->facts.Set("user.has_hello_container", Cell::Bool(true, source));
  }
}

bool WantedEvent(const readers::Event& event) {
  return std::ranges::any_of(kEvents, [&](const readers::EventInterest& wanted) {
    return wanted.id == event.id && SameNoCase(wanted.provider, event.provider);
  });
}

void Collect(const CollectInput& input, FactSpace& facts) {
  for (const readers::CertificateRecord& record : input.records.Of<readers::CertificateRecord>()) {
    if (record.container.present() && record.context.account != readers::Account::kSystem) {
      AddContainer(record.container.value, record.source, facts);
    }
  }
  for (const readers::ListedKey& key : input.records.Of<readers::ListedKey>()) {
    if (key.provider == kPassportProvider && key.context.account != readers::Account::kSystem) {
      AddContainer(key.name, key.source, facts);
    }
  }
  for (const NgcFolder& folder : NgcFolders(input.records, facts)) {
    AddNgcFolder(folder, facts);
  }
  for (const readers::Event& event : input.records.Of<readers::Event>()) {
    if (WantedEvent(event)) {
      AddContainer(event.Field("KeyName"), event.source, facts);
    }
  }
}

}  // namespace

extern const CollectorSpec kPassportKspCollector;  // declared again by the generated list

const CollectorSpec kPassportKspCollector = {.name = "passport_ksp",
                                             .scope = Scope::kDevice,
                                             .facts = kFacts,
                                             .tables = kTables,
                                             .events = kEvents,
                                             .collect = Collect};

}  // namespace whfb::collectors

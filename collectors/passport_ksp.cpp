// Passport KSP container metadata: which user a Hello key belongs to, from container names
// (grammar: formats.md section 1) in stores and events. Never any key material.

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

#include "collectors/certificate_rows.h"
#include "collectors/collector.h"
#include "collectors/hello_container.h"
#include "collectors/readers/certificate_record.h"
#include "collectors/readers/event_record.h"
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

constexpr std::array kTables = {
    TableSpec{"user.hello_container", "Hello containers named by certificates and events",
              kColumns0},
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

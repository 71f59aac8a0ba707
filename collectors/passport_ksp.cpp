// Passport KSP container metadata: which user a Hello key belongs to, from container names
// (grammar: formats.md section 1) in stores and events. Never any key material.

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

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

void Collect(const CollectInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const CollectorSpec kPassportKspCollector;  // declared again by the generated list

const CollectorSpec kPassportKspCollector = {.name = "passport_ksp",
                                             .scope = Scope::kDevice,
                                             .facts = kFacts,
                                             .tables = kTables,
                                             .collect = Collect};

}  // namespace whfb::collectors

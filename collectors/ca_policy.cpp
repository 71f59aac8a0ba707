// The policy module of CAs, by registry exports of the machines that they run on. The key names the
// CA, so an export needs no other owner.

#include <array>
#include <string>

#include "collectors/collector.h"
#include "collectors/registry_view.h"
#include "collectors/server_evidence.h"

namespace whfb::collectors {

namespace {

// evidence.md section 11; the flags: certsrv.h, EDITF_ATTRIBUTEENDDATE 0x20,
// EDITF_ATTRIBUTESUBJECTALTNAME2 0x40000.
constexpr std::array kColumns = {
    ColumnSpec{"ca", ValueType::kText, "name of the CA", true},
    ColumnSpec{"edit_flags", ValueType::kInt,
               "EditFlags: 0x20 the request may set the end date, 0x40000 it may set the SAN"},
};

constexpr std::array kTables = {
    TableSpec{"environment.ca_policy", "policy modules of CAs, by their registry", kColumns},
};

constexpr std::string_view kConfiguration =
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\CertSvc\\Configuration";
constexpr std::string_view kPolicy = "PolicyModules\\CertificateAuthority_MicrosoftDefault.Policy";

void Collect(const CollectInput& input, FactSpace& facts) {
  Table& table = facts.Environment().facts.TableOf("environment.ca_policy");
  for (const std::uint32_t evidence : RegistryEvidence(input.records)) {
    // One export at a time: that another machine has no such CA says nothing about this one.
    const RegistryView registry(input.records, evidence);
    for (const std::string_view ca : registry.SubkeyNames(kConfiguration)) {
      const std::string key =
          std::string(kConfiguration) + '\\' + std::string(ca) + '\\' + std::string(kPolicy);
      const Provenance source{.evidence = evidence};
      table.Add(std::array{facts.TextCell(ca, source), registry.Number(key, "EditFlags")});
      table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, source);
    }
  }
}

}  // namespace

extern const CollectorSpec kCaPolicyCollector;  // declared again by the generated list

const CollectorSpec kCaPolicyCollector = {
    .name = "ca_policy", .scope = Scope::kEnvironment, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors

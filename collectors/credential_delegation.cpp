// How the device may hand credentials to Remote Desktop hosts: the client policy "Restrict
// delegation of credentials to remote servers". Values: evidence.md section 4 (remote-credential-
// guard, "Enable Remote Credential Guard on the client").

#include <array>
#include <string_view>
#include <utility>

#include "collectors/collector.h"
#include "collectors/registry_view.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.credential_delegation.restricted", ValueType::kInt,
             "RestrictedRemoteAdministration", "0"},
    FactSpec{"device.credential_delegation.restricted_type", ValueType::kInt,
             "RestrictedRemoteAdministrationType: 1 require Restricted Admin, 2 require Remote "
             "Credential Guard, 3 either"},
};

constexpr std::string_view kKey =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation";

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kValues = {{
    {"device.credential_delegation.restricted", "RestrictedRemoteAdministration"},
    {"device.credential_delegation.restricted_type", "RestrictedRemoteAdministrationType"},
}};

void Collect(const CollectInput& input, FactSpace& facts) {
  const RegistryView registry(input.records);
  Subject& device = facts.Device();
  for (const auto& [fact, value] : kValues) {
    device.facts.Set(fact, registry.Number(kKey, value));
  }
}

}  // namespace

extern const CollectorSpec kCredentialDelegationCollector;  // declared again by the generated list

const CollectorSpec kCredentialDelegationCollector = {
    .name = "credential_delegation", .scope = Scope::kDevice, .facts = kFacts, .collect = Collect};

}  // namespace whfb::collectors

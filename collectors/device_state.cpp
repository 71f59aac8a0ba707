// Join, tenant, operating system and Hello state of the device: dsregcmd, JoinInfo and
// CurrentVersion registry, User Device Registration and HelloForBusiness events, gpresult. Facts:
// evidence.md sections 2 and 11.

#include <array>
#include <span>

#include "collectors/collector.h"
#include "collectors/device_state_sources.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.entra_joined", ValueType::kBool, "AzureAdJoined"},
    FactSpec{"device.domain_joined", ValueType::kBool, "DomainJoined"},
    FactSpec{"device.enterprise_joined", ValueType::kBool, "EnterpriseJoined (on-premises DRS)"},
    FactSpec{"device.entra_device_id", ValueType::kText, "Entra device id (GUID, lower case)", "",
             ValueType::kText, true},
    FactSpec{"device.tenant_id", ValueType::kText, "Entra tenant id (GUID, lower case)", "",
             ValueType::kText, true},
    FactSpec{"device.tenant_name", ValueType::kText, "Entra tenant name", "", ValueType::kText,
             true},
    FactSpec{"device.domain_dns_name", ValueType::kDnsName, "AD domain the device is joined to", "",
             ValueType::kText, true},
    FactSpec{"device.mdm_enrolled", ValueType::kBool,
             "an MDM enrolment with ProviderID MS DM Server exists"},
    FactSpec{"device.os_build", ValueType::kInt, "CurrentBuildNumber"},
    FactSpec{"device.os_product_name", ValueType::kText, "ProductName"},
    FactSpec{"device.os_revision", ValueType::kInt, "UBR: the number behind the build number"},
    FactSpec{"device.profiles", ValueType::kInt,
             "profiles of people in ProfileList, where that was read whole"},
    FactSpec{"device.os_edition", ValueType::kText, "EditionID: Professional, Enterprise, Core"},
    FactSpec{"device.whfb_policy.cert_enrollment", ValueType::kText,
             "CertEnrollment of the prerequisite check: none, enrollment authority (Group Policy), "
             "mobile device management"},
    FactSpec{"user.mdm_enrolled", ValueType::kBool,
             "the MDM enrolment of the device names this user"},
    FactSpec{"user.ngc_set", ValueType::kBool, "NgcSet: a Hello key exists for this user"},
    FactSpec{"user.ngc_key_id", ValueType::kText, "NgcKeyId"},
    FactSpec{"user.can_reset", ValueType::kText, "CanReset"},
    FactSpec{"user.session_is_not_remote", ValueType::kBool,
             "SessionIsNotRemote of the prerequisite check"},
    FactSpec{"user.on_prem_tgt", ValueType::kBool,
             "OnPremTgt: a ticket of the AD domain was there, so a domain controller had answered"},
    FactSpec{"user.on_prem_tgt_seen", ValueType::kBool,
             "true where OnPremTgt is YES; else it is not known what a ticket would have shown"},
    FactSpec{"user.hello_key_hardware", ValueType::kBool,
             "KeyProvider of the newest HelloForBusiness event 5225: the TPM, not software"},
    FactSpec{"user.hello_key_registered", ValueType::kBool,
             "User Device Registration event 300 or HelloForBusiness 8045/8055 was seen"},
};

// The name from the sources that tell it, the surest first. A result of Group Policy counts because
// it is of the device; where it alone says how that is called, the name is itself to be judged.
void NameDevice(const DeviceNames& names, FactSpace& facts) {
  for (const std::string_view name :
       {names.dsregcmd, names.registry, names.events, names.gpresult}) {
    if (name.empty()) {
      continue;
    }
    Subject& device = facts.Device();
    const std::string_view host = name.substr(0, name.find('.'));
    if (device.name.empty()) {
      device.name = SubjectName(host);
    }
    const bool told = !names.dsregcmd.empty() || !names.registry.empty() || !names.events.empty();
    device.AddAlias(AliasKind::kName, host, told);
    if (host.size() != name.size()) {
      device.AddAlias(AliasKind::kFqdn, name, told);
    }
    return;
  }
}

// Runs after the collectors that make users: it knows things about them, but makes only the
// user that ran dsregcmd.
void Collect(const CollectInput& input, FactSpace& facts) {
  DeviceNames names;
  CollectDsregcmd(input, facts, names);
  CollectDeviceRegistry(input, facts, names);
  CollectDeviceEvents(input, facts, names);
  CollectDeviceGpresult(input, facts, names);
  NameDevice(names, facts);
}

}  // namespace

extern const CollectorSpec kDeviceStateCollector;  // declared again by the generated list

const CollectorSpec kDeviceStateCollector = {.name = "device_state",
                                             .scope = Scope::kDevice,
                                             .facts = kFacts,
                                             .events = kDeviceEvents,
                                             .collect = Collect};

}  // namespace whfb::collectors

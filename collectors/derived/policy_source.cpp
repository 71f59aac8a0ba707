// Which source configures Windows Hello for Business, per device and effective per user.

#include <array>
#include <span>

#include "collectors/certificate_columns.h"
#include "collectors/collector.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.whfb_policy.by_gpo", ValueType::kBool,
             "Group Policy configures WHfB for the computer"},
    FactSpec{"device.whfb_policy.by_mdm", ValueType::kBool, "MDM configures WHfB for the device"},
    FactSpec{"user.whfb_policy.by_gpo", ValueType::kBool,
             "Group Policy configures WHfB for the computer or this user"},
    FactSpec{"user.whfb_policy.by_mdm", ValueType::kBool,
             "MDM configures WHfB for the device or this user"},
    FactSpec{"user.whfb_policy.source", ValueType::kText,
             "the winning source by precedence: user-gpo computer-gpo user-mdm device-mdm none"},
    FactSpec{"user.whfb.trust_type", ValueType::kText,
             "certificate, cloud-kerberos, key (neither is set)"},
};

void Derive(const DeriveInput& /*input*/, FactSpace& /*facts*/) {}

}  // namespace

extern const DerivationSpec kPolicySourceDerivation;  // declared again by the generated list

const DerivationSpec kPolicySourceDerivation = {
    .name = "policy_source", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors

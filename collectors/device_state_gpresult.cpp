#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "collectors/applied_policy.h"
#include "collectors/device_state_sources.h"
#include "collectors/readers/policy_record.h"

namespace whfb::collectors {

namespace {

using readers::PolicyResults;

// The longest name of the one computer that logged results tell; empty when they tell two, or one
// of them tells none: it may be of another.
std::string_view OnlyComputer(std::span<const PolicyResults> halves) {
  std::string_view computer;
  for (const PolicyResults& half : halves) {
    if (half.origin != readers::PolicyOrigin::kLogged) {
      continue;
    }
    const std::string_view name = ComputerOf(half);
    if (name.empty() || (!computer.empty() && !SameHost(name, computer))) {
      return {};
    }
    computer = name.size() > computer.size() ? name : computer;
  }
  return computer;
}

// In the coverage: what the result holds is used for nobody here.
void TellForeign(const PolicyResults& half, std::string_view device, FactSpace& facts) {
  std::string remark = std::string("made on the computer ").append(ComputerOf(half));
  remark.append(", while this is evidence of ").append(device).append("; not used");
  facts.Remark(half.source, false, std::move(remark));
}

}  // namespace

// A logged result names the computer it was made on, and its computer half the domain. One of
// another computer than the device says nothing; where nothing else names the device, results of
// two computers name neither.
void CollectDeviceGpresult(const CollectInput& input, FactSpace& facts, DeviceNames& names) {
  const std::span<const PolicyResults> halves = input.records.Of<PolicyResults>();
  names.gpresult = OnlyComputer(halves);
  std::string_view device = names.gpresult;
  for (const std::string_view surer : {names.events, names.registry, names.dsregcmd}) {
    device = surer.empty() ? device : surer;
  }
  for (const PolicyResults& half : halves) {
    const std::string_view computer = ComputerOf(half);
    const bool logged = half.origin == readers::PolicyOrigin::kLogged;
    if (logged && !device.empty() && !computer.empty() && !SameHost(computer, device)) {
      TellForeign(half, device, facts);
    }
    const bool own =
        logged && half.scope == readers::PolicyScope::kComputer && SameHost(computer, device);
    // A PC outside a domain shows a word there, in the language of the console.
    if (own && half.domain.find('.') != std::string_view::npos) {
      facts.Device().facts.Set("device.domain_dns_name",
                               LowerCell(half.domain, half.source, facts));
    }
  }
}

}  // namespace whfb::collectors

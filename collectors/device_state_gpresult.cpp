#include <string_view>

#include "collectors/device_state_sources.h"
#include "collectors/readers/policy_record.h"

namespace whfb::collectors {

namespace {

// "CONTOSO\PC-0042$" to "PC-0042"; empty for anything else.
std::string_view ComputerName(std::string_view account) {
  const std::size_t slash = account.find('\\');
  if (slash == std::string_view::npos || !account.ends_with('$')) {
    return {};
  }
  return account.substr(slash + 1, account.size() - slash - 2);
}

}  // namespace

// The computer half of a logged result names the computer and its domain. Results of two computers
// in one bundle name neither.
void CollectDeviceGpresult(const CollectInput& input, FactSpace& facts, DeviceNames& names) {
  const readers::PolicyResults* found = nullptr;
  for (const readers::PolicyResults& half : input.records.Of<readers::PolicyResults>()) {
    if (half.origin != readers::PolicyOrigin::kLogged ||
        half.scope != readers::PolicyScope::kComputer) {
      continue;
    }
    if (found != nullptr && !SameWithoutCase(found->account, half.account)) {
      return;
    }
    found = &half;
  }
  if (found == nullptr) {
    return;
  }
  names.gpresult = ComputerName(found->account);
  // A PC outside a domain shows a word there, in the language of the console.
  if (!names.gpresult.empty() && found->domain.find('.') != std::string_view::npos) {
    facts.Device().facts.Set("device.domain_dns_name",
                             LowerCell(found->domain, found->source, facts));
  }
}

}  // namespace whfb::collectors

#include "collectors/derived/remote_host.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/host_name.h"
#include "scanner/core/truth.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"device.is_remote_host", ValueType::kBool,
             "declared: people connect to this device by Remote Desktop"},
};

// What a device is called: by evidence, and else by its bundle, which proves a name that is
// declared and never that another one is not.
struct Names {
  std::vector<std::string_view> told{};
  std::vector<std::string_view> called{};
};

Names NamesOf(const Subject& device) {
  Names names;
  for (const AliasKind kind : {AliasKind::kFqdn, AliasKind::kName, AliasKind::kBundleName}) {
    for (const Alias& alias : device.aliases) {
      if (alias.kind != kind) {
        continue;
      }
      std::vector<std::string_view>& list =
          alias.told && kind != AliasKind::kBundleName ? names.told : names.called;
      // The host part of a full name is no name of its own.
      const bool known = std::ranges::any_of(names.told, [&alias](std::string_view name) {
        return HostOf(name) == HostOf(alias.value);
      });
      if (kind == AliasKind::kFqdn || !known) {
        list.push_back(alias.value);
      }
    }
  }
  return names;
}

// A NetBIOS name that was cut may be that of several hosts, and a name without a domain that of a
// host in another domain than the device is known to be in.
Truth Same(std::string_view declared, std::string_view name, const Cell& device_domain) {
  if (!SameHost(declared, name)) {
    return Truth::kFalse;
  }
  if (HostOf(declared) != HostOf(name)) {
    return Truth::kUnknown;
  }
  const std::string_view wanted = DomainPartOf(declared);
  const std::string_view own = DomainPartOf(name);
  if (!wanted.empty() && !own.empty()) {
    return SameNoCase(wanted, own) ? Truth::kTrue : Truth::kFalse;
  }
  const bool elsewhere =
      !wanted.empty() && device_domain.present() && !SameNoCase(wanted, device_domain.value.text);
  return elsewhere ? Truth::kUnknown : Truth::kTrue;
}

Truth AnySame(const Cell& list, std::span<const std::string_view> names, const Cell& domain) {
  Truth any = Truth::kFalse;
  for (const std::string_view declared : list.value.list) {
    for (const std::string_view name : names) {
      any = Or(any, Same(declared, name, domain));
    }
  }
  return any;
}

void Derive(const DeriveInput& input, FactSpace& facts) {
  Subject& device = facts.Device();
  device.facts.Put("device.is_remote_host", IsRemoteHost(input.EnvironmentSubject(), device));
}

}  // namespace

Cell IsRemoteHost(const Subject* environment, const Subject& device) {
  if (environment == nullptr) {
    return Cell::Unknown(WhyUnknown::kAmbiguous, {});
  }
  const Cell& hosts = environment->facts.Get("environment.remote_hosts");
  if (hosts.absent()) {
    return Cell::Absent({});
  }
  if (hosts.unknown()) {
    return Cell::Unknown(hosts.why, {});
  }
  const Names names = NamesOf(device);
  const Cell& domain = device.facts.Get("device.domain_dns_name");
  const bool sure = !names.told.empty();
  const Truth declared = AnySame(hosts, sure ? names.told : names.called, domain);
  // Evidence numbers are those of the environment, not of this space.
  if (declared == Truth::kTrue) {
    return Cell::Bool(true, {});
  }
  if (declared == Truth::kUnknown) {
    return Cell::Unknown(WhyUnknown::kAmbiguous, {});
  }
  return sure ? Cell::Absent({}) : Cell::Unknown(WhyUnknown::kNotCollected, {});
}

bool ListNames(const Cell& list, const Subject& device) {
  return list.present() && std::ranges::any_of(list.value.list, [&device](std::string_view name) {
           return std::ranges::any_of(device.aliases, [name](const Alias& alias) {
             const bool called = alias.kind == AliasKind::kName || alias.kind == AliasKind::kFqdn ||
                                 alias.kind == AliasKind::kBundleName;
             return called && SameHost(name, alias.value);
           });
         });
}

extern const DerivationSpec kRemoteHostDerivation;  // declared again by the generated list

const DerivationSpec kRemoteHostDerivation = {
    .name = "remote_host", .scope = Scope::kDevice, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors

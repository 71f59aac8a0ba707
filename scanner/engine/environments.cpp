#include "scanner/engine/environments.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "scanner/core/ascii_text.h"
#include "scanner/core/host_name.h"
#include "scanner/engine/subject_id.h"

namespace whfb::engine {

namespace {

enum class Fit : std::uint8_t { kNo, kPerhaps, kYes };

bool LiesIn(std::string_view domain, std::string_view declared) {
  return domain == declared || (domain.size() > declared.size() + 1 && domain.ends_with(declared) &&
                                domain[domain.size() - declared.size() - 1] == '.');
}

// A name below that of a declared domain is most often a domain of its forest, and may be that of
// another one. Where every domain is declared, it is another one.
Fit FitByDomain(const Cell& domain, const SubjectFacts& environment) {
  const Cell& domains = environment.Get("environment.domains");
  if (!domain.present() || !domains.present() || domains.value.list.empty()) {
    return Fit::kPerhaps;
  }
  const Cell& complete = environment.Get("environment.domains_complete");
  const bool all = complete.present() && complete.value.number != 0;
  const bool known = std::ranges::any_of(domains.value.list, [&](std::string_view declared) {
    return all ? domain.value.text == declared : LiesIn(domain.value.text, declared);
  });
  return known ? Fit::kYes : Fit::kNo;
}

Fit FitByTenant(const SubjectFacts& device, const SubjectFacts& environment) {
  const Cell& tenant = device.Get("device.tenant_id");
  const Cell& own = environment.Get("environment.tenant_id");
  if (!tenant.present() || !own.present()) {
    return Fit::kPerhaps;
  }
  return tenant.value.text == own.value.text ? Fit::kYes : Fit::kNo;
}

Fit FitOf(const SubjectFacts& device, const EnvironmentScan& scan) {
  const Subject* const environment = scan.facts.Find(SubjectKind::kEnvironment);
  if (environment == nullptr) {
    return Fit::kPerhaps;
  }
  const Fit by_tenant = FitByTenant(device, environment->facts);
  return by_tenant != Fit::kPerhaps
             ? by_tenant
             : FitByDomain(device.Get("device.domain_dns_name"), environment->facts);
}

const std::string& NameOf(const EnvironmentScan& scan) {
  return scan.facts.Find(SubjectKind::kEnvironment)->name;
}

void Rename(EnvironmentScan& scan, std::string name) {
  Subject& environment = scan.facts.Environment();
  environment.name = std::move(name);
  scan.id = SubjectId(SubjectKind::kEnvironment, environment.name);
}

// "corp.contoso.com~11111111": what an environment is called whose name another one has.
std::string Apart(const EnvironmentScan& scan, std::size_t number) {
  constexpr std::size_t kShown = 8;
  const Cell& tenant =
      scan.facts.Find(SubjectKind::kEnvironment)->facts.Get("environment.tenant_id");
  const std::string suffix =
      tenant.present() ? std::string(tenant.value.text.substr(0, kShown)) : std::to_string(number);
  return NameOf(scan) + "~" + suffix;
}

// By host and domain: a host name alone may be that of a machine of any company. A device of
// another tenant is a stranger whatever is declared.
bool DeclaresHost(const EnvironmentScan& scan, const Subject& device) {
  const Subject* const environment = scan.facts.Find(SubjectKind::kEnvironment);
  const Cell& domain = device.facts.Get("device.domain_dns_name");
  if (environment == nullptr || !domain.present() ||
      FitByTenant(device.facts, environment->facts) == Fit::kNo) {
    return false;
  }
  const Cell& hosts = environment->facts.Get("environment.remote_hosts");
  return hosts.present() && std::ranges::any_of(hosts.value.list, [&](std::string_view host) {
           return SameNoCase(DomainPartOf(host), domain.value.text) &&
                  std::ranges::any_of(device.aliases, [host](const Alias& alias) {
                    return (alias.kind == AliasKind::kName || alias.kind == AliasKind::kFqdn) &&
                           alias.told && HostOf(alias.value) == HostOf(host);
                  });
         });
}

bool IsOfTenant(const SubjectFacts& device, const EnvironmentScan& scan) {
  const Subject* const environment = scan.facts.Find(SubjectKind::kEnvironment);
  return environment != nullptr && FitByTenant(device, environment->facts) == Fit::kYes;
}

const EnvironmentScan* Only(const std::vector<const EnvironmentScan*>& fitting) {
  return fitting.size() == 1 ? fitting.front() : nullptr;
}

}  // namespace

EnvironmentScan UnknownEnvironment(const RuleBook& book, std::string_view name) {
  EnvironmentScan scan{.facts = FactSpace(book.facts())};
  Subject& environment = scan.facts.Environment();
  environment.name = name;
  environment.AddAlias(AliasKind::kName, name);
  scan.id = SubjectId(SubjectKind::kEnvironment, name);
  scan.shared = SharedItems(book, scan.facts);
  return scan;
}

Environments::Environments(const RuleBook& book, std::vector<EnvironmentScan> known)
    : known_(std::move(known)), unknown_(UnknownEnvironment(book, "default")) {
  for (std::size_t i = 0; i < known_.size(); ++i) {
    const auto same = [&](const EnvironmentScan& other) {
      return NameOf(other) == NameOf(known_[i]);
    };
    const auto end = known_.begin() + static_cast<std::ptrdiff_t>(i);
    for (std::size_t number = i + 1; std::any_of(known_.begin(), end, same); ++number) {
      Rename(known_[i], Apart(known_[i], number));
    }
  }
}

bool Environments::IsKnown(std::string_view name) const {
  return std::ranges::any_of(known_,
                             [name](const EnvironmentScan& scan) { return NameOf(scan) == name; });
}

// What the environment of a device that belongs to none of the known ones is called.
std::string Environments::OwnName(const SubjectFacts& device) const {
  const Cell& domain = device.Get("device.domain_dns_name");
  const Cell& tenant = device.Get("device.tenant_id");
  std::vector<std::string> names;
  if (domain.present()) {
    names.push_back(SubjectName(domain.value.text));
  }
  if (tenant.present()) {
    names.push_back(SubjectName("tenant-" + std::string(tenant.value.text)));
  }
  names.emplace_back("default");
  const auto free =
      std::ranges::find_if(names, [this](const std::string& name) { return !IsKnown(name); });
  if (free != names.end()) {
    return *free;
  }
  std::string name = names.front() + "~unknown";
  while (IsKnown(name)) {
    name += "~";
  }
  return name;
}

ChosenEnvironment Environments::Of(const Subject& device) const {
  std::vector<const EnvironmentScan*> sure;
  std::vector<const EnvironmentScan*> declaring;
  std::vector<const EnvironmentScan*> perhaps;
  for (const EnvironmentScan& scan : known_) {
    const Fit fit = FitOf(device.facts, scan);
    if (fit == Fit::kYes) {
      sure.push_back(&scan);
    } else if (fit == Fit::kPerhaps) {
      perhaps.push_back(&scan);
    }
    if (DeclaresHost(scan, device)) {
      declaring.push_back(&scan);
    }
  }
  // Of those that declare it, its own forest comes first; a forest of its own that does not cannot
  // judge it as a host. Its own tenant can: people use the device there.
  std::erase_if(sure, [&](const EnvironmentScan* scan) {
    return !declaring.empty() && std::ranges::find(declaring, scan) == declaring.end() &&
           !IsOfTenant(device.facts, *scan);
  });
  const EnvironmentScan* const one = !sure.empty()        ? Only(sure)
                                     : !declaring.empty() ? Only(declaring)
                                                          : Only(perhaps);
  if (one != nullptr) {
    return {.scan = one, .name = NameOf(*one)};
  }
  return {.scan = &unknown_, .name = OwnName(device.facts)};
}

}  // namespace whfb::engine

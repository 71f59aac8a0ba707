#include "scanner/engine/environments.h"

#include <algorithm>

#include "scanner/engine/subject_id.h"

namespace whfb::engine {

namespace {

enum class Fit : std::uint8_t { kNo, kPerhaps, kYes };

bool LiesIn(std::string_view domain, std::string_view declared) {
  return domain == declared || (domain.size() > declared.size() + 1 && domain.ends_with(declared) &&
                                domain[domain.size() - declared.size() - 1] == '.');
}

Fit FitByDomain(const Cell& domain, const Cell& domains) {
  if (!domain.present() || !domains.present() || domains.value.list.empty()) {
    return Fit::kPerhaps;
  }
  const bool known = std::ranges::any_of(domains.value.list, [&](std::string_view declared) {
    return LiesIn(domain.value.text, declared);
  });
  return known ? Fit::kYes : Fit::kNo;
}

Fit FitOf(const SubjectFacts& device, const EnvironmentScan& scan) {
  const Subject* const environment = scan.facts.Find(SubjectKind::kEnvironment);
  if (environment == nullptr) {
    return Fit::kPerhaps;
  }
  const Cell& tenant = device.Get("device.tenant_id");
  const Cell& own_tenant = environment->facts.Get("environment.tenant_id");
  if (tenant.present() && own_tenant.present()) {
    return tenant.value.text == own_tenant.value.text ? Fit::kYes : Fit::kNo;
  }
  return FitByDomain(device.Get("device.domain_dns_name"),
                     environment->facts.Get("environment.domains"));
}

// What the environment of the device would be called.
std::string OwnName(const SubjectFacts& device) {
  const Cell& domain = device.Get("device.domain_dns_name");
  const Cell& tenant = device.Get("device.tenant_id");
  if (domain.present()) {
    return std::string(domain.value.text);
  }
  return tenant.present() ? "tenant-" + std::string(tenant.value.text) : std::string("default");
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

ChosenEnvironment Environments::Of(const SubjectFacts& device) const {
  std::vector<const EnvironmentScan*> sure;
  std::vector<const EnvironmentScan*> perhaps;
  for (const EnvironmentScan& scan : known_) {
    const Fit fit = FitOf(device, scan);
    if (fit == Fit::kYes) {
      sure.push_back(&scan);
    } else if (fit == Fit::kPerhaps) {
      perhaps.push_back(&scan);
    }
  }
  const EnvironmentScan* const one = sure.empty() ? Only(perhaps) : Only(sure);
  if (one != nullptr) {
    return {.scan = one, .name = one->facts.Find(SubjectKind::kEnvironment)->name};
  }
  return {.scan = &unknown_, .name = OwnName(device)};
}

}  // namespace whfb::engine

#include "collectors/derived/dc_domain.h"

#include <algorithm>
#include <span>

#include "collectors/derived/judged_certificate.h"
#include "collectors/dn_text.h"
#include "scanner/core/host_name.h"

namespace whfb::collectors {

namespace {

// The only one of all domains, or the only one that the host lies in.
std::string_view OnlyDomain(std::string_view host, std::span<const std::string_view> domains) {
  if (domains.size() == 1) {
    return domains.front();
  }
  const auto around = [host](std::string_view domain) { return IsBelowDomain(host, domain); };
  return std::ranges::count_if(domains, around) == 1 ? *std::ranges::find_if(domains, around)
                                                     : std::string_view{};
}

}  // namespace

Cell DomainOfHost(std::string_view host, const Cell& san, const SubjectFacts& environment) {
  const std::string_view parent = DomainPartOf(host);
  const Cell& declared = environment.Get("environment.domains");
  if (ListHas(declared, parent) == Truth::kTrue) {
    return Cell::Text(*std::ranges::find(declared.value.list, parent), declared.source);
  }
  if (ListHas(san, parent) == Truth::kTrue) {
    return Cell::Text(*std::ranges::find(san.value.list, parent), san.source);
  }
  if (!declared.present()) {
    return Cell::Unknown(declared.absent() ? WhyUnknown::kNotCollected : declared.why,
                         declared.source);
  }
  const bool all = IsTrue(environment.Get("environment.domains_complete")) == Truth::kTrue;
  const std::string_view only = all ? OnlyDomain(host, declared.value.list) : std::string_view{};
  return only.empty() ? Cell::Unknown(WhyUnknown::kAmbiguous, declared.source)
                      : Cell::Text(only, declared.source);
}

Cell SanHasDomain(std::string_view host, const Cell& san, const Cell& domain) {
  if (san.unknown()) {
    return Cell::Unknown(san.why, san.source);
  }
  if (san.absent()) {
    return Cell::Bool(false, san.source);
  }
  if (domain.present()) {
    return Cell::Bool(ListHas(san, domain.value.text) == Truth::kTrue, san.source);
  }
  const bool possible = std::ranges::any_of(san.value.list, [&](std::string_view name) {
    return name != host && name.find('.') != std::string_view::npos;
  });
  return possible ? Cell::Unknown(WhyUnknown::kAmbiguous, san.source)
                  : Cell::Bool(false, san.source);
}

}  // namespace whfb::collectors

// The AD domain of a domain controller, and whether its certificate names it.

#ifndef WHFB_COLLECTORS_DERIVED_DC_DOMAIN_H_
#define WHFB_COLLECTORS_DERIVED_DC_DOMAIN_H_

#include <string_view>

#include "scanner/core/facts.h"

namespace whfb::collectors {

// The domain of `host`: the rest of its name after the first label, where that is a declared
// domain or an entry of `san`; else the one declared domain that can be meant, where every domain
// is declared. A shorter suffix of the name that only the certificate holds proves nothing: the
// certificate is what the domain is wanted for. `environment` holds environment.domains.
[[nodiscard]] Cell DomainOfHost(std::string_view host,
                                const Cell& san,
                                const SubjectFacts& environment);

// Whether `san` holds `domain`. Without a known domain the answer is still "no" when no entry
// could be one: only the host itself and names without a dot are there.
[[nodiscard]] Cell SanHasDomain(std::string_view host, const Cell& san, const Cell& domain);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_DC_DOMAIN_H_

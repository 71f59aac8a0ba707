#include "collectors/derived/rdp_account.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>

#include "collectors/certificate_rows.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/dn_text.h"
#include "collectors/hello_container.h"

namespace whfb::collectors {

namespace {

constexpr std::string_view kSidUri = "tag:microsoft.com,2022-09-14:sid:";

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::string FactName(std::string_view name) {
  return std::string("user.rdp_certificate.").append(name);
}

void PutContainer(std::span<const Cell> row, Subject& user, FactSpace& facts) {
  const Cell& cell = row[kContainer];
  const auto container = cell.present() && TextIs(row[kProvider], kPassportProvider) == Truth::kTrue
                             ? ParseHelloContainer(cell.value.text)
                             : std::nullopt;
  if (!container) {
    for (const char* const name :
         {"container_sid", "container_account", "container_matches_user"}) {
      user.facts.Put(FactName(name), Like(cell));
    }
    return;
  }
  const auto part = [&](std::string_view text) {
    return text.empty() ? Cell::Unknown(WhyUnknown::kMalformed, cell.source)
                        : facts.TextCell(text, cell.source);
  };
  user.facts.Put(FactName("container_sid"), part(container->sid));
  user.facts.Put(FactName("container_account"), part(Lower(container->account)));
  const auto sids = AliasesOf(user, AliasKind::kSid);
  const auto upns = AliasesOf(user, AliasKind::kUpn);
  const bool known =
      !container->sid.empty() && !container->account.empty() && !sids.empty() && !upns.empty();
  user.facts.Put(FactName("container_matches_user"),
                 known ? Cell::Bool(Among(sids, container->sid) && Among(upns, container->account),
                                    cell.source)
                       : Cell::Unknown(WhyUnknown::kNotCollected, cell.source));
}

void PutMapping(std::span<const Cell> row, Subject& user, FactSpace& facts) {
  Cell uri = Like(row[kSanUri]);
  if (row[kSanUri].present()) {
    for (const std::string_view item : row[kSanUri].value.list) {
      if (item.starts_with(kSidUri) && IsSid(item.substr(kSidUri.size()))) {
        uri = facts.TextCell(item.substr(kSidUri.size()), row[kSanUri].source);
      }
    }
  }
  user.facts.Put(FactName("sid_uri"), uri);
  const Cell& extension = row[kSidExtension];
  Cell mapping = Cell::Text("none", extension.source);
  if (extension.present()) {
    mapping = Cell::Text("sid-extension", extension.source);
  } else if (uri.present()) {
    mapping = Cell::Text("san-uri", uri.source);
  } else if (extension.unknown() || uri.unknown()) {
    mapping = extension.unknown() ? extension : uri;
  }
  user.facts.Put(FactName("strong_mapping"), mapping);
}

// No evidence shows the account itself yet; that explicit mappings are not used can be declared.
Cell ExplicitMapping(const Subject* environment) {
  if (environment == nullptr) {
    return Cell::Unknown(WhyUnknown::kAmbiguous);
  }
  const Cell& used = environment->facts.Get("environment.explicit_mappings");
  const bool never = used.present() && used.value.number == 0;
  return never ? Cell::Bool(false, {}) : Cell::Unknown(WhyUnknown::kNotCollected);
}

// Whether the suffix of the UPN in the certificate is the AD domain of the account. Of several
// declared domains the account may be in another one, whose users carry this suffix, too; a suffix
// that is not declared is none of them only where all are.
Cell SuffixIsDomain(const Cell& upn, const Subject& device, const Subject* environment) {
  if (!upn.present() || upn.value.list.empty()) {
    return Like(upn);
  }
  const std::string_view name = upn.value.list.front();
  const std::string_view suffix = name.substr(std::min(name.rfind('@') + 1, name.size()));
  const std::span<const std::string_view> domains = ListOf(environment, "environment.domains");
  if (Among(domains, suffix)) {
    return domains.size() == 1 ? Cell::Bool(true, upn.source)
                               : Cell::Unknown(WhyUnknown::kAmbiguous, upn.source);
  }
  const Cell& joined = device.facts.Get("device.domain_dns_name");
  if (domains.empty()) {
    return joined.present() && SameText(joined.value.text, suffix)
               ? Cell::Bool(true, upn.source)
               : Cell::Unknown(WhyUnknown::kNotCollected, upn.source);
  }
  const bool all = IsTrue(environment->facts.Get("environment.domains_complete")) == Truth::kTrue;
  return all ? Cell::Bool(false, upn.source) : Cell::Unknown(WhyUnknown::kNotCollected, upn.source);
}

Cell UpnMatches(const Cell& upn, const Subject& user) {
  if (upn.unknown()) {
    return Like(upn);
  }
  const auto known = AliasesOf(user, AliasKind::kUpn);
  if (known.empty()) {
    return Cell::Unknown(WhyUnknown::kNotCollected, upn.source);
  }
  return Cell::Bool(
      upn.present() && std::ranges::any_of(upn.value.list,
                                           [&](std::string_view one) { return Among(known, one); }),
      upn.source);
}

Cell HasDomainComponents(const Cell& subject) {
  return subject.present() ? Cell::Bool(!DnValue(subject.value.text, "DC").empty(), subject.source)
                           : Like(subject);
}

}  // namespace

std::vector<std::string_view> AliasesOf(const Subject& user, AliasKind kind) {
  std::vector<std::string_view> values;
  for (const Alias& alias : user.aliases) {
    if (alias.kind == kind) {
      values.emplace_back(alias.value);
    }
  }
  return values;
}

void PutAccount(std::span<const Cell> row,
                const Subject* environment,
                Subject& user,
                FactSpace& facts) {
  PutContainer(row, user, facts);
  PutMapping(row, user, facts);
  user.facts.Put(FactName("explicit_mapping"), ExplicitMapping(environment));
  user.facts.Put(FactName("subject_has_domain_components"), HasDomainComponents(row[kSubject]));
  user.facts.Put(FactName("upn_suffix_is_domain"),
                 SuffixIsDomain(row[kSanUpn], facts.Device(), environment));
  user.facts.Put(FactName("upn_matches_user"), UpnMatches(row[kSanUpn], user));
}

}  // namespace whfb::collectors

#include "collectors/derived/rdp_account.h"

#include <algorithm>
#include <optional>
#include <string>

#include "collectors/certificate_rows.h"
#include "collectors/derived/explicit_mapping.h"
#include "collectors/derived/judged_certificate.h"
#include "collectors/directory_account_columns.h"
#include "collectors/dn_text.h"
#include "collectors/hello_container.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::string_view kSidUri = "tag:microsoft.com,2022-09-14:sid:";

std::string FactName(std::string_view name) {
  return std::string("user.rdp_certificate.").append(name);
}

// SIDs of the user that something else than a container tells: evidence about the account, a SCEP
// request that the device made for it, or the CA, which wrote SID and UPN of one account into the
// certificate. Requires .sid_uri.
std::vector<std::string_view> ToldSids(std::span<const Cell> row,
                                       const Subject& user,
                                       const Subject& device) {
  std::vector<std::string_view> sids = ToldAliasesOf(user, AliasKind::kSid);
  const auto own = AliasesOf(user, AliasKind::kSid);
  const auto tell = [&](const Cell& sid) {
    if (sid.present() && Among(own, sid.value.text) && !Among(sids, sid.value.text)) {
      sids.push_back(sid.value.text);
    }
  };
  const Table& scep = device.facts.TableOf("device.scep_enrolment");
  const auto column = static_cast<std::size_t>(FindColumn(scep.spec(), "user_sid"));
  for (std::size_t i = 0; i < scep.size(); ++i) {
    tell(scep.Row(i)[column]);
  }
  const auto upns = ToldAliasesOf(user, AliasKind::kUpn);
  const Cell& named = row[kSanUpn];
  if (named.present() && std::ranges::any_of(named.value.list, [&](std::string_view upn) {
        return Among(upns, upn);
      })) {
    tell(row[kSidExtension]);
    tell(user.facts.Get(FactName("sid_uri")));
  }
  return sids;
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
  user.facts.Put(FactName("container_account"), part(LowerAscii(container->account)));
  // A user who is only known from this name would match it whoever that is.
  const auto sids = ToldSids(row, user, facts.Device());
  const auto upns = ToldAliasesOf(user, AliasKind::kUpn);
  const bool known =
      !container->sid.empty() && !container->account.empty() && !sids.empty() && !upns.empty();
  user.facts.Put(FactName("container_matches_user"),
                 known ? Cell::Bool(Among(sids, container->sid) && Among(upns, container->account),
                                    cell.source)
                       : Cell::Unknown(WhyUnknown::kNotCollected, cell.source));
}

// A SID that a certificate carries for the domain controllers, against the one of the account.
// Entra SIDs (S-1-12-1-...) are never those of an account in Active Directory.
Truth IsAccounts(std::string_view sid, const Cell& account) {
  if (sid.starts_with("S-1-12-1-")) {
    return Truth::kFalse;
  }
  return account.present() ? TextIs(account, sid) : Truth::kUnknown;
}

// The SID of a SAN URI: that of the account where several are there.
Cell SidUri(const Cell& uris, const Cell& account, FactSpace& facts) {
  if (!uris.present()) {
    return Like(uris);
  }
  std::string_view sid;
  for (const std::string_view item : uris.value.list) {
    const std::string_view found = item.substr(std::min(kSidUri.size(), item.size()));
    const bool better = sid.empty() || IsAccounts(found, account) > IsAccounts(sid, account);
    if (item.starts_with(kSidUri) && IsSid(found) && better) {
      sid = found;
    }
  }
  return sid.empty() ? Cell::Absent(uris.source) : facts.TextCell(sid, uris.source);
}

// A SID that is not known to be wrong counts: whether it is the account's own is only known where
// the evidence shows the account.
Cell StrongMapping(const Cell& extension, const Cell& uri, const Cell& account) {
  const auto answer = [&](const Cell& cell, std::string_view name) {
    const bool wrong = IsAccounts(cell.value.text, account) == Truth::kFalse;
    return Cell::Text(wrong ? "other-account" : name, cell.source);
  };
  if (extension.present()) {
    return answer(extension, "sid-extension");
  }
  if (uri.present()) {
    const Cell by_uri = answer(uri, "san-uri");
    const bool wrong = by_uri.value.text == "other-account";
    return wrong && extension.unknown() ? Like(extension) : by_uri;
  }
  if (extension.unknown() || uri.unknown()) {
    return Like(extension.unknown() ? extension : uri);
  }
  return Cell::Text("none", extension.source);
}

void PutMapping(std::span<const Cell> row, Subject& user, FactSpace& facts) {
  const Cell& account = user.facts.Get("user.ad_sid");
  const Cell uri = SidUri(row[kSanUri], account, facts);
  user.facts.Put(FactName("sid_uri"), uri);
  user.facts.Put(FactName("strong_mapping"), StrongMapping(row[kSidExtension], uri, account));
}

// The name of the key container is written with the certificate: it says nothing about the account
// that the certificate was meant for.
Cell UpnMatches(const Cell& upn, const Subject& user) {
  if (upn.unknown()) {
    return Like(upn);
  }
  const auto known = ToldAliasesOf(user, AliasKind::kUpn);
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

std::vector<std::string_view> ToldAliasesOf(const Subject& user, AliasKind kind) {
  std::vector<std::string_view> values;
  for (const Alias& alias : user.aliases) {
    if (alias.kind == kind && alias.told) {
      values.emplace_back(alias.value);
    }
  }
  return values;
}

Cell DirectorySid(const Subject& user,
                  const Subject& device,
                  const Subject* environment,
                  FactSpace& facts) {
  // Where the device is in no domain, such a SID is one of a local account.
  const bool in_domain = IsTrue(device.facts.Get("device.domain_joined")) == Truth::kTrue;
  std::vector<std::string_view> sids = AliasesOf(user, AliasKind::kSid);
  std::erase_if(sids, [](std::string_view sid) { return !sid.starts_with("S-1-5-21-"); });
  if (!in_domain || sids.empty()) {
    const DirectoryAccount account = FindDirectoryAccount(user, environment);
    if (!account.row.empty() && account.row[kAccountSid].present()) {
      return facts.TextCell(account.row[kAccountSid].value.text, {});
    }
    const bool conflict = account.why == WhyUnknown::kConflicting;
    return Cell::Unknown(conflict ? account.why : WhyUnknown::kNotCollected);
  }
  return sids.size() == 1 ? facts.TextCell(sids.front(), {})
                          : Cell::Unknown(WhyUnknown::kConflicting);
}

Cell SuffixIsDomain(std::string_view upn,
                    const Provenance& source,
                    const Subject& device,
                    const Subject* environment) {
  const std::string_view suffix = upn.substr(std::min(upn.rfind('@') + 1, upn.size()));
  const std::span<const std::string_view> domains = ListOf(environment, "environment.domains");
  if (Among(domains, suffix)) {
    return domains.size() == 1 ? Cell::Bool(true, source)
                               : Cell::Unknown(WhyUnknown::kAmbiguous, source);
  }
  const Cell& joined = device.facts.Get("device.domain_dns_name");
  if (domains.empty()) {
    return joined.present() && SameNoCase(joined.value.text, suffix)
               ? Cell::Bool(true, source)
               : Cell::Unknown(WhyUnknown::kNotCollected, source);
  }
  const bool all = IsTrue(environment->facts.Get("environment.domains_complete")) == Truth::kTrue;
  return all ? Cell::Bool(false, source) : Cell::Unknown(WhyUnknown::kNotCollected, source);
}

void PutAccount(std::span<const Cell> row,
                const Subject* environment,
                Subject& user,
                FactSpace& facts) {
  PutMapping(row, user, facts);
  PutContainer(row, user, facts);
  user.facts.Put(FactName("explicit_mapping"), ExplicitMapping(row, user, environment));
  user.facts.Put(FactName("subject_has_domain_components"), HasDomainComponents(row[kSubject]));
  const Cell& upn = row[kSanUpn];
  const bool named = upn.present() && !upn.value.list.empty();
  user.facts.Put(
      FactName("upn_suffix_is_domain"),
      named ? SuffixIsDomain(upn.value.list.front(), upn.source, facts.Device(), environment)
            : Like(upn));
  user.facts.Put(FactName("upn_matches_user"), UpnMatches(row[kSanUpn], user));
}

}  // namespace whfb::collectors

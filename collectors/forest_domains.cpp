#include "collectors/forest_domains.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "collectors/directory_view.h"
#include "collectors/readers/directory_record.h"
#include "collectors/readers/ldap_name.h"

namespace whfb::collectors {

namespace {

using readers::DirectoryKind;
using readers::DirectoryObject;

std::string_view FirstValue(const DirectoryObject& object, std::string_view attribute) {
  const readers::DirectoryAttribute* const found = object.Find(attribute);
  return found == nullptr || found->values.empty() ? std::string_view{} : found->values[0];
}

// A naming context that is a domain: FLAG_CR_NTDS_DOMAIN ([MS-ADTS] 6.1.1.2.1.1). Application
// partitions have no NetBIOS name.
bool IsDomainContext(const DirectoryObject& object) {
  const std::string_view text = FirstValue(object, "systemFlags");
  std::int64_t flags = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), flags);
  constexpr std::int64_t kDomain = 0x2;
  return text.empty() || parsed.ec != std::errc{} ? !FirstValue(object, "nETBIOSName").empty()
                                                  : (flags & kDomain) != 0;
}

std::string DnsName(const DirectoryObject& object, std::string_view dn) {
  const std::string by_name = readers::DomainOfName(dn);
  return by_name.empty() ? FoldedText(FirstValue(object, "dnsRoot")) : by_name;
}

using Domains = std::map<std::string, ForestDomain>;

void Take(const DirectoryObject& object, Domains& domains) {
  const bool context = object.kind == DirectoryKind::kCrossRef && IsDomainContext(object);
  const std::string_view sid = FirstValue(object, "objectSid");
  const bool head = object.kind == DirectoryKind::kDomain && !sid.empty();
  std::string name = context ? DnsName(object, FirstValue(object, "nCName"))
                     : head  ? DnsName(object, object.dn)
                             : std::string{};
  if (name.empty()) {
    return;
  }
  const ForestDomain fresh = {.dns_name = name, .source = object.source};
  ForestDomain& domain = domains.emplace(std::move(name), fresh).first->second;
  domain.sid = domain.sid.empty() ? std::string(sid) : domain.sid;
  if (domain.netbios_name.empty()) {
    domain.netbios_name = FirstValue(object, "nETBIOSName");
  }
}

// Where the configuration lies, the forest root is.
std::string RootOf(const DirectoryObject& object) {
  if (object.kind == DirectoryKind::kRootDse) {
    return readers::DomainOfName(FirstValue(object, "rootDomainNamingContext"));
  }
  return FoldedText(object.dn).find("cn=configuration, dc=") == std::string::npos
             ? std::string{}
             : readers::DomainOfName(object.dn);
}

}  // namespace

std::string_view ForestDomains::RootSid() const {
  const auto found = std::ranges::find(domains, root, &ForestDomain::dns_name);
  return found == domains.end() || root.empty() ? std::string_view{} : found->sid;
}

std::string_view ForestDomains::OnlySid() const {
  return complete && domains.size() == 1 ? std::string_view(domains[0].sid) : std::string_view{};
}

ForestDomains FindForestDomains(const readers::Records& records) {
  constexpr std::array<std::string_view, 2> kContexts = {"objectclass=crossref",
                                                         "objectcategory=crossref"};
  ForestDomains forest;
  Domains domains;
  for (const DirectoryObject& object : records.Of<DirectoryObject>()) {
    Take(object, domains);
    forest.root = forest.root.empty() ? RootOf(object) : forest.root;
  }
  for (auto& [name, domain] : domains) {
    forest.domains.push_back(std::move(domain));
  }
  const DirectorySearches searches(records);
  forest.root = forest.root.empty() ? searches.ForestRoot() : forest.root;
  if (const auto* const search = searches.Below("CN=Partitions, CN=Configuration", kContexts)) {
    forest.complete = !forest.domains.empty();
    forest.source = search->source;
  }
  return forest;
}

}  // namespace whfb::collectors

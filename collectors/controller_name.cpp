#include "collectors/controller_name.h"

#include <algorithm>
#include <utility>

#include "collectors/certificate_rows.h"
#include "collectors/dn_text.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

constexpr std::string_view kDeclaredController = "forest/domain-controllers/domain-controller@name";

bool IsHostName(std::string_view name) {
  return name.find('.') != std::string_view::npos &&
         name.find_first_of(" @/\\*") == std::string_view::npos;
}

bool Holds(std::span<const std::string> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::vector<std::string> SanNames(const readers::CertificateFields& fields) {
  std::vector<std::string> names;
  if (fields.san_dns.present()) {
    for (const std::string_view name : fields.san_dns.value) {
      names.push_back(LowerAscii(name));
    }
  }
  return names;
}

// Entries that lie below another one (the domain) and above none.
std::vector<std::string> BelowADomain(std::span<const std::string> names) {
  std::vector<std::string> hosts;
  for (const std::string& name : names) {
    const bool below = std::ranges::any_of(
        names, [&](const std::string& other) { return IsBelowDomain(name, other); });
    const bool above = std::ranges::any_of(
        names, [&](const std::string& other) { return IsBelowDomain(other, name); });
    if (below && !above && IsHostName(name) && !Holds(hosts, name)) {
      hosts.push_back(name);
    }
  }
  return hosts;
}

// The only one of `hosts` that is called `part`.
std::string Named(std::string_view part, std::span<const std::string> hosts) {
  const std::string* found = nullptr;
  for (const std::string& host : hosts) {
    if (IsCalled(host, part)) {
      if (found != nullptr) {
        return {};
      }
      found = &host;
    }
  }
  return found == nullptr ? std::string{} : *found;
}

// Every name that the certificate has may be the one, also an alias in its SAN.
std::string HostOfComputer(const readers::CertificateRecord& record) {
  std::vector<std::string> names = SanNames(record.fields);
  if (record.fields.subject.present()) {
    names.push_back(LowerAscii(DnValue(record.fields.subject.value, "CN")));
  }
  std::erase_if(names, [](const std::string& name) { return !IsHostName(name); });
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return Named(record.computer, names);
}

}  // namespace

bool IsCalled(std::string_view host, std::string_view name) {
  return SameNoCase(name, host) || SameNoCase(name, host.substr(0, host.find('.')));
}

std::vector<std::string> HostNames(const readers::CertificateFields& fields) {
  const std::vector<std::string> names = SanNames(fields);
  const std::string common =
      fields.subject.present() ? LowerAscii(DnValue(fields.subject.value, "CN")) : std::string{};
  if (IsHostName(common) && (names.empty() || Holds(names, common))) {
    return {common};
  }
  std::vector<std::string> hosts = BelowADomain(names);
  if (std::string host = Named(common, hosts); !host.empty()) {
    return {std::move(host)};
  }
  if (!hosts.empty()) {
    return hosts;
  }
  if (IsHostName(common)) {
    return {common};
  }
  std::ranges::copy_if(names, std::back_inserter(hosts), IsHostName);
  return hosts;
}

std::string HostOfPath(std::string_view path, std::span<const std::string> hosts) {
  while (!path.empty()) {
    const std::size_t end = path.find_last_of("/\\!");
    const std::string_view part = end == std::string_view::npos ? path : path.substr(end + 1);
    path = end == std::string_view::npos ? std::string_view{} : path.substr(0, end);
    for (const std::string_view name : {part, part.substr(0, part.rfind('.'))}) {
      if (std::string host = Named(name, hosts); !host.empty()) {
        return host;
      }
    }
  }
  return {};
}

ControllerNames::ControllerNames(std::span<const readers::CertificateRecord* const> certificates,
                                 std::span<const readers::IntentItem> intent,
                                 std::span<const EvidenceItem> evidence)
    : evidence_(evidence) {
  for (const readers::CertificateRecord* const certificate : certificates) {
    std::vector<std::string> names = HostNames(certificate->fields);
    std::ranges::sort(names);
    const std::size_t set = sets_.emplace(names, sets_.size()).first->second;
    for (const std::string& name : names) {
      std::vector<std::uint32_t>& evidence_of = sets_by_host_[name][set];
      const std::uint32_t item = certificate->source.evidence;
      if (evidence_of.size() < 2 && std::ranges::find(evidence_of, item) == evidence_of.end()) {
        evidence_of.push_back(item);
      }
    }
  }
  for (const readers::IntentItem& item : intent) {
    if (item.path == kDeclaredController) {
      std::string host = LowerAscii(item.value);
      host.erase(host.find_last_not_of('.') + 1);
      declared_.push_back(std::move(host));
    }
  }
}

std::string ControllerNames::HostOf(const readers::CertificateRecord& record) const {
  if (!record.computer.empty()) {
    return HostOfComputer(record);
  }
  std::vector<std::string> names = HostNames(record.fields);
  if (names.size() < 2) {
    return names.empty() ? std::string{} : names.front();
  }
  if (std::string host = HostOfPath(PathOf(record.source), names); !host.empty()) {
    return host;
  }
  const auto declared = std::ranges::count_if(
      names, [this](const std::string& name) { return Holds(declared_, name); });
  if (declared == 1) {
    return *std::ranges::find_if(
        names, [this](const std::string& name) { return Holds(declared_, name); });
  }
  const auto own = std::ranges::find_if(
      names, [&](const std::string& name) { return !SharedWithAnother(name, record, names); });
  return own == names.end() ? names.front() : *own;
}

// An alias, not a host: the certificate of another domain controller names it, too. One with the
// same names is the same domain controller, before or after a renewal.
bool ControllerNames::SharedWithAnother(const std::string& host,
                                        const readers::CertificateRecord& record,
                                        std::vector<std::string> names) const {
  std::ranges::sort(names);
  const auto own = sets_.find(names);
  const auto found = sets_by_host_.find(host);
  return found != sets_by_host_.end() &&
         std::ranges::any_of(found->second, [&](const Sets::value_type& set) {
           const bool same = own != sets_.end() && set.first == own->second;
           return !same && std::ranges::any_of(set.second, [&](std::uint32_t evidence) {
             return evidence != record.source.evidence;
           });
         });
}

std::string ControllerNames::DeclaredHostCalled(std::string_view computer) const {
  return Named(computer, declared_);
}

std::string ControllerNames::DeclaredHostOf(const Provenance& source) const {
  return HostOfPath(PathOf(source), declared_);
}

std::string_view ControllerNames::PathOf(const Provenance& source) const {
  return source.evidence == 0 || source.evidence > evidence_.size()
             ? std::string_view{}
             : std::string_view(evidence_[source.evidence - 1].file);
}

}  // namespace whfb::collectors

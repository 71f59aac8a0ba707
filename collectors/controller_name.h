// Which domain controller a certificate or a store listing is about.
//
// A certificate names its host as common name or among its SAN entries, where it also names the
// domain, the NetBIOS name, and often an alias that several domain controllers share. Where that
// leaves a choice, the folder or file it was found in, the declared domain controllers, and what
// other stores name decide. Nothing here looks at usages: whether the certificate is one of a
// domain controller at all is the collector's question.

#ifndef WHFB_COLLECTORS_CONTROLLER_NAME_H_
#define WHFB_COLLECTORS_CONTROLLER_NAME_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/small_records.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

// The FQDNs, in lower case, that may be the host of this certificate: one that is certain, or
// those between which it does not tell. Empty: it names no host.
[[nodiscard]] std::vector<std::string> HostNames(const readers::CertificateFields& fields);

// The one of `hosts` (FQDNs in lower case) that a part of the path is named after, by FQDN or
// first label, the nearest part first; empty when none is, or two fit.
[[nodiscard]] std::string HostOfPath(std::string_view path, std::span<const std::string> hosts);

// The FQDN is called so, in full or by its first label.
[[nodiscard]] bool IsCalled(std::string_view host, std::string_view name);

class ControllerNames {
 public:
  // `certificates` are those of domain controllers. The spans must outlive this.
  ControllerNames(std::span<const readers::CertificateRecord* const> certificates,
                  std::span<const readers::IntentItem> intent,
                  std::span<const EvidenceItem> evidence);

  // Empty: the certificate names no host; or, where the record says on which computer it was seen,
  // none that is called so.
  [[nodiscard]] std::string HostOf(const readers::CertificateRecord& record) const;

  // The only declared domain controller that is called so, or empty.
  [[nodiscard]] std::string DeclaredHostCalled(std::string_view computer) const;

  // The declared domain controller that the place of an evidence item is named after, or empty.
  [[nodiscard]] std::string DeclaredHostOf(const Provenance& source) const;

 private:
  [[nodiscard]] std::string_view PathOf(const Provenance& source) const;
  [[nodiscard]] bool SharedWithAnother(const std::string& host,
                                       const readers::CertificateRecord& record,
                                       std::vector<std::string> names) const;

  // Which sets of names hold a host, each with the evidence of two of its certificates at most:
  // enough to find one that is not of a given evidence item.
  using Sets = std::map<std::size_t, std::vector<std::uint32_t>>;

  std::map<std::vector<std::string>, std::size_t> sets_;  // sorted names, and their number
  std::unordered_map<std::string, Sets> sets_by_host_;
  std::vector<std::string> declared_;
  std::span<const EvidenceItem> evidence_;
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_CONTROLLER_NAME_H_

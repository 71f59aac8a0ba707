// Certificates that are not what they say: the CA they name was collected, with the very key they
// name, and did not sign them. They are damaged or foreign and prove nothing.

#ifndef WHFB_COLLECTORS_FALSE_SIGNATURES_H_
#define WHFB_COLLECTORS_FALSE_SIGNATURES_H_

#include <span>
#include <string_view>
#include <unordered_map>

#include "collectors/certificate_signature.h"
#include "collectors/readers/certificate_record.h"
#include "collectors/readers/reader.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

class FalseSignatures {
 public:
  FalseSignatures() = default;

  // With the CAs among the records, which must outlive this.
  explicit FalseSignatures(const readers::Records& records);

  // The CA of a row, if it is one whose DER was collected. The space must outlive this.
  void AddAuthority(std::span<const Cell> row, const FactSpace& space);

  // False also where nothing can be told: no DER, no key identifiers, the CA was not collected.
  [[nodiscard]] bool Has(const readers::CertificateFields& certificate) const;
  [[nodiscard]] bool Has(std::span<const Cell> row, const FactSpace& space) const;

 private:
  struct Authority {
    std::string_view subject{};
    Signed certificate{};
  };

  void Add(std::string_view key_id, const Authority& authority);
  [[nodiscard]] bool Has(std::string_view issuer,
                         std::string_view key_id,
                         const Signed& certificate) const;

  // By key identifier; a certificate that was collected twice is one.
  std::unordered_multimap<std::string_view, Authority> authorities_;
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_FALSE_SIGNATURES_H_

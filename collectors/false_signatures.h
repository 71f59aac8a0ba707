// Certificates that are not what they say: the CA they name was collected, with the very key they
// name, and did not sign them. They are damaged or foreign and prove nothing.

#ifndef WHFB_COLLECTORS_FALSE_SIGNATURES_H_
#define WHFB_COLLECTORS_FALSE_SIGNATURES_H_

#include <string_view>
#include <unordered_map>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/reader.h"

namespace whfb::collectors {

class FalseSignatures {
 public:
  // The records must outlive this.
  explicit FalseSignatures(const readers::Records& records);

  // False also where nothing can be told: no DER, no key identifiers, the CA was not collected.
  [[nodiscard]] bool Has(const readers::CertificateFields& certificate) const;

 private:
  // CA certificates with their DER, by key identifier.
  std::unordered_multimap<std::string_view, const readers::CertificateFields*> authorities_;
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_FALSE_SIGNATURES_H_

// Certificate stores as the registry keeps them: keys named by thumbprint with a value `Blob`
// under SystemCertificates and EnterpriseCertificates (evidence.md section 6).

#ifndef WHFB_COLLECTORS_REGISTRY_STORES_H_
#define WHFB_COLLECTORS_REGISTRY_STORES_H_

#include <span>
#include <vector>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/reader.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

struct RegistryStores {
  std::vector<readers::CertificateRecord> certificates{};
  // One for each machine store of which some physical place was exported whole; complete if every
  // place was. The MY store of a user is files, so the registry never shows it completely.
  std::vector<readers::StoreListing> listings{};
};

// A blob that does not parse gives no certificate, and no complete listing of its store. What lies
// in an old copy of a hive gives nothing.
[[nodiscard]] RegistryStores ReadRegistryStores(const readers::Records& records,
                                                std::span<const EvidenceItem> evidence);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_REGISTRY_STORES_H_

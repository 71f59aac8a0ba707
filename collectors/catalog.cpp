#include "collectors/collector.h"

namespace whfb::collectors {

FactCatalog MakeCatalog() {
  FactCatalog catalog;
  for (const CollectorSpec* const collector : AllCollectors()) {
    catalog.Add(collector->facts);
    catalog.Add(collector->tables);
  }
  for (const DerivationSpec* const derivation : AllDerivations()) {
    catalog.Add(derivation->facts);
    catalog.Add(derivation->tables);
  }
  return catalog;
}

}  // namespace whfb::collectors

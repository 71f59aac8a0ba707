// Runs one collector or derivation on small inputs.

#ifndef WHFB_TESTS_REGISTRY_COLLECTOR_RUN_H_
#define WHFB_TESTS_REGISTRY_COLLECTOR_RUN_H_

#include <string_view>

#include "collectors/collector.h"
#include "tests/registry/registry_text.h"

namespace whfb::collectors {
extern const CollectorSpec kUacCollector;
extern const CollectorSpec kWhfbPolicyCollector;
extern const CollectorSpec kDeviceStateCollector;
extern const CollectorSpec kProfileCollector;
extern const CollectorSpec kEnvironmentCollector;
extern const DerivationSpec kPolicySourceDerivation;
extern const DerivationSpec kRouteDerivation;
extern const DerivationSpec kJudgedObjectsDerivation;
extern const DerivationSpec kEntraAccountDerivation;
extern const DerivationSpec kNdesStateDerivation;
extern const DerivationSpec kProfileReferenceDerivation;
extern const DerivationSpec kProfileValidityDerivation;
extern const DerivationSpec kProfileSubjectDerivation;
}  // namespace whfb::collectors

namespace whfb::test {

inline const FactCatalog& Catalog() {
  static const FactCatalog catalog = collectors::MakeCatalog();
  return catalog;
}

// A fact space with records; text of cells lives in either pool.
struct Bundle {
  Reading reading{};
  FactSpace facts{Catalog()};
  collectors::Declared declared{};
  collectors::Moment moment{};

  void Collect(const collectors::CollectorSpec& collector) {
    collector.collect({.records = reading.records, .moment = moment, .declared = declared}, facts);
  }

  void Derive(const collectors::DerivationSpec& derivation,
              const FactSpace* environment = nullptr) {
    derivation.derive({.moment = moment, .declared = declared, .environment = environment}, facts);
  }

  [[nodiscard]] const Cell& Device(std::string_view fact) { return facts.Device().facts.Get(fact); }
};

}  // namespace whfb::test

#endif  // WHFB_TESTS_REGISTRY_COLLECTOR_RUN_H_

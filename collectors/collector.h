// Collectors: records of one bundle (or of the environment evidence) in, facts out. One file per
// subject area; a collector has no header, nothing else may call it.
//
// Derivations: facts in, facts out, where an answer needs several sources. They run after every
// collector, in the order of collectors/CMakeLists.txt, and may only Put facts and tables that
// they declare. Both are pure and may run on any thread, each on its own FactSpace.

#ifndef WHFB_COLLECTORS_COLLECTOR_H_
#define WHFB_COLLECTORS_COLLECTOR_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/catalog.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

// What the operator said on the command line; values are facts with provenance 0 (declared).
struct Declared {
  std::string route{};               // --route; empty: not said
  std::vector<std::string> users{};  // --users: SIDs or UPNs in scope
  std::string collected_as{};        // --collected-as UPN|SID
};

// Parameters of evaluation, never the clock.
struct Moment {
  Ticks now = 0;             // --as-of
  TimeInterval collected{};  // when the evidence of this bundle was taken; both 0: not known
};

// Which evidence a collector reads: that of a device's bundle, or the environment's.
enum class Scope : std::uint8_t { kDevice, kEnvironment };

struct CollectInput {
  const readers::Records& records;
  Moment moment{};
  const Declared& declared;
};

struct CollectorSpec {
  std::string_view name;  // "device_state"
  Scope scope = Scope::kDevice;
  std::span<const FactSpec> facts{};
  std::span<const TableSpec> tables{};
  std::span<const readers::EventInterest> events{};
  void (*collect)(const CollectInput& input, FactSpace& facts) = nullptr;
};

struct DeriveInput {
  Moment moment{};
  const Declared& declared;
  // The finished environment of the device; null while the environment itself is derived, or
  // when two environments fit the device (its environment facts are then unknown, ambiguous).
  const FactSpace* environment = nullptr;

  // Null where there is none.
  [[nodiscard]] const Subject* EnvironmentSubject() const {
    return environment == nullptr ? nullptr : environment->Find(SubjectKind::kEnvironment);
  }
};

struct DerivationSpec {
  std::string_view name;
  Scope scope = Scope::kDevice;
  std::span<const FactSpec> facts{};
  std::span<const TableSpec> tables{};
  void (*derive)(const DeriveInput& input, FactSpace& facts) = nullptr;
};

// In the order of collectors/CMakeLists.txt (generated).
[[nodiscard]] std::span<const CollectorSpec* const> AllCollectors();
[[nodiscard]] std::span<const DerivationSpec* const> AllDerivations();

// The catalogue of everything that collectors and derivations declare.
[[nodiscard]] FactCatalog MakeCatalog();

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_COLLECTOR_H_

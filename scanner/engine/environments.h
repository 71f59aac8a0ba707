// The environments of a run, and which of them a device belongs to.
//
// A device joins by tenant id, or by its domain where tenants cannot be compared. One that
// certainly belongs elsewhere, or to which two fit, is never judged by the CAs and domain
// controllers of strangers: it gets an environment of which nothing is known. A Remote Desktop host
// belongs to the environment that declares it by its full name, unless it is known to be of the
// tenant of another one; where several do, to that of its own forest among them.

#ifndef WHFB_SCANNER_ENGINE_ENVIRONMENTS_H_
#define WHFB_SCANNER_ENGINE_ENVIRONMENTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "scanner/engine/environment_scan.h"

namespace whfb::engine {

// An environment of which nothing was given: its facts are all unknown (not-collected).
[[nodiscard]] EnvironmentScan UnknownEnvironment(const RuleBook& book, std::string_view name);

struct ChosenEnvironment {
  const EnvironmentScan* scan = nullptr;  // never null
  std::string name{};                     // as its subject is called
};

class Environments {
 public:
  // At least one of `known`. Those of one name (two tenants, one forest name) are told apart.
  Environments(const RuleBook& book, std::vector<EnvironmentScan> known);

  // Thread-safe while nobody judges. The name is never that of another environment: findings and
  // readiness are kept by it.
  [[nodiscard]] ChosenEnvironment Of(const Subject& device) const;

  [[nodiscard]] std::vector<EnvironmentScan>& known() { return known_; }

  [[nodiscard]] const std::vector<EnvironmentScan>& known() const { return known_; }

 private:
  [[nodiscard]] bool IsKnown(std::string_view name) const;
  [[nodiscard]] std::string OwnName(const SubjectFacts& device) const;

  std::vector<EnvironmentScan> known_;
  EnvironmentScan unknown_;
};

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_ENVIRONMENTS_H_

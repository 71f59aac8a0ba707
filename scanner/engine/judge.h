// Holds the rules of one subject kind against one subject and collects the findings, together
// with what readiness needs of them. Pure; one per thread is not needed, all state is passed.

#ifndef WHFB_SCANNER_ENGINE_JUDGE_H_
#define WHFB_SCANNER_ENGINE_JUDGE_H_

#include <array>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "rules/catalog.h"
#include "rules/evaluator.h"
#include "rules/explain.h"
#include "rules/readiness.h"
#include "scanner/core/facts.h"
#include "scanner/core/finding.h"

namespace whfb::engine {

// The rules of a catalogue, sorted for judging. The catalogue must outlive this.
class RuleBook {
 public:
  RuleBook(const rules::RuleCatalog& catalog, const FactCatalog& facts);

  [[nodiscard]] const std::vector<const rules::Rule*>& Of(SubjectKind kind) const {
    return by_kind_.at(static_cast<std::size_t>(kind));
  }

  // The rule asks something of Remote Desktop hosts: it applies where device.is_remote_host says
  // so.
  [[nodiscard]] bool AsksOfHosts(const rules::Rule& rule) const {
    return of_hosts_.contains(&rule);
  }

  // Rules of environments and what belongs to them.
  [[nodiscard]] const std::vector<const rules::Rule*>& shared() const { return shared_; }

  [[nodiscard]] const FactCatalog& facts() const { return *facts_; }

  [[nodiscard]] const rules::RuleCatalog& catalog() const { return *catalog_; }

  // False: the profile leaves out a critical rule, so that nobody can be called ready.
  [[nodiscard]] bool whole() const { return whole_ && shared_whole_; }

  // Whether an environment can be: rules about devices and users say nothing of it.
  [[nodiscard]] bool shared_whole() const { return shared_whole_; }

 private:
  const rules::RuleCatalog* catalog_;
  const FactCatalog* facts_;
  std::array<std::vector<const rules::Rule*>, kSubjectKinds> by_kind_{};
  std::vector<const rules::Rule*> shared_;
  std::unordered_set<const rules::Rule*> of_hosts_;
  bool whole_ = true;         // of the rules about devices and users
  bool shared_whole_ = true;  // of the others
};

// Whose evidence list a provenance counts in.
struct EvidenceSpaces {
  const FactSpace* device = nullptr;       // devices and users
  const FactSpace* environment = nullptr;  // everything else
};

// One finding a rule of the subject's kind, appended to `findings`.
struct JudgeRequest {
  const RuleBook& book;
  const rules::EvaluationContext& context;
  const EvidenceSpaces& spaces;
  SubjectKind kind = SubjectKind::kDevice;
  const std::string& subject_id;
  // A device that people only connect to: what is not asked of such hosts does not apply.
  bool only_host = false;
};

// What the critical snapshot findings of the subject come to: one finding that stands for all.
[[nodiscard]] rules::JudgedFinding JudgeSubject(const JudgeRequest& request,
                                                std::vector<Finding>& findings);

// The worse of two, for readiness: a critical fail, then unknown, then pass.
[[nodiscard]] rules::JudgedFinding Worse(const rules::JudgedFinding& a,
                                         const rules::JudgedFinding& b);

// A shared rule about one template or profile: whom it concerns may depend on which. About all
// domain controllers together, or where nothing of the kind is known: `instance` is null.
struct SharedItem {
  const rules::Rule* rule = nullptr;
  const Subject* instance = nullptr;
};

// In the order of RuleBook::shared(), then of the subjects. Both must outlive the items.
[[nodiscard]] std::vector<SharedItem> SharedItems(const RuleBook& book,
                                                  const FactSpace& environment);

// How a shared item concerns the device or user on the path. Perhaps: also where the user has, or
// may have, what the rule is about (<affects until="...">). A fail then prevents no sign-in today,
// but the next renewal: it can neither block nor leave ready.
inline constexpr char kNotConcerned = '0';
inline constexpr char kPerhapsConcerned = '?';
inline constexpr char kConcerned = '1';

// One of them an item, by position in the items.
using Affected = std::string;

[[nodiscard]] Affected AffectedBy(const std::vector<SharedItem>& items,
                                  rules::EvaluationContext context);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_JUDGE_H_

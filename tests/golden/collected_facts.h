// The engine's collection of one folder or file of evidence, and what one collector or derivation
// made of it, as text.

#ifndef WHFB_TESTS_GOLDEN_COLLECTED_FACTS_H_
#define WHFB_TESTS_GOLDEN_COLLECTED_FACTS_H_

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "scanner/core/facts.h"
#include "scanner/core/finding.h"

namespace whfb::golden {

// What a collector or a derivation declares.
struct Declarations {
  std::string_view name{};
  collectors::Scope scope = collectors::Scope::kDevice;
  std::span<const FactSpec> facts{};
  std::span<const TableSpec> tables{};
};

// Every collector, then every derivation.
[[nodiscard]] std::vector<Declarations> AllDeclarations();

struct PrintedCell {
  std::string name{};
  ValueType type = ValueType::kText;
  Knowledge knowledge = Knowledge::kUnknown;
  WhyUnknown why = WhyUnknown::kNotCollected;
  std::string text{};
  TimeInterval time{};
  std::string source{};  // "dsregcmd.txt:5"
};

struct PrintedRow {
  std::string key{};  // the key cells; empty when one of them is not known
  std::vector<PrintedCell> cells{};
};

struct PrintedTable {
  std::string name{};
  Coverage coverage = Coverage::kNone;
  WhyUnknown why = WhyUnknown::kNotCollected;
  std::string source{};
  std::vector<PrintedRow> rows{};
};

struct PrintedSubject {
  SubjectKind kind = SubjectKind::kDevice;
  std::string name{};
  std::vector<std::string> aliases{};
  std::vector<PrintedCell> facts{};
  std::vector<PrintedTable> tables{};
};

struct CollectedFacts {
  std::string failure{};  // the input could not be opened
  std::vector<CoverageRecord> coverage{};
  std::vector<PrintedSubject> subjects{};
};

// Environment evidence alone for what belongs to the environment; else a device's bundle, with the
// environment evidence that lies in it set aside and collected first, as a scan does.
[[nodiscard]] CollectedFacts CollectFacts(const std::filesystem::path& input,
                                          const Declarations& declarations);

[[nodiscard]] std::string Layout(const CollectedFacts& facts);

// What is wrong with the facts after a file of the evidence was cut, against those of the whole
// evidence. Empty when no fact and no row says anything new and no table claims to be complete that
// is not; or when no reader could tell that the file was cut.
[[nodiscard]] std::string DishonestyOfCut(const CollectedFacts& whole, const CollectedFacts& cut);

}  // namespace whfb::golden

#endif  // WHFB_TESTS_GOLDEN_COLLECTED_FACTS_H_

#include "scanner/engine/contributions.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <spdlog/fmt/fmt.h>

namespace whfb::engine {

namespace {

// By id of the fact or table; the number of rows, 0 for facts.
using Given = std::map<std::string_view, std::uint64_t>;

class Contributions {
 public:
  explicit Contributions(const FactSpace& facts) : given_(facts.evidence.size()) {
    for (const Subject& subject : facts.subjects()) {
      AddFacts(subject.facts);
      AddTables(subject.facts);
    }
  }

  [[nodiscard]] const Given& Of(std::size_t item) const { return given_[item]; }

 private:
  void Add(const Provenance& source, std::string_view id, std::uint64_t rows) {
    if (source.evidence != 0 && source.evidence <= given_.size()) {
      given_[source.evidence - 1][id] += rows;
    }
  }

  void AddFacts(const SubjectFacts& facts) {
    for (std::uint32_t slot = 0; slot < facts.fact_count(); ++slot) {
      if (const Cell& cell = facts.FactAt(slot); !cell.unknown()) {
        Add(cell.source, facts.catalog().Fact(facts.kind(), slot).id, 0);
      }
    }
  }

  void AddTables(const SubjectFacts& facts) {
    for (std::uint32_t slot = 0; slot < facts.table_count(); ++slot) {
      const Table& table = facts.TableAt(slot);
      if (table.coverage() != Coverage::kNone) {
        Add(table.source(), table.spec().id, 0);
      }
      for (std::size_t row = 0; row < table.size(); ++row) {
        AddRow(table.Row(row), table.spec().id);
      }
    }
  }

  // A row that several items tell is a row of each.
  void AddRow(std::span<const Cell> cells, std::string_view id) {
    std::set<std::uint32_t> items;
    for (const Cell& cell : cells) {
      if (!cell.unknown() && items.insert(cell.source.evidence).second) {
        Add(cell.source, id, 1);
      }
    }
  }

  std::vector<Given> given_;
};

}  // namespace

void TellContributions(const FactSpace& facts, std::span<CoverageRecord> coverage) {
  const Contributions all(facts);
  std::map<std::pair<std::uint32_t, std::string_view>, std::size_t> items;
  for (std::size_t i = 0; i < facts.evidence.size(); ++i) {
    items.emplace(std::pair(facts.evidence[i].bundle, std::string_view(facts.evidence[i].file)), i);
  }
  for (CoverageRecord& record : coverage) {
    const auto found = items.find({record.bundle, record.file});
    if (found == items.end()) {
      continue;
    }
    for (const auto& [id, rows] : all.Of(found->second)) {
      record.contributed.push_back(
          rows == 0 ? std::string(id)
                    : fmt::format("{} ({} row{})", id, rows, rows == 1 ? "" : "s"));
    }
  }
}

}  // namespace whfb::engine

#include "scanner/engine/contributions.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <spdlog/fmt/fmt.h>

namespace whfb::engine {

namespace {

struct Gift {
  std::uint64_t rows = 0;  // 0 for facts
  bool fresh = false;      // some of it is not stale
};

using Given = std::map<std::string_view, Gift>;  // by id of the fact or table

bool IsStale(const Cell& cell) {
  return cell.unknown() && cell.why == WhyUnknown::kStale;
}

std::string TextOf(std::string_view id, const Gift& gift) {
  std::string text(id);
  if (gift.rows != 0) {
    text += fmt::format(" ({} row{})", gift.rows, gift.rows == 1 ? "" : "s");
  }
  return gift.fresh ? text : text + " (stale)";
}

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
  void Add(const Provenance& source, std::string_view id, std::uint64_t rows, bool fresh) {
    if (source.evidence != 0 && source.evidence <= given_.size()) {
      Gift& gift = given_[source.evidence - 1][id];
      gift.rows += rows;
      gift.fresh = gift.fresh || fresh;
    }
  }

  void AddFacts(const SubjectFacts& facts) {
    for (std::uint32_t slot = 0; slot < facts.fact_count(); ++slot) {
      if (const Cell& cell = facts.FactAt(slot); !cell.unknown() || IsStale(cell)) {
        Add(cell.source, facts.catalog().Fact(facts.kind(), slot).id, 0, !cell.unknown());
      }
    }
  }

  void AddTables(const SubjectFacts& facts) {
    for (std::uint32_t slot = 0; slot < facts.table_count(); ++slot) {
      const Table& table = facts.TableAt(slot);
      if (table.coverage() != Coverage::kNone) {
        Add(table.source(), table.spec().id, 0, true);
      }
      for (std::size_t row = 0; row < table.size(); ++row) {
        AddRow(table.Row(row), table.spec().id);
      }
    }
  }

  // A row that several items tell is a row of each.
  void AddRow(std::span<const Cell> cells, std::string_view id) {
    std::map<std::uint32_t, std::pair<const Cell*, bool>> items;
    for (const Cell& cell : cells) {
      if (!cell.unknown() || IsStale(cell)) {
        auto& [first, fresh] = items.try_emplace(cell.source.evidence, &cell, false).first->second;
        fresh = fresh || !cell.unknown();
      }
    }
    for (const auto& [item, told] : items) {
      Add(told.first->source, id, 1, told.second);
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
    for (const auto& [id, gift] : all.Of(found->second)) {
      record.contributed.push_back(TextOf(id, gift));
    }
  }
}

}  // namespace whfb::engine

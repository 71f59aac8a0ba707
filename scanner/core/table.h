// Table: rows that one source after another adds to, found by their key cells, and how much of the
// place they describe was read. Not thread-safe while being filled; const access is.

#ifndef WHFB_SCANNER_CORE_TABLE_H_
#define WHFB_SCANNER_CORE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scanner/core/catalog.h"
#include "scanner/core/cell.h"

namespace whfb {

// How much of the place a table describes was read. Ordered: more is better.
enum class Coverage : std::uint8_t {
  kNone,      // nothing was read; rows, if any, are hearsay
  kPartial,   // some rows may be missing
  kComplete,  // a row that is not here does not exist
};

[[nodiscard]] std::string_view ToString(Coverage coverage);

class Table {
 public:
  explicit Table(const TableSpec& spec) : spec_(&spec) {}

  [[nodiscard]] const TableSpec& spec() const { return *spec_; }

  [[nodiscard]] std::size_t size() const { return cells_.size() / spec_->columns.size(); }

  // Requires row < size(). Cells are in the order of the declared columns.
  [[nodiscard]] std::span<const Cell> Row(std::size_t row) const;
  [[nodiscard]] std::span<Cell> Row(std::size_t row);

  // Adds a row, or merges it cell by cell into the row with equal (present) key cells. A row
  // with an unknown or absent key cell is always a row of its own. Requires one cell a column.
  // Returns the row's number.
  std::size_t Add(std::span<const Cell> cells);

  // The row whose key cells are present and equal to those of `cells`; size() without one.
  [[nodiscard]] std::size_t Find(std::span<const Cell> cells) const;

  // The best answer wins: complete > partial > none; of two equal ones the more telling reason.
  void Cover(Coverage coverage, WhyUnknown why = WhyUnknown::kNotCollected, Provenance source = {});

  // Replaces the coverage whatever it was (staleness, context checks, newer bundles).
  void OverrideCoverage(Coverage coverage, WhyUnknown why);
  void OverrideCoverage(Coverage coverage, WhyUnknown why, Provenance source);

  [[nodiscard]] Coverage coverage() const { return coverage_; }

  // Why rows may be missing; meaningful unless complete.
  [[nodiscard]] WhyUnknown why() const { return why_; }

  // The evidence that decided the coverage.
  [[nodiscard]] const Provenance& source() const { return source_; }

 private:
  [[nodiscard]] std::size_t KeyHash(std::span<const Cell> cells, bool& complete) const;
  [[nodiscard]] bool SameKeys(std::span<const Cell> a, std::span<const Cell> b) const;

  const TableSpec* spec_;
  std::vector<Cell> cells_;
  std::unordered_multimap<std::size_t, std::size_t> row_by_key_;
  Coverage coverage_ = Coverage::kNone;
  WhyUnknown why_ = WhyUnknown::kNotCollected;
  Provenance source_{};
};

}  // namespace whfb

#endif  // WHFB_SCANNER_CORE_TABLE_H_

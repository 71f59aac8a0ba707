#include "scanner/core/table.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <functional>

namespace whfb {

namespace {

constexpr std::array<std::string_view, 3> kCoverageNames = {"none", "partial", "complete"};

std::size_t CellHash(const Cell& cell, ValueType type) {
  switch (type) {
    case ValueType::kBool:
    case ValueType::kInt:
      return std::hash<std::int64_t>{}(cell.value.number);
    case ValueType::kTime:
      return std::hash<std::int64_t>{}(cell.value.time.earliest);
    default:
      return std::hash<std::string_view>{}(cell.value.text);
  }
}

}  // namespace

std::string_view ToString(Coverage coverage) {
  return kCoverageNames.at(static_cast<std::size_t>(coverage));
}

std::span<const Cell> Table::Row(std::size_t row) const {
  return std::span(cells_).subspan(row * spec_->columns.size(), spec_->columns.size());
}

std::span<Cell> Table::Row(std::size_t row) {
  return std::span(cells_).subspan(row * spec_->columns.size(), spec_->columns.size());
}

std::size_t Table::KeyHash(std::span<const Cell> cells, bool& complete) const {
  std::size_t hash = 0;
  complete = false;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!spec_->columns[i].key) {
      continue;
    }
    complete = cells[i].present();
    if (!complete) {
      return 0;
    }
    hash = hash * 1'000'003 + CellHash(cells[i], spec_->columns[i].type);
  }
  return hash;
}

bool Table::SameKeys(std::span<const Cell> a, std::span<const Cell> b) const {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (spec_->columns[i].key && !SameAnswer(a[i], b[i], spec_->columns[i].type)) {
      return false;
    }
  }
  return true;
}

std::size_t Table::Find(std::span<const Cell> cells) const {
  bool has_key = false;
  const std::size_t hash = KeyHash(cells, has_key);
  if (!has_key) {
    return size();
  }
  const auto [first, last] = row_by_key_.equal_range(hash);
  const auto found =
      std::find_if(first, last, [&](const auto& row) { return SameKeys(Row(row.second), cells); });
  return found == last ? size() : found->second;
}

std::size_t Table::Add(std::span<const Cell> cells) {
  assert(cells.size() == spec_->columns.size());
  const std::size_t number = Find(cells);
  if (number != size()) {
    const std::span<Cell> row = Row(number);
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = MergeWithinBundle(row[i], cells[i], spec_->columns[i].type);
    }
    return number;
  }
  bool has_key = false;
  const std::size_t hash = KeyHash(cells, has_key);
  cells_.insert(cells_.end(), cells.begin(), cells.end());
  if (has_key) {
    row_by_key_.emplace(hash, number);
  }
  return number;
}

void Table::Cover(Coverage coverage, WhyUnknown why, Provenance source) {
  if (coverage > coverage_ || (coverage == coverage_ && why > why_)) {
    coverage_ = coverage;
    why_ = why;
    source_ = source;
  }
}

void Table::OverrideCoverage(Coverage coverage, WhyUnknown why) {
  coverage_ = coverage;
  why_ = why;
}

void Table::OverrideCoverage(Coverage coverage, WhyUnknown why, Provenance source) {
  OverrideCoverage(coverage, why);
  source_ = source;
}

}  // namespace whfb

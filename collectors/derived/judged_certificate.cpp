#include "collectors/derived/judged_certificate.h"

#include <algorithm>
#include <string>

#include "collectors/certificate_rows.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

Truth FromBool(bool value) {
  return value ? Truth::kTrue : Truth::kFalse;
}

// True, false or (the ends of the interval disagree) unknown.
Truth AtOrAfter(Ticks now, const TimeInterval& time) {
  return now >= time.latest                               ? Truth::kTrue
         : FromBool(now >= time.earliest) == Truth::kTrue ? Truth::kUnknown
                                                          : Truth::kFalse;
}

std::string FactName(std::string_view prefix, const ColumnSpec& column) {
  return std::string(prefix).append(".").append(column.name);
}

}  // namespace

Truth IsTrue(const Cell& cell) {
  return cell.unknown() ? Truth::kUnknown : FromBool(cell.present() && cell.value.number != 0);
}

Truth TextIs(const Cell& cell, std::string_view text) {
  return cell.unknown() ? Truth::kUnknown
                        : FromBool(cell.present() && SameNoCase(cell.value.text, text));
}

Truth ListHas(const Cell& cell, std::string_view item) {
  return cell.unknown() ? Truth::kUnknown
                        : FromBool(cell.present() && std::ranges::find(cell.value.list, item) !=
                                                         cell.value.list.end());
}

bool Among(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::any_of(names,
                             [&](std::string_view other) { return SameNoCase(other, name); });
}

Cell Like(const Cell& cell) {
  return cell.unknown() ? Cell::Unknown(cell.why, cell.source) : Cell::Absent(cell.source);
}

std::span<const std::string_view> ListOf(const Subject* subject, std::string_view fact) {
  if (subject == nullptr || !subject->facts.Get(fact).present()) {
    return {};
  }
  return subject->facts.Get(fact).value.list;
}

Truth ValidAt(std::span<const Cell> row, Ticks now) {
  const Cell& from = row[kNotBefore];
  const Cell& to = row[kNotAfter];
  if (!from.present() || !to.present()) {
    return Truth::kUnknown;
  }
  // NotAfter itself still counts (RFC 5280 section 4.1.2.5).
  const TimeInterval after = {to.value.time.earliest + 1, to.value.time.latest + 1};
  return And(AtOrAfter(now, from.value.time), Not(AtOrAfter(now, after)));
}

void PutRow(std::string_view prefix, std::span<const Cell> row, SubjectFacts& facts) {
  for (std::size_t i = 0; i < kCertificateColumns.size(); ++i) {
    facts.Put(FactName(prefix, kCertificateColumns.at(i)), row[i]);
  }
}

void PutEveryColumn(std::string_view prefix, const Cell& answer, SubjectFacts& facts) {
  for (const ColumnSpec& column : kCertificateColumns) {
    facts.Put(FactName(prefix, column), answer);
  }
}

}  // namespace whfb::collectors

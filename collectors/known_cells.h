// What a record tells of a field, as a cell: the three states stay what they are.

#ifndef WHFB_COLLECTORS_KNOWN_CELLS_H_
#define WHFB_COLLECTORS_KNOWN_CELLS_H_

#include <cstdint>
#include <string_view>

#include "collectors/readers/certificate_record.h"
#include "collectors/readers/known.h"
#include "scanner/core/cell.h"

namespace whfb::collectors {

// Requires a field that is not present.
template <typename T>
[[nodiscard]] Cell NotPresent(const readers::Known<T>& field, const Provenance& source) {
  return field.knowledge == Knowledge::kAbsent ? Cell::Absent(source)
                                               : Cell::Unknown(field.why, source);
}

// `make` gives the cell of a value.
template <typename T, typename Make>
[[nodiscard]] Cell FromKnown(const readers::Known<T>& field, const Provenance& source, Make make) {
  return field.present() ? make(field.value) : NotPresent(field, source);
}

[[nodiscard]] inline Cell CellOf(const readers::Known<bool>& field, const Provenance& source) {
  return field.present() ? Cell::Bool(field.value, source) : NotPresent(field, source);
}

[[nodiscard]] inline Cell CellOf(const readers::Known<std::int64_t>& field,
                                 const Provenance& source) {
  return field.present() ? Cell::Int(field.value, source) : NotPresent(field, source);
}

[[nodiscard]] inline Cell CellOf(const readers::Known<TimeInterval>& field,
                                 const Provenance& source) {
  return field.present() ? Cell::Time(field.value, source) : NotPresent(field, source);
}

// Text and lists must live in the pool of the facts.
[[nodiscard]] inline Cell CellOf(const readers::Known<std::string_view>& field,
                                 const Provenance& source) {
  return field.present() ? Cell::Text(field.value, source) : NotPresent(field, source);
}

[[nodiscard]] inline Cell CellOf(const readers::Known<readers::TextList>& field,
                                 const Provenance& source) {
  return field.present() ? Cell::List(field.value, source) : NotPresent(field, source);
}

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_KNOWN_CELLS_H_

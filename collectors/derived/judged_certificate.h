// What the selections of judged certificates share (design: judged rows): three-valued questions
// about a row, and the facts that copy the chosen row.

#ifndef WHFB_COLLECTORS_DERIVED_JUDGED_CERTIFICATE_H_
#define WHFB_COLLECTORS_DERIVED_JUDGED_CERTIFICATE_H_

#include <span>
#include <string_view>

#include "collectors/certificate_columns.h"
#include "scanner/core/facts.h"
#include "scanner/core/time.h"
#include "scanner/core/truth.h"

namespace whfb::collectors {

// Absent answers "no": the place was read and there is no such thing.
[[nodiscard]] Truth IsTrue(const Cell& cell);
[[nodiscard]] Truth TextIs(const Cell& cell, std::string_view text);  // compared without case
[[nodiscard]] Truth ListHas(const Cell& cell, std::string_view item);

// Compared without case.
[[nodiscard]] bool Among(std::span<const std::string_view> names, std::string_view name);

// A question that the cell does not answer: unknown for the same reason, else not applicable.
[[nodiscard]] Cell Like(const Cell& cell);

// The list of a present fact; empty when it is not present or `subject` is null.
[[nodiscard]] std::span<const std::string_view> ListOf(const Subject* subject,
                                                       std::string_view fact);

// Whether `now` lies in the validity of the row.
[[nodiscard]] Truth ValidAt(std::span<const Cell> row, Ticks now);

// Puts each cell of the row as the fact <prefix>.<column>.
void PutRow(std::string_view prefix, std::span<const Cell> row, SubjectFacts& facts);

// Puts the same answer (absent or unknown) for each column.
void PutEveryColumn(std::string_view prefix, const Cell& answer, SubjectFacts& facts);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_JUDGED_CERTIFICATE_H_

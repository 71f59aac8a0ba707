// One input through one reader, and what may be asked of the reading of a cut input.

#ifndef WHFB_TESTS_GOLDEN_PRINTED_READING_H_
#define WHFB_TESTS_GOLDEN_PRINTED_READING_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "tests/golden/printed_record.h"

namespace whfb::golden {

// 2026-03-01, the --as-of of every golden case.
inline constexpr CivilTime kNow = {.year = 2026, .month = 3, .day = 1};

struct PrintedReading {
  std::string failure{};  // empty: the reader took the input for its format
  std::string note{};
  std::uint64_t record_count = 0;
  std::uint64_t damaged = 0;
  std::vector<std::string> gaps{};
  std::vector<PrintedRecord> records{};  // grouped by type

  // Somebody who sees only the coverage knows that something is missing.
  [[nodiscard]] bool DamageIsTold() const { return !failure.empty() || damaged > 0; }
};

[[nodiscard]] PrintedReading ReadInput(const readers::ReaderSpec& reader,
                                       std::string_view path,
                                       std::span<const std::byte> bytes);

[[nodiscard]] std::string Layout(const PrintedReading& reading);

// What is wrong with the reading of the beginning of an input, against that of the whole; empty
// when it is honest: it invents no record and no value, and if it does not say that something is
// missing, it is a beginning of the whole reading and claims no more than that one does.
[[nodiscard]] std::string DishonestyOfCut(const PrintedReading& whole, const PrintedReading& cut);

}  // namespace whfb::golden

#endif  // WHFB_TESTS_GOLDEN_PRINTED_READING_H_

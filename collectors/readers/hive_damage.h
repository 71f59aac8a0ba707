// Damage in a hive: each cell is reported once, however often it is met; every meeting counts, so
// that a stretch of work can tell whether it saw any. Bounded.

#ifndef WHFB_COLLECTORS_READERS_HIVE_DAMAGE_H_
#define WHFB_COLLECTORS_READERS_HIVE_DAMAGE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_set>

#include "collectors/readers/reader.h"

namespace whfb::readers {

class HiveDamage {
 public:
  // `sink` must outlive this.
  explicit HiveDamage(RecordSink& sink) : sink_(&sink) {}

  // `what` completes "cell 0x1a20 ...". The place of the gap is the offset in the file.
  void Add(std::uint32_t cell, std::string_view what, WhyUnknown why = WhyUnknown::kMalformed);

  // So far. Compare before and after.
  [[nodiscard]] std::uint64_t met() const { return met_; }

  // Why, of the last one.
  [[nodiscard]] WhyUnknown why() const { return why_; }

 private:
  static constexpr std::size_t kMaxKnown = 65'536;

  RecordSink* sink_;
  std::uint64_t met_ = 0;
  WhyUnknown why_ = WhyUnknown::kMalformed;
  std::unordered_set<std::uint32_t> known_{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_HIVE_DAMAGE_H_

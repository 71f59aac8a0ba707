#include "collectors/readers/hive_damage.h"

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/hive_header.h"

namespace whfb::readers {

void HiveDamage::Add(std::uint32_t cell, std::string_view what, WhyUnknown why) {
  ++met_;
  why_ = why;
  if (known_.size() < kMaxKnown && !known_.insert(cell).second) {
    return;
  }
  sink_->AddGap({.place = kHiveHeaderBytes + std::uint64_t{cell},
                 .why = why,
                 .message = fmt::format("cell {:#x} {}", cell, what)});
}

}  // namespace whfb::readers

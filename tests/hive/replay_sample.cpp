#include "tests/hive/replay_sample.h"

#include <array>

namespace whfb::test {

Bytes HiveWith(std::uint32_t enabled, int keys) {
  samples::HiveSample sample;
  sample.last_written = 132'000'000'000'000'000;
  sample.root.At("Microsoft\\Windows NT\\CurrentVersion\\ProfileList");
  sample.root.At("Policies\\Microsoft\\PassportForWork").Number("Enabled", enabled);
  for (int i = 0; i < keys; ++i) {
    sample.root.At("Policies\\Microsoft\\PassportForWork\\Key" + std::to_string(i)).Number("V", 1);
  }
  return WriteHive(sample);
}

Bytes Dirty(Bytes hive, std::uint32_t primary, std::uint32_t secondary) {
  samples::SetHiveSequence(hive, primary, secondary);
  return hive;
}

Bytes LogOf(const Bytes& before, const Bytes& after, std::uint32_t sequence) {
  const std::array<samples::HiveLogEntry, 1> entries = {{{before, after, sequence}}};
  return samples::WriteHiveLog(entries);
}

std::uint64_t EnabledIn(const Reading& reading) {
  const readers::RegistryValue* const value = reading.Value(kPassport, "Enabled");
  return value == nullptr ? 99 : value->number;
}

bool Outdated(const Reading& reading) {
  const readers::RegistryValue* const value = reading.Value(kPassport, "Enabled");
  return value != nullptr && value->source.outdated;
}

}  // namespace whfb::test

// Writes a dirty hive and its log into one file, a half each: a seed for the reader of hives, which
// gets the second half as what lies beside the hive (fuzz_reader.cpp).

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ios>
#include <vector>

#include "samples/hive_writer.h"

int main(int argc, char** argv) {
  namespace samples = whfb::samples;
  if (argc != 2) {
    return 64;
  }
  samples::HiveSample sample;
  sample.root.At("Microsoft\\Windows NT\\CurrentVersion\\ProfileList");
  sample.root.At("Policies\\Microsoft\\PassportForWork").Number("Enabled", 1);
  const std::vector<std::byte> before = WriteHive(sample);
  sample.root.At("Policies\\Microsoft\\PassportForWork").Number("RequireSecurityDevice", 1);
  const std::vector<std::byte> after = WriteHive(sample);
  const std::array<samples::HiveLogEntry, 2> entries = {{{before, after, 8}, {after, before, 9}}};
  const std::vector<std::byte> log = samples::WriteHiveLog(entries);
  std::vector<std::byte> both = before;
  samples::SetHiveSequence(both, 9, 8);
  const std::size_t half = std::max(both.size(), log.size());
  both.resize(half);
  both.insert(both.end(), log.begin(), log.end());
  both.resize(half * 2);

  const std::filesystem::path path(argv[1]);
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(both.data()), static_cast<std::streamsize>(both.size()));
  return file.good() ? 0 : 74;
}

// Writes the seeds of the readers of hives and of their logs: write_hive_seeds FOLDER. They lie in
// fuzz/corpus; this makes them again when the writer changes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string_view>
#include <vector>

#include "samples/hive_writer.h"

namespace {

namespace fs = std::filesystem;

using Bytes = std::vector<std::byte>;
using whfb::samples::HiveListStyle;
using whfb::samples::HiveSample;

bool Write(const fs::path& path, const Bytes& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return file.good();
}

HiveSample Software() {
  HiveSample sample;
  sample.lists = HiveListStyle::kHint;
  sample.root.At("Microsoft\\Windows NT\\CurrentVersion\\ProfileList");
  sample.root.At("Microsoft\\Windows NT\\CurrentVersion").Text("CurrentBuildNumber", "19045");
  sample.root.At("Microsoft\\Provisioning\\Diagnostics\\SCEP\\one").Number("Error", 0x80070005);
  sample.root.At("Policies\\Microsoft\\PassportForWork").Number("Enabled", 1);
  sample.root.At("Policies\\Microsoft\\PassportForWork\\Gr\xc3\xb6\xc3\x9f\x65").Number("", 2);
  return sample;
}

HiveSample System() {
  HiveSample sample;
  sample.root.At("Select").Number("Current", 1);
  sample.most_in_list = 2;  // index roots
  for (const std::string_view key : {"Control\\Lsa", "Services\\Kdc", "Services\\A", "Services\\B",
                                     "Services\\C", "Services\\\xd0\x9a"}) {
    sample.root.At("ControlSet001").At(key).Number("\xe2\x82\xac", 3).Text("Text", "a text");
  }
  return sample;
}

HiveSample User() {
  HiveSample sample;
  sample.lists = HiveListStyle::kIndex;
  sample.minor = 3;
  sample.user_sid = "S-1-5-21-1-2-3-1104";
  sample.file_name = "\\??\\C:\\Users\\alice\\ntuser.dat";
  sample.root.At("Environment");
  sample.root.At("Software\\Microsoft\\SystemCertificates\\My")
      .Bytes("Blob", Bytes(9, std::byte{7}));
  return sample;
}

// Data in pieces; everything else as small as it can be.
HiveSample Large() {
  HiveSample sample;
  sample.root.At("Microsoft\\Windows NT\\CurrentVersion\\ProfileList");
  sample.root.At("Policies\\Microsoft\\SystemCertificates").Bytes("Blob", Bytes(16'400));
  return sample;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    return 64;
  }
  const fs::path corpus(argv[1]);
  const Bytes before = WriteHive(Software());
  HiveSample changed = Software();
  changed.root.At("Policies\\Microsoft\\PassportForWork").Number("RequireSecurityDevice", 1);
  const Bytes after = WriteHive(changed);
  Bytes dirty = before;
  whfb::samples::SetHiveSequence(dirty, 9, 8);
  const std::array<whfb::samples::HiveLogEntry, 2> entries = {
      {{before, after, 8}, {after, before, 9}}};
  const bool written =
      Write(corpus / "hive/software", before) &&
      Write(corpus / "hive/system", WriteHive(System())) &&
      Write(corpus / "hive/user", WriteHive(User())) &&
      Write(corpus / "hive/large-value", WriteHive(Large())) &&
      Write(corpus / "hive/dirty", dirty) &&
      Write(corpus / "hive-log/entries", whfb::samples::WriteHiveLog(entries)) &&
      Write(corpus / "hive-log/vector", whfb::samples::WriteOldHiveLog(before, after));
  return written ? 0 : 74;
}

// Writes the seed of the event log reader, so that no binary needs to lie in the repository.

#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <vector>

#include "samples/evtx_writer.h"

int main(int argc, char** argv) {
  using whfb::samples::SampleEvent;
  using whfb::samples::SampleType;
  if (argc != 2) {
    return 64;
  }
  std::vector<SampleEvent> events;
  for (std::uint32_t i = 0; i < 40; ++i) {
    events.push_back({.channel = "Channel/Admin",
                      .provider = "Provider",
                      .provider_guid = "{00000000-0000-0000-0000-000000000001}",
                      .computer = "PC-0042",
                      .user_sid = i % 2 == 0 ? "S-1-5-18" : "",
                      .id = 300 + i % 3,
                      .time = whfb::kUnixEpochTicks + whfb::Ticks{i},
                      .fields = {{.name = "Text" + std::to_string(i % 3), .text = "va\xc3\xabl"},
                                 {.name = "Hex", .type = SampleType::kHexInt32, .number = i},
                                 {.name = "Int", .type = SampleType::kUInt32, .number = i}}});
  }
  const auto log = whfb::samples::WriteEvtx(events);
  if (!log) {
    return 70;
  }
  const std::filesystem::path path(argv[1]);
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(log->data()), static_cast<std::streamsize>(log->size()));
  return file ? 0 : 74;
}

#include "tests/evtx/evtx_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace whfb::readers {

namespace fs = std::filesystem;

bool KeepingVisitor::Wants(const Event& /*head*/) {
  return true;
}

void KeepingVisitor::Visit(const Event& event) {
  SeenEvent& seen = events.emplace_back();
  seen.channel = event.channel;
  seen.provider = event.provider;
  seen.computer = event.computer;
  seen.user_sid = event.user_sid;
  seen.id = event.id;
  seen.record_id = event.record_id;
  seen.time = event.time;
  for (const EventField& field : event.fields) {
    seen.fields.emplace_back(field.name, field.value);
  }
}

void KeepingVisitor::Damage(Gap gap) {
  gaps.push_back(std::move(gap));
}

std::vector<fs::path> SharedLogs() {
  std::vector<fs::path> paths;
  if (!fs::exists(WHFB_SHARED_DATA)) {
    return paths;
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(WHFB_SHARED_DATA)) {
    if (entry.path().extension() == ".evtx") {
      paths.push_back(entry.path());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

std::vector<std::byte> ReadBytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto* const first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

}  // namespace whfb::readers

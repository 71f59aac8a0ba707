// Event logs for the tests: the shared real files, and a visitor that keeps everything.

#ifndef WHFB_TESTS_EVTX_EVTX_FILES_H_
#define WHFB_TESTS_EVTX_EVTX_FILES_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "collectors/readers/evtx.h"

namespace whfb::readers {

struct SeenEvent {
  std::string channel{};
  std::string provider{};
  std::string computer{};
  std::string user_sid{};
  std::uint32_t id = 0;
  std::uint64_t record_id = 0;
  Ticks time = 0;
  std::vector<std::pair<std::string, std::string>> fields{};
};

class KeepingVisitor final : public EvtxVisitor {
 public:
  bool Wants(const Event& head) override;
  void Visit(const Event& event) override;
  void Damage(Gap gap) override;

  std::vector<SeenEvent> events;
  std::vector<Gap> gaps;
};

// Every .evtx file of the shared data, in order; empty when there is none.
[[nodiscard]] std::vector<std::filesystem::path> SharedLogs();

[[nodiscard]] std::vector<std::byte> ReadBytes(const std::filesystem::path& path);

}  // namespace whfb::readers

#endif  // WHFB_TESTS_EVTX_EVTX_FILES_H_

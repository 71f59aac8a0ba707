#include "samples/contoso_log.h"

#include <stdexcept>

#include <spdlog/fmt/fmt.h>

#include "samples/contoso_exports.h"
#include "samples/contoso_identity.h"
#include "samples/evtx_writer.h"

namespace whfb::samples {

namespace {

constexpr const char* kProvider =
    "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider";
constexpr const char* kProviderGuid = "{3da494e4-0fe2-415c-b895-fb5265c5c83b}";
constexpr Ticks kMinute = 60 * kTicksPerSecond;

class Log {
 public:
  explicit Log(const Story& story) : story_(story) {}

  void Add(std::uint32_t id, std::uint32_t level, Ticks time, std::vector<SampleField> fields) {
    events_.push_back({.channel = std::string(kProvider) + "/Admin",
                       .provider = kProvider,
                       .provider_guid = kProviderGuid,
                       .computer = story_.device,
                       .user_sid = "S-1-5-18",
                       .id = id,
                       .level = level,
                       .time = time,
                       .fields = std::move(fields)});
  }

  [[nodiscard]] std::string Write() const {
    const Result<std::vector<std::byte>> bytes = WriteEvtx(events_);
    if (!bytes) {
      throw std::runtime_error(bytes.error().ToString());
    }
    return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
  }

 private:
  const Story& story_;
  std::vector<SampleEvent> events_;
};

SampleField Text(const char* name, std::string text) {
  return {.name = name, .text = std::move(text)};
}

SampleField Hex(const char* name, std::uint32_t number) {
  return {.name = name, .type = SampleType::kHexInt32, .number = number};
}

// 306 accepts the request, 36 builds it, 39 or 32 ends it (events.md section 1).
void AddRequest(Log& log, const Story& story, std::uint32_t result, Ticks time) {
  const bool refused = (result & 0xffff0000U) == 0x82ab0000U;
  log.Add(
      306, 4, time,
      {Text("Message1", ScepUniqueId(story)), Text("Message2", LogonSid(story)),
       Text("Message3", "user"), Text("Message4", "clientinstall"),
       Hex("HexInt1", ScepKeyProtection(story)), Hex("HexInt3", refused ? result : 0x02ab0003)});
  if (refused) {
    return;
  }
  log.Add(36, 4, time + kMinute,
          {Text("Message1", "1.3.6.1.5.5.7.3.2+1.3.6.1.4.1.311.20.2.2"),
           Text("Message2", "https://ndes.contoso.com/certsrv/mscep/mscep.dll/pkiclient.exe"),
           Text("Message3", ""), Hex("HexInt1", ScepKeyProtection(story)), Hex("HexInt2", 1)});
  if (result == 0) {
    log.Add(39, 4, time + 2 * kMinute, {});
  } else {
    log.Add(32, 2, time + 2 * kMinute, {Hex("HRESULT", result)});
  }
}

}  // namespace

std::string AdminLog(const Story& story) {
  const Ticks end = TicksFromCivil({.year = 2026, .month = 11, .day = 18, .hour = 8});
  const Ticks start = end - 45 * kTicksPerDay;
  Log log(story);
  constexpr int kRoutineDays = 45;
  for (int day = 0; day < kRoutineDays; ++day) {
    const Ticks time = start + day * kTicksPerDay;
    log.Add(208, 4, time, {Text("Message1", "MS DM Server"), Text("Message2", "Schedule")});
    log.Add(209, 4, time + kMinute, {Hex("HRESULT", 0)});
    if (day < kRoutineDays - 5) {
      continue;
    }
    const auto request = static_cast<std::size_t>(day - (kRoutineDays - 5));
    if (request < story.scep_results.size()) {
      AddRequest(log, story, story.scep_results[request], time + 5 * kMinute);
    }
  }
  log.Add(208, 4, end, {Text("Message1", "MS DM Server"), Text("Message2", "Schedule")});
  return log.Write();
}

}  // namespace whfb::samples

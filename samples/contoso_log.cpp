#include "samples/contoso_log.h"

#include <stdexcept>

#include <spdlog/fmt/fmt.h>

#include "samples/contoso_exports.h"
#include "samples/contoso_identity.h"
#include "samples/evtx_writer.h"

namespace whfb::samples {

namespace {

struct Channel {
  const char* name = "";
  const char* provider = "";
  const char* guid = "";
};

constexpr Channel kAdmin = {
    "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider/Admin",
    "Microsoft-Windows-DeviceManagement-Enterprise-Diagnostics-Provider",
    "{3da494e4-0fe2-415c-b895-fb5265c5c83b}"};
constexpr Channel kHello = {"Microsoft-Windows-HelloForBusiness/Operational",
                            "Microsoft-Windows-HelloForBusiness",
                            "{906b8a99-63ce-58d7-86ab-10989bbd5567}"};
constexpr Channel kSystem = {"System", "Microsoft-Windows-Kernel-General",
                             "{a68ca8b7-004f-d7b6-a698-07e2de0f1f5d}"};
constexpr Ticks kMinute = 60 * kTicksPerSecond;

class Log {
 public:
  Log(const Story& story, const Channel& channel, std::string user)
      : story_(story), channel_(channel), user_(std::move(user)) {}

  void Add(std::uint32_t id, std::uint32_t level, Ticks time, std::vector<SampleField> fields) {
    events_.push_back({.channel = channel_.name,
                       .provider = channel_.provider,
                       .provider_guid = channel_.guid,
                       .computer = story_.device,
                       .user_sid = user_,
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
  const Channel& channel_;
  std::string user_;
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

constexpr int kRoutineDays = 45;

Ticks End() {
  return TicksFromCivil({.year = 2026, .month = 11, .day = 18, .hour = 8});
}

}  // namespace

std::string AdminLog(const Story& story) {
  const Ticks end = End();
  const Ticks start = end - kRoutineDays * kTicksPerDay;
  Log log(story, kAdmin, "S-1-5-18");
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

std::string HelloLog(const Story& story) {
  Log log(story, kHello, LogonSid(story));
  if (story.hello) {
    log.Add(5225, 4, End() - 40 * kTicksPerDay,
            {{.name = "KeyProvider", .type = SampleType::kUInt32, .number = 1}, Hex("Result", 0)});
  }
  log.Add(8054, 4, End(), {});
  return log.Write();
}

std::string SystemLog(const Story& story) {
  Log log(story, kSystem, "S-1-5-18");
  for (int day = kRoutineDays; day >= 0; --day) {
    log.Add(16, 4, End() - day * kTicksPerDay, {});
  }
  return log.Write();
}

}  // namespace whfb::samples

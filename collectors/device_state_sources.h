// The sources of the device_state collector, one file each. Only device_state.cpp calls them.

#ifndef WHFB_COLLECTORS_DEVICE_STATE_SOURCES_H_
#define WHFB_COLLECTORS_DEVICE_STATE_SOURCES_H_

#include <array>
#include <span>
#include <string_view>

#include "collectors/collector.h"

namespace whfb::collectors {

// What each source calls the device; empty: it does not say. Into the records.
struct DeviceNames {
  std::string_view dsregcmd{};
  std::string_view registry{};
  std::string_view events{};
  std::string_view gpresult{};
};

inline constexpr std::string_view kRegistrationProvider =
    "Microsoft-Windows-User Device Registration";
inline constexpr std::string_view kHelloProvider = "Microsoft-Windows-HelloForBusiness";

inline constexpr std::array kDeviceEvents = {
    readers::EventInterest{kRegistrationProvider, 300},
    readers::EventInterest{kRegistrationProvider, 358},
    readers::EventInterest{kRegistrationProvider, 360},
    readers::EventInterest{kRegistrationProvider, 362},
    readers::EventInterest{kHelloProvider, 8045},
    readers::EventInterest{kHelloProvider, 8055},
    readers::EventInterest{kHelloProvider, 5225},
};

void CollectDsregcmd(const CollectInput& input, FactSpace& facts, DeviceNames& names);
void CollectDeviceRegistry(const CollectInput& input, FactSpace& facts, DeviceNames& names);
void CollectDeviceEvents(const CollectInput& input, FactSpace& facts, DeviceNames& names);
void CollectDeviceGpresult(const CollectInput& input, FactSpace& facts, DeviceNames& names);

// "YES" and "NO" of dsregcmd, "Yes" and "No" of events; anything else is unknown (malformed).
[[nodiscard]] Cell YesNoCell(std::string_view text, const Provenance& source);

// A copy in lower case (ASCII), kept by the space.
[[nodiscard]] Cell LowerCell(std::string_view text, const Provenance& source, FactSpace& facts);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DEVICE_STATE_SOURCES_H_

#include "scanner/engine/bundle_devices.h"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

#include "collectors/applied_policy.h"
#include "collectors/readers/event_record.h"
#include "collectors/readers/policy_record.h"
#include "scanner/engine/device_names.h"

namespace whfb::engine {

namespace {

// How many devices a coverage line names.
constexpr std::size_t kMaxNamed = 8;

}  // namespace

std::size_t BundleDevices::OfId(const std::string& id) {
  const auto found = by_id_.find(id);
  if (found != by_id_.end()) {
    return found->second;
  }
  if (devices_.size() == kMaxDevices) {
    more_ = true;
    return kNobodys;
  }
  devices_.push_back({.id = id});
  by_id_.emplace(id, devices_.size() - 1);
  return devices_.size() - 1;
}

// Nobody's when two devices are called so.
std::size_t BundleDevices::OfHost(const std::string& host, bool make) {
  std::size_t device = kNobodys;
  const auto [first, last] = by_host_.equal_range(HostKey(host));
  for (auto entry = first; entry != last; ++entry) {
    const std::vector<std::string>& hosts = devices_[entry->second].hosts;
    const bool same =
        std::ranges::any_of(hosts, [&](const std::string& one) { return SameHost(one, host); });
    if (same && device != kNobodys && device != entry->second) {
      return kNobodys;
    }
    device = same ? entry->second : device;
  }
  if (device != kNobodys || !make) {
    return device;
  }
  if (devices_.size() == kMaxDevices) {
    more_ = true;
    return kNobodys;
  }
  devices_.emplace_back();
  AddHost(devices_.size() - 1, host);
  return devices_.size() - 1;
}

void BundleDevices::AddHost(std::size_t device, const std::string& host) {
  std::vector<std::string>& hosts = devices_[device].hosts;
  if (!host.empty() && std::ranges::find(hosts, host) == hosts.end()) {
    hosts.push_back(host);
    by_host_.emplace(HostKey(host), device);
  }
}

void BundleDevices::Spell(std::size_t device, const std::string& name) {
  if (device != kNobodys && devices_[device].name.empty()) {
    devices_[device].name = name;
  }
}

// One id that comes without a name, and one name: nothing says that they are two.
void BundleDevices::JoinSoleIdAndHost() {
  if (devices_.size() == 2 && by_id_.size() == 1 && devices_[0].hosts.empty()) {
    devices_[0].hosts = std::move(devices_[1].hosts);
    devices_[0].name = std::move(devices_[1].name);
    devices_.pop_back();
    for (auto& [key, device] : by_host_) {
      device = 0;
    }
  }
}

void BundleDevices::AddFile(const std::string& path, std::size_t device) {
  const auto add = [device](auto& places, std::string_view place) {
    const auto [entry, is_new] = places.emplace(place, device);
    entry->second = is_new || entry->second == device ? device : kNobodys;
  };
  add(files_, path);
  for (std::size_t end = path.rfind('/'); end != std::string::npos && end > 0;
       end = path.rfind('/', end - 1)) {
    add(folders_, std::string_view(path).substr(0, end));
  }
}

// A file that names a computer, but does not make a device of it, nor of its folder.
void BundleDevices::AddNamed(const std::string& path, const std::string& host) {
  const std::size_t device = OfHost(host, false);
  if (device == kNobodys) {
    why_nobodys_.emplace(
        path, by_host_.contains(HostKey(host))
                  ? fmt::format("more than one of the {} devices in this bundle may be called {}",
                                size(), host)
                  : fmt::format("it names the computer {}, which is none of the {} devices in "
                                "this bundle",
                                host, size()));
    return;
  }
  const auto [entry, is_new] = files_.emplace(path, device);
  entry->second = entry->second == device ? device : kNobodys;
}

void BundleDevices::AddNamed(const readers::Records& records,
                             std::span<const EvidenceItem> evidence) {
  for (const readers::LogSummary& log : records.Of<readers::LogSummary>()) {
    if (!log.computers.empty()) {
      AddNamed(evidence[log.source.evidence - 1].file, HostOf(log.computers.front().name));
    }
  }
  for (const readers::PolicyResults& half : records.Of<readers::PolicyResults>()) {
    const std::string_view computer = collectors::ComputerOf(half);
    if (half.origin == readers::PolicyOrigin::kLogged && !computer.empty()) {
      AddNamed(evidence[half.source.evidence - 1].file, HostOf(computer));
    }
  }
}

std::size_t BundleDevices::Of(std::string_view path) const {
  std::size_t device = kNobodys;
  if (const auto file = files_.find(path); file != files_.end() && file->second != kNobodys) {
    return file->second;
  }
  if (files_.contains(path)) {
    return size();  // it names two
  }
  for (std::size_t end = path.rfind('/'); end != std::string_view::npos && end > 0;
       end = path.rfind('/', end - 1)) {
    if (const auto folder = folders_.find(path.substr(0, end)); folder != folders_.end()) {
      device = folder->second;
      break;
    }
  }
  return device == kNobodys ? size() : device;
}

std::string BundleDevices::WhyNobodys(std::string_view path) const {
  if (const auto why = why_nobodys_.find(path); why != why_nobodys_.end()) {
    return why->second;
  }
  return files_.contains(path)
             ? fmt::format("it names more than one of the {} devices in this bundle", size())
             : fmt::format("nothing tells of which of the {} devices in this bundle it is", size());
}

void BundleDevices::Name(std::size_t i, Subject& device) const {
  const Device& known = devices_[i];
  if (!known.id.empty()) {
    device.AddAlias(AliasKind::kEntraDeviceId, known.id);
  }
  for (const std::string& host : known.hosts) {
    device.AddAlias(AliasKind::kName, host);
  }
  if (device.name.empty()) {
    const std::string& host = known.hosts.empty() ? known.id : known.hosts.front();
    device.name = SubjectName(known.name.empty() ? host : known.name);
  }
}

std::string BundleDevices::Describe() const {
  std::string names;
  for (std::size_t i = 0; i < std::min(size(), kMaxNamed); ++i) {
    names += i == 0 ? "" : ", ";
    names += devices_[i].hosts.empty() ? devices_[i].id : devices_[i].hosts.front();
  }
  names += size() > kMaxNamed ? ", ..." : "";
  return fmt::format(
      "evidence of {}{} devices ({}): a file counts only for the one that it, or its folder, "
      "names; "
      "pass the evidence of each device as a bundle of its own",
      more_ ? "more than " : "", size(), names);
}

// The surer name first: a host name that stands beside an id is of that device.
void BundleDevices::Identify(std::span<const DeviceClaim> claims) {
  for (const DeviceClaim& claim : claims) {
    const std::size_t own = claim.id.empty() ? kNobodys : OfId(claim.id);
    if (own != kNobodys) {
      AddHost(own, claim.host);
      Spell(own, claim.name);
    }
  }
  for (const DeviceClaim& claim : claims) {
    if (claim.id.empty()) {
      Spell(OfHost(claim.host, true), claim.name);
    }
  }
  JoinSoleIdAndHost();
}

BundleDevices FindDevices(const readers::Records& records, std::span<const EvidenceItem> evidence) {
  BundleDevices devices;
  std::vector<DeviceClaim> claims = ClaimsOf(records, evidence);
  std::erase_if(claims, [](const DeviceClaim& claim) { return claim.former; });
  devices.Identify(claims);
  if (devices.size() < 2) {
    return devices;
  }
  for (const DeviceClaim& claim : claims) {
    devices.AddFile(evidence[claim.evidence - 1].file,
                    claim.id.empty() ? devices.OfHost(claim.host, false) : devices.OfId(claim.id));
  }
  devices.AddNamed(records, evidence);
  return devices;
}

}  // namespace whfb::engine

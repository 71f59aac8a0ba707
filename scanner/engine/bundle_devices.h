// The devices that a bundle holds evidence of: one, or else which file is of which.
//
// Two Entra device ids, or two host names that no id brings together, are two devices. A file that
// names its device is of that one, also a log or a result of Group Policy, which make none; any
// other is of the device that the smallest folder around it names, unless that folder names
// several. All the rest is nobody's, so that evidence of one device never counts for another.

#ifndef WHFB_SCANNER_ENGINE_BUNDLE_DEVICES_H_
#define WHFB_SCANNER_ENGINE_BUNDLE_DEVICES_H_

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/facts.h"

namespace whfb::engine {

struct DeviceClaim;

class BundleDevices {
 public:
  // More devices than this are nobody's: their evidence is held in memory together.
  static constexpr std::size_t kMaxDevices = 64;

  [[nodiscard]] std::size_t size() const { return devices_.size(); }

  // Which device the file is of; size(): nobody's.
  [[nodiscard]] std::size_t Of(std::string_view path) const;

  // Gives the device the names by which it is known here. Requires i < size().
  void Name(std::size_t i, Subject& device) const;

  // For the coverage of a file that is nobody's: "nothing tells of which of the 2 devices in this
  // bundle it is".
  [[nodiscard]] std::string WhyNobodys(std::string_view path) const;

  // For the coverage: "evidence of 2 devices (PC-0001, PC-0101): ..."
  [[nodiscard]] std::string Describe() const;

 private:
  friend BundleDevices FindDevices(const readers::Records& records,
                                   std::span<const EvidenceItem> evidence);

  struct Device {
    std::string id{};  // Entra device id in lower case; empty: not told
    std::vector<std::string> hosts{};
    std::string name{};  // the first of them as it was spelled
  };

  static constexpr std::size_t kNobodys = static_cast<std::size_t>(-1);

  [[nodiscard]] std::size_t OfId(const std::string& id);
  [[nodiscard]] std::size_t OfHost(const std::string& host, bool make);
  void AddHost(std::size_t device, const std::string& host);
  void Spell(std::size_t device, const std::string& name);
  void Identify(std::span<const DeviceClaim> claims);
  void JoinSoleIdAndHost();
  void AddFile(const std::string& path, std::size_t device);
  void AddNamed(const std::string& path, const std::string& host);
  void AddNamed(const readers::Records& records, std::span<const EvidenceItem> evidence);

  std::vector<Device> devices_;
  bool more_ = false;  // than kMaxDevices
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::multimap<std::string, std::size_t, std::less<>> by_host_;  // by HostKey
  std::map<std::string, std::size_t, std::less<>> files_;         // that name their device
  std::map<std::string, std::size_t, std::less<>> folders_;       // that hold such files
  std::map<std::string, std::string, std::less<>> why_nobodys_;   // files that name none of them
};

// `evidence` of the records. Files are told apart only where there are several devices.
[[nodiscard]] BundleDevices FindDevices(const readers::Records& records,
                                        std::span<const EvidenceItem> evidence);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_BUNDLE_DEVICES_H_

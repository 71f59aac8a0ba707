// The settings inside one <Extension> of a Group Policy report: security options, user rights,
// registry policies, ADMX policies and registry preferences (formats.md section 7).

#ifndef WHFB_COLLECTORS_READERS_GP_SETTINGS_H_
#define WHFB_COLLECTORS_READERS_GP_SETTINGS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include <pugixml.hpp>

#include "collectors/readers/policy_record.h"
#include "collectors/readers/xml_tree.h"

namespace whfb::readers {

// What a result says of an extension.
enum class GpStatus : std::uint8_t {
  kNotTold,
  kDone,    // no error, and its settings were logged
  kFailed,  // or not logged whole
};

// Where the settings of an extension stand. Refers to its owner's objects, which must outlive it.
struct GpHalf {
  const EvidenceView& evidence;
  RecordSink& sink;
  const XmlTree& tree;
  const std::unordered_map<std::string, std::string>& names;  // of GPOs, by id
  PolicyOrigin origin = PolicyOrigin::kLogged;
  PolicyScope scope = PolicyScope::kUnknown;
  std::string_view gpo{};            // a report: of that GPO; results name one a setting
  std::array<GpStatus, 3> status{};  // by PolicyPart; a report tells none

  // Whether what the extension should have written may not be there.
  [[nodiscard]] bool InDoubt(PolicyPart part) const {
    return origin != PolicyOrigin::kGpoReport &&
           status.at(static_cast<std::size_t>(part)) != GpStatus::kDone;
  }
};

// Adds what the extension holds. Elements that were cut off are left out; the document's own gap
// tells.
void ReadGpExtension(const pugi::xml_node& extension, const GpHalf& half);

// Reports hold a few hundred settings; more than this are not read. False, with a gap, when it is
// reached.
inline constexpr std::uint64_t kMaxGpSettings = std::uint64_t{1} << 16;

[[nodiscard]] bool RoomForSetting(const pugi::xml_node& node, const GpHalf& half);

// "{GUID}" in upper case or "LocalGPO"; anything else as written.
[[nodiscard]] std::string GpoId(std::string_view text);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_GP_SETTINGS_H_

// Records of small files about connections and Hello containers: .rdp files, metadata of the Ngc
// folder.

#ifndef WHFB_COLLECTORS_READERS_CONNECTION_RECORD_H_
#define WHFB_COLLECTORS_READERS_CONNECTION_RECORD_H_

#include <cstdint>
#include <string_view>

#include "collectors/readers/certificate_record.h"
#include "scanner/core/cell.h"

namespace whfb::readers {

// One "name:type:value" line of an .rdp file. Values of type b (a saved password) are not kept.
struct RdpSetting {
  std::string_view file{};   // path of the .rdp file
  std::string_view name{};   // lower case
  std::string_view value{};  // of type i decimal text, checked by nobody yet
  char type = 's';           // i, s, b
  Provenance source{};
};

// An .rdp file. What it does not set is not told: nothing marks the end of the list.
struct RdpFile {
  std::string_view file{};
  Provenance source{};
};

// A local group and its direct members, as SIDs.
struct LocalGroup {
  std::string_view sid{};  // empty: nothing tells which group it is
  TextList members{};
  bool accounts_only = false;  // each member is shown to be an account, none a group
  bool complete = false;       // every member was read
  Provenance source{};
};

enum class NgcText : std::uint8_t { kUserSid, kProvider };

// A file of an Ngc folder that says whose container it is, or where keys are. Its path tells of
// which container and whether of a protector in it. Never key material.
struct NgcMetadata {
  std::string_view path{};
  NgcText text = NgcText::kUserSid;
  std::string_view value{};
  Provenance source{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CONNECTION_RECORD_H_

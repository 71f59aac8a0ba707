// Records of .rdp files.

#ifndef WHFB_COLLECTORS_READERS_CONNECTION_RECORD_H_
#define WHFB_COLLECTORS_READERS_CONNECTION_RECORD_H_

#include <string_view>

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

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_CONNECTION_RECORD_H_

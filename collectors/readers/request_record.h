// What a policy file of `certreq -new` asks for.

#ifndef WHFB_COLLECTORS_READERS_REQUEST_RECORD_H_
#define WHFB_COLLECTORS_READERS_REQUEST_RECORD_H_

#include <string_view>

#include "scanner/core/cell.h"

namespace whfb::readers {

// One value. Without quotes and comment, with the tokens of [Strings] put in. A `_continue_` line
// is a further value of the name that it continues.
struct RequestSetting {
  std::string_view file{};
  std::string_view section{};  // lower case, without brackets
  std::string_view name{};     // lower case
  std::string_view value{};
  Provenance source{};
};

// Nothing marks the end of such a file: of a section that another one follows all lines are known.
struct RequestSection {
  std::string_view file{};
  std::string_view section{};
  bool complete = false;
  Provenance source{};
};

struct RequestFile {
  std::string_view file{};
  Provenance source{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_REQUEST_RECORD_H_

// The containers of an Ngc folder (formats.md section 11), from the files that say whose they are
// and which provider holds them.

#ifndef WHFB_COLLECTORS_NGC_FOLDER_H_
#define WHFB_COLLECTORS_NGC_FOLDER_H_

#include <string_view>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

struct NgcFolder {
  std::string_view container{};  // its GUID, lower case, no braces
  Cell sid{};                    // of the user; unknown (conflicting) when files disagree
  Cell provider{};
};

// Ascending by GUID. Files that lie elsewhere get a remark and are not used.
[[nodiscard]] std::vector<NgcFolder> NgcFolders(const readers::Records& records, FactSpace& facts);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_NGC_FOLDER_H_

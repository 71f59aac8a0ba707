#include "collectors/ngc_folder.h"

#include <map>
#include <string>

#include "collectors/readers/connection_record.h"
#include "collectors/readers/old_copy.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::NgcMetadata;
using readers::NgcText;

// "{GUID}", also as archives write its braces: lower case without them. Empty: it is none.
std::string GuidOf(std::string_view part) {
  constexpr std::size_t kGuid = 36;
  std::string lower = LowerAscii(part);
  for (const std::string_view brace : {"{", "}", "%7b", "%7d"}) {
    if (const std::size_t at = lower.find(brace); at != std::string::npos) {
      lower.erase(at, brace.size());
    }
  }
  const bool fits =
      lower.size() == kGuid && lower.find_first_not_of("0123456789abcdef-") == std::string::npos;
  return fits && lower.size() < part.size() ? lower : std::string();
}

// The parts of the path, from the last one back, at most `most`.
std::vector<std::string_view> LastParts(std::string_view path, std::size_t most) {
  std::vector<std::string_view> parts;
  while (parts.size() < most && !path.empty()) {
    const std::size_t slash = path.rfind('/');
    parts.push_back(slash == std::string_view::npos ? path : path.substr(slash + 1));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
  }
  return parts;
}

struct Place {
  std::string container{};  // empty: in no Ngc folder
  bool protector = false;
};

// ".../Ngc/{GUID}/1.dat" or ".../Ngc/{GUID}/Protectors/{GUID}/1.dat"
Place PlaceOf(std::string_view path) {
  const std::vector<std::string_view> parts = LastParts(path, 5);
  if (parts.size() >= 3 && SameNoCase(parts[2], "Ngc")) {
    return {.container = GuidOf(parts[1])};
  }
  if (parts.size() == 5 && SameNoCase(parts[2], "Protectors") && SameNoCase(parts[4], "Ngc")) {
    return {.container = GuidOf(parts[3]), .protector = true};
  }
  return {};
}

void Note(const NgcMetadata& file, Cell& known, FactSpace& facts) {
  if (known.present() && known.value.text != file.value) {
    known = Cell::Unknown(WhyUnknown::kConflicting, file.source);
    facts.Remark(file.source, false,
                 "another file says otherwise of this container; neither is used");
  } else if (!known.present() && known.why == WhyUnknown::kNotCollected) {
    known = facts.TextCell(file.value, file.source);
  }
}

}  // namespace

std::vector<NgcFolder> NgcFolders(const readers::Records& records, FactSpace& facts) {
  std::map<std::string, NgcFolder, std::less<>> folders;
  for (const NgcMetadata& file : records.Of<NgcMetadata>()) {
    const Place place = PlaceOf(file.path);
    const bool of_user = SameNoCase(LastParts(file.path, 1).front(), "1.dat");
    if (place.container.empty()) {
      facts.Remark(file.source, false, "not in the folder of a Hello container; not used");
    } else if (readers::IsOldCopy(file.path)) {
      facts.Remark(file.source, false, "an old copy, used for nobody");
    } else if (place.protector) {
      facts.Remark(file.source, false, "of a protector, which is not used");
    } else if (of_user != (file.text == NgcText::kUserSid)) {
      facts.Remark(file.source, false,
                   "1.dat of a container holds the SID of its user, 7.dat its provider; this one "
                   "does not, and is not used");
    } else {
      NgcFolder& folder = folders[place.container];
      Note(file, of_user ? folder.sid : folder.provider, facts);
    }
  }
  std::vector<NgcFolder> found;
  for (auto& [guid, folder] : folders) {
    folder.container = facts.pool.Intern(guid);
    found.push_back(folder);
  }
  return found;
}

}  // namespace whfb::collectors

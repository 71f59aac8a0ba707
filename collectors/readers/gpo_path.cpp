#include "collectors/readers/gpo_path.h"

#include <vector>

#include "collectors/readers/certutil_lines.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

std::vector<std::string_view> Folders(std::string_view path) {
  std::vector<std::string_view> folders;
  while (true) {
    const std::size_t end = path.find_first_of("/\\");
    if (end == std::string_view::npos) {
      return folders;  // the file itself is no folder
    }
    folders.push_back(path.substr(0, end));
    path.remove_prefix(end + 1);
  }
}

std::string GpoOf(const std::vector<std::string_view>& folders, std::size_t half) {
  if (half == 0) {
    return {};
  }
  const std::string_view above = folders[half - 1];
  const std::string_view top = half > 1 ? folders[half - 2] : std::string_view{};
  if (SameNoCase(above, "GroupPolicy") && SameNoCase(top, "System32")) {
    return "LocalGPO";
  }
  return NormalisedGuid(above);
}

}  // namespace

std::string NormalisedGuid(std::string_view text) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.starts_with('{') && text.ends_with('}')) {
    text = text.substr(1, text.size() - 2);
  }
  if (text.size() != kShape.size()) {
    return {};
  }
  std::string guid = "{";
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    const bool lower = letter >= 'a' && letter <= 'f';
    const bool digit =
        lower || (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'F');
    if (kShape[at] == '-' ? letter != '-' : !digit) {
      return {};
    }
    guid.push_back(lower ? static_cast<char>(letter - 'a' + 'A') : letter);
  }
  return guid + "}";
}

GpoPlace GpoPlaceOf(std::string_view path) {
  const std::vector<std::string_view> folders = Folders(path);
  for (std::size_t at = folders.size(); at > 0; --at) {
    const std::string_view folder = folders[at - 1];
    const bool machine = SameNoCase(folder, "Machine");
    if (machine || SameNoCase(folder, "User")) {
      return {.gpo = GpoOf(folders, at - 1),
              .scope = machine ? PolicyScope::kComputer : PolicyScope::kUser};
    }
  }
  return {};
}

std::string_view HiveOf(PolicyScope scope) {
  switch (scope) {
    case PolicyScope::kComputer:
      return "HKEY_LOCAL_MACHINE\\";
    case PolicyScope::kUser:
      return "HKEY_CURRENT_USER\\";
    case PolicyScope::kUnknown:
      break;
  }
  return {};
}

}  // namespace whfb::readers

#include "samples/dsregcmd_text.h"

#include <fmt/format.h>

namespace whfb::samples {

std::string DsregcmdText(const std::vector<DsregcmdSection>& sections) {
  const std::string rule = "+" + std::string(70, '-') + "+\r\n";
  std::string text = "\r\n";
  for (const DsregcmdSection& section : sections) {
    text += fmt::format("{0}| {1:<69}|\r\n{0}\r\n", rule, section.title);
    for (const auto& [label, value] : section.fields) {
      text += fmt::format("{:>26} : {}\r\n", label, value);
    }
    text += "\r\n";
  }
  return text;
}

}  // namespace whfb::samples

#include "samples/dsregcmd_text.h"

#include <fmt/format.h>

namespace whfb::samples {

std::string DsregcmdText(const std::vector<DsregcmdSection>& sections) {
  const std::string rule = "+" + std::string(70, '-') + "+\r\n";
  std::string text = "\r\n";
  for (const DsregcmdSection& section : sections) {
    text += rule + fmt::format("| {:<69}|\r\n", section.title) + rule + "\r\n";
    for (const auto& [label, value] : section.fields) {
      text += fmt::format("{:>26} : {}\r\n", label, value);
    }
    text += "\r\n";
  }
  return text;
}

}  // namespace whfb::samples

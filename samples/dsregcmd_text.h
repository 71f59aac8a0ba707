// Writes what `dsregcmd /status` prints: boxes and right-aligned labels (formats.md section 5).

#ifndef WHFB_SAMPLES_DSREGCMD_TEXT_H_
#define WHFB_SAMPLES_DSREGCMD_TEXT_H_

#include <string>
#include <utility>
#include <vector>

namespace whfb::samples {

struct DsregcmdSection {
  std::string title{};  // "Device State"
  std::vector<std::pair<std::string, std::string>> fields{};
};

// CRLF line ends, UTF-8.
[[nodiscard]] std::string DsregcmdText(const std::vector<DsregcmdSection>& sections);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_DSREGCMD_TEXT_H_

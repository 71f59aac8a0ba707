// Event logs among the golden inputs are written from descriptions, so that they can be read,
// reviewed and made again. A description is a file <name>.events:
//
//   log enrolled.in/Admin.evtx
//   channel Microsoft-Windows-X/Admin
//   provider Microsoft-Windows-X {guid}
//   computer PC-0042.contoso.com
//   event 306 2026-02-10T08:00:00Z user=S-1-5-18 level=4 record=12
//     Message1 = text to the end of the line
//     HexInt1 : 0x4
//     Count # 3
//
// " = " is a text, " : " a HexInt32, " # " a UInt32. channel, provider and computer hold for the
// events below them; a line that begins with "#" is a comment.

#ifndef WHFB_TESTS_GOLDEN_EVENT_LOG_DESCRIPTION_H_
#define WHFB_TESTS_GOLDEN_EVENT_LOG_DESCRIPTION_H_

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "scanner/core/result.h"

namespace whfb::golden {

struct DescribedLog {
  std::filesystem::path path{};  // where the log lies
  std::vector<std::byte> bytes{};
};

[[nodiscard]] Result<DescribedLog> ReadEventLogDescription(
    const std::filesystem::path& description);

}  // namespace whfb::golden

#endif  // WHFB_TESTS_GOLDEN_EVENT_LOG_DESCRIPTION_H_

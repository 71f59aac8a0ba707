// A ZIP archive of the sample fleet: deflate, fixed times, entries in the order given, so that
// the same entries give the same bytes in every time zone. Up to 4 GiB and 65,535 entries.

#ifndef WHFB_SAMPLES_ZIP_FILE_H_
#define WHFB_SAMPLES_ZIP_FILE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace whfb::samples {

using Files = std::vector<std::pair<std::string, std::string>>;  // path inside, content

// `unix_time` stamps every entry. Throws std::runtime_error when memory runs out.
[[nodiscard]] std::string MakeZip(const Files& files, std::int64_t unix_time);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_ZIP_FILE_H_

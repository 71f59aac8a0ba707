// A ZIP archive of the sample fleet: deflate, fixed times, entries in the order given, so that
// the same entries give the same bytes.

#ifndef WHFB_SAMPLES_ZIP_FILE_H_
#define WHFB_SAMPLES_ZIP_FILE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace whfb::samples {

using Files = std::vector<std::pair<std::string, std::string>>;  // path inside, content

// `unix_time` stamps every entry. Throws std::runtime_error when libarchive refuses.
[[nodiscard]] std::string MakeZip(const Files& files, std::int64_t unix_time);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_ZIP_FILE_H_

// The same hive as other libraries read it. Nothing when the library is missing here, or refuses
// the hive.

#ifndef WHFB_TESTS_HIVE_LIBRARY_WALK_H_
#define WHFB_TESTS_HIVE_LIBRARY_WALK_H_

#include <filesystem>
#include <optional>

#include "tests/hive/hive_files.h"

namespace whfb::test {

[[nodiscard]] bool HasHivex();
[[nodiscard]] std::optional<SeenHive> WalkWithHivex(const std::filesystem::path& hive);

[[nodiscard]] bool HasLibregf();
[[nodiscard]] std::optional<SeenHive> WalkWithLibregf(const std::filesystem::path& hive);

}  // namespace whfb::test

#endif  // WHFB_TESTS_HIVE_LIBRARY_WALK_H_

// One hive at different times, its logs, and what a reading of it says.

#ifndef WHFB_TESTS_HIVE_REPLAY_SAMPLE_H_
#define WHFB_TESTS_HIVE_REPLAY_SAMPLE_H_

#include <cstdint>
#include <string_view>

#include "samples/hive_writer.h"
#include "tests/hive/hive_files.h"

namespace whfb::test {

inline constexpr std::string_view kPassport =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\PassportForWork";

// `enabled` changes, and it grows with `keys`.
[[nodiscard]] Bytes HiveWith(std::uint32_t enabled, int keys = 0);

[[nodiscard]] Bytes Dirty(Bytes hive, std::uint32_t primary, std::uint32_t secondary);

// With one entry, of this sequence number.
[[nodiscard]] Bytes LogOf(const Bytes& before, const Bytes& after, std::uint32_t sequence);

// 99: none.
[[nodiscard]] std::uint64_t EnabledIn(const Reading& reading);

[[nodiscard]] bool Outdated(const Reading& reading);

}  // namespace whfb::test

#endif  // WHFB_TESTS_HIVE_REPLAY_SAMPLE_H_

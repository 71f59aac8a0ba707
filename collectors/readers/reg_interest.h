// Which registry keys anybody asks about. An export of HKLM\SOFTWARE holds hundreds of thousands
// of keys; values and key records are kept only for these. Everything is counted. Keep this list
// in step with the collectors that read RegistryValue, and hive_places.cpp with this list.

#ifndef WHFB_COLLECTORS_READERS_REG_INTEREST_H_
#define WHFB_COLLECTORS_READERS_REG_INTEREST_H_

#include <span>
#include <string>
#include <string_view>

namespace whfb::readers {

// `path` is lower case, with the hive.
[[nodiscard]] bool IsInterestingKey(std::string_view path);

// What makes a key interesting: a part of its path, or the end of it.
[[nodiscard]] std::span<const std::string_view> InterestingParts();
[[nodiscard]] std::span<const std::string_view> InterestingEnds();

// `path` with its hive name expanded ("HKLM\" ...) and in upper case, without trailing
// backslashes.
[[nodiscard]] std::string NormalisedKeyPath(std::string_view path);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_REG_INTEREST_H_

// Files that are well known and that no reader reads on purpose: what they are, and why they are
// not used. Asked only of files that no reader recognises.

#ifndef WHFB_SCANNER_ENGINE_KNOWN_FILES_H_
#define WHFB_SCANNER_ENGINE_KNOWN_FILES_H_

#include <cstddef>
#include <span>
#include <string_view>

namespace whfb::engine {

// Of a file that nobody knows.
inline constexpr std::string_view kUnknownFormat = "no reader knows this format";
inline constexpr std::string_view kHelloKeyFile =
    "data or key of Windows Hello: never read, only who owns a container and which provider holds "
    "it";

// One line for the coverage list, by content first, then by name; kUnknownFormat when it is none of
// them. `head` is the beginning of the file, `path` its path or name.
[[nodiscard]] std::string_view WhyNotRead(std::span<const std::byte> head, std::string_view path);

// What the coverage list calls its kind, by that line.
[[nodiscard]] constexpr std::string_view KindOfUnread(std::string_view why) {
  return why == kUnknownFormat ? "unrecognised" : "not-used";
}

// The file lies in an Ngc folder and may hold key material: its bytes are not to be read at all.
// `path` begins below the input, whose own place says nothing.
[[nodiscard]] bool IsHelloKeyFile(std::string_view path);

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_KNOWN_FILES_H_

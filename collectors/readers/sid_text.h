// SIDs and GUIDs: octets to the text that Windows prints ([MS-DTYP] 2.4.2, 2.3.4). Pure,
// thread-safe.

#ifndef WHFB_COLLECTORS_READERS_SID_TEXT_H_
#define WHFB_COLLECTORS_READERS_SID_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace whfb::readers {

// Little-endian numbers at the front of `bytes`, which must be long enough.
[[nodiscard]] std::uint32_t ReadLe32(std::span<const std::byte> bytes);
[[nodiscard]] std::uint16_t ReadLe16(std::span<const std::byte> bytes);

// "S-1-5-21-..." from the SID at the front of `bytes`; what follows it is ignored, and `size`
// tells where it begins. False when there is no whole SID of revision 1.
bool SidText(std::span<const std::byte> bytes, std::string& text, std::size_t& size);

// The whole of `bytes` is one SID.
bool SidText(std::span<const std::byte> bytes, std::string& text);

// "0e10c968-78fb-11d2-90d4-00c04f79dc55"; false unless there are 16 octets.
bool GuidText(std::span<const std::byte> bytes, std::string& text);

// "S-1-" and up to 16 decimal numbers. Case of the S is free.
[[nodiscard]] bool LooksLikeSid(std::string_view text);

// A GUID with dashes, with or without braces: lower case without braces; empty for other text.
[[nodiscard]] std::string PlainGuid(std::string_view text);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_SID_TEXT_H_

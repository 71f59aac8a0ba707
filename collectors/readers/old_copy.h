// Which evidence is not of now, by where it lay.

#ifndef WHFB_COLLECTORS_READERS_OLD_COPY_H_
#define WHFB_COLLECTORS_READERS_OLD_COPY_H_

#include <string_view>

namespace whfb::readers {

// What Windows, an upgrade or a backup left behind (RegBack, Windows.old, $WINDOWS.~BT, shadow
// copies, the recycle bin), by the path of the evidence: it may say otherwise than what is in
// force.
[[nodiscard]] bool IsOldCopy(std::string_view path);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_OLD_COPY_H_

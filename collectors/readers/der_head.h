// DER at the beginning of a file of which only the head is there: elements may go on behind it.

#ifndef WHFB_COLLECTORS_READERS_DER_HEAD_H_
#define WHFB_COLLECTORS_READERS_DER_HEAD_H_

#include <cstddef>
#include <cstdint>

#include "collectors/readers/der.h"

namespace whfb::readers::der {

// Goes into an element of this tag, whose content may end behind the head. False: it is another.
[[nodiscard]] bool Opens(Bytes& bytes, std::uint8_t tag, std::size_t& length);
[[nodiscard]] bool Opens(Bytes& bytes, std::uint8_t tag);

// Passes over an element of this tag. False: it is another, or not whole.
[[nodiscard]] bool Skips(Bytes& bytes, std::uint8_t tag);

}  // namespace whfb::readers::der

#endif  // WHFB_COLLECTORS_READERS_DER_HEAD_H_

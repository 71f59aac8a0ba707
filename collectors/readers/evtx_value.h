// Values of BinXml as UTF-8 text ([MS-EVEN6] 2.2.12, ValueType), into a buffer of fixed size.
//
// The buffer never moves, so views into it stay valid until Reset; when it is full, text is
// refused and full() tells. A record that needs more than that is not an honest one.

#ifndef WHFB_COLLECTORS_READERS_EVTX_VALUE_H_
#define WHFB_COLLECTORS_READERS_EVTX_VALUE_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "scanner/core/time.h"

namespace whfb::readers::evtx {

static_assert(std::endian::native == std::endian::little, "the loads below copy bytes");

template <typename T>
[[nodiscard]] inline T Load(const std::byte* at) {
  T value{};
  std::memcpy(&value, at, sizeof(T));
  return value;
}

enum ValueType : std::uint8_t {
  kNull = 0x00,
  kUtf16 = 0x01,
  kAnsi = 0x02,
  kInt8 = 0x03,
  kUInt8 = 0x04,
  kInt16 = 0x05,
  kUInt16 = 0x06,
  kInt32 = 0x07,
  kUInt32 = 0x08,
  kInt64 = 0x09,
  kUInt64 = 0x0a,
  kReal32 = 0x0b,
  kReal64 = 0x0c,
  kBool = 0x0d,
  kBinary = 0x0e,
  kGuid = 0x0f,
  kSize = 0x10,
  kFileTime = 0x11,
  kSystemTime = 0x12,
  kSid = 0x13,
  kHex32 = 0x14,
  kHex64 = 0x15,
  kFragment = 0x21,
  kArray = 0x80,     // a bit: several values of the type in the low bits
  kReadyText = 0x7f  // ours: UTF-8 that needs no conversion
};

struct Value {
  const std::byte* data = nullptr;
  std::uint32_t size = 0;
  std::uint8_t type = kNull;
};

class TextBuffer {
 public:
  static constexpr std::size_t kCapacity = std::size_t{1} << 20;

  // NOLINTNEXTLINE(modernize-avoid-c-arrays): std::make_unique would touch every page
  TextBuffer() : memory_(new char[kCapacity]) {}

  void Reset() {
    size_ = 0;
    full_ = false;
  }

  // Room for `size` more characters, or null when there is none.
  [[nodiscard]] char* Room(std::size_t size) {
    if (size > kCapacity - size_) {
      full_ = true;
      return nullptr;
    }
    return memory_.get() + size_;
  }

  // Takes what was written into Room.
  void Take(std::size_t size) { size_ += size; }

  void Append(std::string_view text) {
    if (char* const room = Room(text.size()); room != nullptr && !text.empty()) {
      std::memcpy(room, text.data(), text.size());
      Take(text.size());
    }
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] bool full() const { return full_; }

  [[nodiscard]] std::string_view From(std::size_t start) const {
    return {memory_.get() + start, size_ - start};
  }

 private:
  std::unique_ptr<char[]> memory_;  // NOLINT(modernize-avoid-c-arrays)
  std::size_t size_ = 0;
  bool full_ = false;
};

// UTF-16LE to UTF-8; a lone surrogate becomes U+FFFD. `out` has room for 3 x units.
[[nodiscard]] std::size_t Utf16ToUtf8(const std::byte* in, std::size_t units, char* out);

// Without trailing NULs.
void AppendUtf16(std::span<const std::byte> bytes, TextBuffer& out);

// One value, not an array and not a fragment. A value whose size does not fit its type is shown
// as hex, like an unknown type.
void AppendValue(const Value& value, TextBuffer& out);

// The items of an array value. `rest` starts as the value; false at the end.
[[nodiscard]] bool NextItem(Value& rest, Value& item);

// "2018-07-09T20:49:14.1234567Z", or hex beyond the year 9999.
void AppendFileTime(Ticks ticks, TextBuffer& out);

// The number in an integer value or decimal text; 0 for anything else.
[[nodiscard]] std::uint64_t Number(const Value& value);

}  // namespace whfb::readers::evtx

#endif  // WHFB_COLLECTORS_READERS_EVTX_VALUE_H_

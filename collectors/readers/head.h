// The beginning of a file and its name: what recognition goes by. Its text is decoded when the
// first reader asks, and then no more, however many ask. Not thread-safe: one thread recognises one
// file.

#ifndef WHFB_COLLECTORS_READERS_HEAD_H_
#define WHFB_COLLECTORS_READERS_HEAD_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

class Head {
 public:
  // `bytes` are those of the beginning; `name` is the lower-case last part of the path. Both must
  // outlive this.
  Head(std::span<const std::byte> bytes, std::string_view name) : bytes_(bytes), name_(name) {}

  Head(const Head&) = delete;  // the text may lie in the buffer
  Head& operator=(const Head&) = delete;
  Head(Head&&) = delete;
  Head& operator=(Head&&) = delete;
  ~Head() = default;

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

  [[nodiscard]] std::string_view name() const { return name_; }

  // Lives as long as this.
  [[nodiscard]] const DecodedText& Decoded() const {
    if (!decoded_) {
      decoded_ = DecodeText(bytes_, buffer_);
    }
    return *decoded_;
  }

  [[nodiscard]] std::string_view Text() const { return Decoded().text; }

  // The first letter of the text that is no white space, which needs no decoding.
  [[nodiscard]] char FirstLetter() const { return readers::FirstLetter(bytes_); }

 private:
  std::span<const std::byte> bytes_;
  std::string_view name_;
  mutable std::string buffer_{};
  mutable std::optional<DecodedText> decoded_{};
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_HEAD_H_

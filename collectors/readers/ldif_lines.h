// Lines of LDIF (RFC 2849), unfolded: a line that begins with a blank continues the one before,
// also a comment. Pure; views live until the next call.

#ifndef WHFB_COLLECTORS_READERS_LDIF_LINES_H_
#define WHFB_COLLECTORS_READERS_LDIF_LINES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "collectors/readers/text_decoding.h"

namespace whfb::readers {

struct LdifLine {
  enum class Kind : std::uint8_t { kBlank, kComment, kValue, kOther };
  enum class Form : std::uint8_t { kPlain, kBase64, kUrl };

  Kind kind = Kind::kBlank;
  Form form = Form::kPlain;
  std::string_view name{};     // "cACertificate", without options
  std::string_view options{};  // "range=0-1499"; empty: none
  std::string_view value{};    // without blanks around; for comments the text behind "#"
  std::string_view written{};  // the value with the blanks behind it
  std::uint64_t number = 0;    // of its first line
  bool cut = false;            // longer than the limit; the value is its beginning
  bool damaged = false;        // it holds what cannot be text
};

class LdifLines {
 public:
  // A CRL of ten megabytes is real; nothing that is kept comes near.
  static constexpr std::size_t kMaxLine = std::size_t{64} << 20;

  // `decoded` must outlive this.
  explicit LdifLines(const DecodedText& decoded) : lines_(decoded) { more_ = lines_.Next(next_); }

  // False at the end.
  bool Next(LdifLine& line);

 private:
  // The line with those that continue it.
  std::string_view Unfold(LdifLine& line);

  TextLines lines_;
  std::string_view next_{};
  bool more_ = false;
  std::string buffer_;
};

// A comment or "name: value" that can stand in LDIF; for recognition.
[[nodiscard]] bool LooksLikeLdif(const DecodedText& decoded);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_LDIF_LINES_H_

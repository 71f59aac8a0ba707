#include "collectors/readers/event_xml_text.h"

#include <algorithm>
#include <span>

#include "collectors/readers/text_decoding.h"
#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kWindow = std::size_t{256} << 10;
constexpr std::size_t kDetectBytes = 4096;
constexpr std::string_view kUtf8Bom = "\xef\xbb\xbf";
constexpr std::string_view kUtf16LeBom = "\xff\xfe";
constexpr std::string_view kUtf16BeBom = "\xfe\xff";
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

std::span<const std::byte> BytesOf(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

bool HasHighSurrogateAtEnd(std::string_view bytes, bool big_endian) {
  if (bytes.size() < 2) {
    return false;
  }
  const auto high = static_cast<unsigned char>(bytes[bytes.size() - (big_endian ? 2 : 1)]);
  return high >= 0xd8 && high < 0xdc;
}

}  // namespace

void EventTexts::FindEncoding(std::string_view head) {
  std::string buffer;
  const std::string_view encoding =
      DecodeText(BytesOf(head.substr(0, kDetectBytes)), buffer).encoding;
  units_ = encoding == "utf-16le"   ? Units::kUtf16Le
           : encoding == "utf-16be" ? Units::kUtf16Be
                                    : Units::kOctets;
  is_utf8_ = head.starts_with(kUtf8Bom);
  if (units_ != Units::kOctets) {
    encoding_ = encoding;
  }
  if (is_utf8_) {
    offset_ = kUtf8Bom.size();
  } else if (head.starts_with(kUtf16LeBom) || head.starts_with(kUtf16BeBom)) {
    offset_ = kUtf16LeBom.size();
  }
}

void EventTexts::AppendUtf16(std::string_view bytes) {
  const bool big_endian = units_ == Units::kUtf16Be;
  const std::string marked = std::string(big_endian ? kUtf16BeBom : kUtf16LeBom).append(bytes);
  std::string text;
  const DecodedText decoded = DecodeText(BytesOf(marked), text);
  lossy_ = lossy_ || decoded.replaced > 0;
  buffer_.append(decoded.text);
}

// False when nothing more comes.
bool EventTexts::Fill() {
  if (exhausted_) {
    return false;
  }
  const Result<std::span<const std::byte>> window = source_->Window(offset_, kWindow);
  unreadable_ = !window.has_value();
  if (unreadable_ || window->empty()) {
    exhausted_ = true;
    return false;
  }
  std::string_view bytes(reinterpret_cast<const char*>(window->data()), window->size());
  if (units_ == Units::kNotKnown) {
    FindEncoding(bytes);
    bytes.remove_prefix(static_cast<std::size_t>(offset_));
  }
  exhausted_ = offset_ + bytes.size() >= source_->size();
  if (units_ == Units::kOctets) {
    buffer_.append(bytes);
  } else {
    if (!exhausted_ && HasHighSurrogateAtEnd(bytes, units_ == Units::kUtf16Be)) {
      bytes.remove_suffix(2);  // its other half comes with the next window
    }
    AppendUtf16(bytes);
  }
  offset_ += bytes.size();
  return true;
}

void EventTexts::Compact() {
  if (at_ >= kWindow) {
    (void)LineOf(at_);
    buffer_.erase(0, at_);
    counted_ -= at_;
    at_ = 0;
  }
}

// The next tag, at `at_` or behind it. The buffer grows to about `limit` to find it.
Tag EventTexts::NextTag(std::size_t limit) {
  Tag tag = FindTag(buffer_, at_);
  while ((tag.kind == TagKind::kNone || tag.kind == TagKind::kCut) && buffer_.size() < limit) {
    const std::size_t from = tag.kind == TagKind::kCut ? tag.begin : buffer_.size();
    if (!Fill()) {
      break;
    }
    tag = FindTag(buffer_, from);
  }
  return tag;
}

std::string_view EventTexts::TextOf(const Tag& tag) const {
  return std::string_view(buffer_).substr(tag.begin, tag.end - tag.begin);
}

bool EventTexts::IsEvent(const Tag& tag) const {
  const bool starts = tag.kind == TagKind::kStart || tag.kind == TagKind::kEmpty;
  if (!starts || WithoutPrefix(tag.name) != "Event") {
    return false;
  }
  const std::string_view prefix = PrefixOf(tag.name);
  return DeclaresEvents(TextOf(tag), prefix) ||
         (root_open_ && std::ranges::binary_search(root_prefixes_, prefix));
}

// Places only grow: each line end is counted once.
std::uint64_t EventTexts::LineOf(std::size_t at) {
  if (at > counted_) {
    lines_ += static_cast<std::uint64_t>(
        std::count(buffer_.data() + counted_, buffer_.data() + at, '\n'));
    counted_ = at;
  }
  return lines_ + 1;
}

EventTexts::Piece EventTexts::Damage(std::size_t at, WhyUnknown why, std::string_view what) {
  return {.kind = Kind::kDamage,
          .gap = {.why = why,
                  .message = "line " + std::to_string(LineOf(at)) + ": " + std::string(what)}};
}

// No text holds zeros. True once, where it holds them between `at_` and the tag.
bool EventTexts::FindZeros(const Tag& tag, Piece& piece) {
  const std::size_t end =
      tag.kind == TagKind::kNone ? buffer_.size() : std::min(tag.begin, buffer_.size());
  const std::size_t zero = std::string_view(buffer_).substr(0, end).find('\0', at_);
  if (zero == std::string_view::npos || zeros_told_) {
    return false;
  }
  zeros_told_ = true;
  piece = Damage(zero, WhyUnknown::kMalformed, kDamagedLine);
  return true;
}

EventTexts::Piece EventTexts::Next() {
  Piece piece;
  for (;;) {
    Compact();
    const Tag tag = NextTag(at_ + kMaxEventBytes);
    if (FindZeros(tag, piece)) {
      return piece;
    }
    const bool endless = tag.kind == TagKind::kNone || tag.kind == TagKind::kCut;
    if (endless && exhausted_) {
      return End();
    }
    if (IsEvent(tag)) {
      begun_ = true;
      return Event(tag);
    }
    at_ = endless ? buffer_.size() : tag.end;
    if (Outside(tag, piece)) {
      return piece;
    }
  }
}

// A tag between events. True: the piece says something of it.
bool EventTexts::Outside(const Tag& tag, Piece& piece) {
  switch (tag.kind) {
    case TagKind::kStart:
      return OutsideStart(tag, piece);
    case TagKind::kEnd:
      if (root_open_ && tag.name == root_name_) {
        root_open_ = false;
        root_closed_ = true;
      }
      return false;
    case TagKind::kOther: {
      const std::string declaration = LowerAscii(TextOf(tag).substr(0, kDetectBytes));
      is_utf8_ = is_utf8_ || (declaration.starts_with("<?xml ") &&
                              declaration.find("utf-8") != std::string::npos);
      return false;
    }
    case TagKind::kDocumentType:
      piece = {.kind = Kind::kDocumentType};
      return true;
    case TagKind::kBroken:
    case TagKind::kCut:
      piece = Damage(tag.begin, WhyUnknown::kMalformed, "a tag that does not end");
      return true;
    default:
      return false;
  }
}

bool EventTexts::OutsideStart(const Tag& tag, Piece& piece) {
  const bool again = root_open_ && tag.name == root_name_;
  if (again || !begun_ || root_closed_) {
    root_name_ = tag.name;
    root_prefixes_ = EventPrefixes(TextOf(tag));
    root_open_ = true;
    root_closed_ = false;
  }
  begun_ = true;
  if (again) {
    piece = Damage(tag.begin, WhyUnknown::kTruncated, "the text before ends without its end tag");
  }
  return again;
}

EventTexts::Piece EventTexts::End() {
  if (end_told_) {
    return {};
  }
  end_told_ = true;
  if (unreadable_) {
    return Damage(buffer_.size(), WhyUnknown::kTruncated, "cannot be read from here on");
  }
  if (FindTag(buffer_, at_).kind == TagKind::kCut) {
    return Damage(buffer_.size(), WhyUnknown::kTruncated, "the text ends inside a tag");
  }
  if (root_open_) {
    return Damage(buffer_.size(), WhyUnknown::kTruncated,
                  "the text ends before the end tag of " + root_name_);
  }
  return {};
}

// The next event or the end of all of them, before the end of the event in hand.
bool EventTexts::EndsEvent(const Tag& tag) const {
  const bool starts = tag.kind == TagKind::kStart || tag.kind == TagKind::kEmpty;
  const bool again = starts && tag.name == name_ && DeclaresEvents(TextOf(tag), PrefixOf(tag.name));
  return again || (tag.kind == TagKind::kEnd && root_open_ && tag.name == root_name_);
}

EventTexts::Piece EventTexts::Event(const Tag& first) {
  const std::size_t begin = first.begin;
  name_ = first.name;
  ++events_;
  at_ = first.end;
  std::size_t depth = first.kind == TagKind::kEmpty ? 0 : 1;
  while (depth > 0) {
    const Tag tag = NextTag(begin + kMaxEventBytes);
    if (tag.kind == TagKind::kNone || tag.kind == TagKind::kCut ||
        tag.end - begin > kMaxEventBytes) {
      return CutEvent(begin);
    }
    if (EndsEvent(tag)) {
      at_ = tag.begin;
      return Damage(begin, WhyUnknown::kMalformed, "an event that does not end");
    }
    at_ = tag.end;
    const bool own = tag.name == name_;
    depth += own && tag.kind == TagKind::kStart ? 1 : 0;
    depth -= own && tag.kind == TagKind::kEnd ? 1 : 0;
  }
  return WholeEvent(begin);
}

EventTexts::Piece EventTexts::CutEvent(std::size_t begin) {
  const bool cut = exhausted_ && buffer_.size() - begin <= kMaxEventBytes;
  at_ = cut ? buffer_.size() : std::max(at_, begin + 1);
  return cut ? Damage(begin, WhyUnknown::kTruncated, "the text ends inside an event")
             : Damage(begin, WhyUnknown::kTooLarge, "an event that is larger than its bounds");
}

// Each event tells its encoding by itself: what `type >>` joins need not have one.
EventTexts::Piece EventTexts::WholeEvent(std::size_t begin) {
  const std::string_view raw = std::string_view(buffer_).substr(begin, at_ - begin);
  if (units_ != Units::kOctets) {
    return lossy_ && raw.find(kReplacement) != std::string_view::npos
               ? Damage(begin, WhyUnknown::kMalformed, kDamagedLine)
               : Piece{.kind = Kind::kEvent, .text = raw, .prefix = PrefixOf(name_)};
  }
  const DecodedText decoded = DecodeText(BytesOf(raw), decoded_);
  if (decoded.replaced > 0 || (is_utf8_ && decoded.encoding != "utf-8")) {
    return Damage(begin, WhyUnknown::kMalformed, kDamagedLine);
  }
  if (decoded.encoding != "utf-8" && encoding_ == "utf-8") {
    encoding_ = decoded.encoding;
  }
  is_utf8_ =
      is_utf8_ || (decoded.encoding == "utf-8" &&
                   std::ranges::any_of(raw, [](unsigned char letter) { return letter >= 0x80; }));
  return {.kind = Kind::kEvent, .text = decoded.text, .prefix = PrefixOf(name_)};
}

}  // namespace whfb::readers

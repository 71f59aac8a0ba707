// EventTexts: the text of one <Event> after the other out of a stream of any size, as UTF-8.
//
// With a root element (Event Viewer, `wevtutil /e:`) or without one (`wevtutil qe /f:xml`), also
// several such texts one behind the other. An event is told by its namespace, whatever its prefix.
// What is between events is passed over; what is not whole is damage, and the reading goes on with
// the next event that declares its namespace. Memory is bounded: one window and one event.

#ifndef WHFB_COLLECTORS_READERS_EVENT_XML_TEXT_H_
#define WHFB_COLLECTORS_READERS_EVENT_XML_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/event_xml_tags.h"
#include "collectors/readers/reader.h"

namespace whfb::readers {

class EventTexts {
 public:
  // A record has at most 64 KiB; as text in UTF-16 with its message it stays far below this.
  static constexpr std::size_t kMaxEventBytes = std::size_t{1} << 20;

  // `source` must outlive this.
  explicit EventTexts(ByteSource& source) : source_(&source) {}

  enum class Kind : std::uint8_t { kEvent, kDamage, kDocumentType, kEnd };

  struct Piece {
    Kind kind = Kind::kEnd;
    std::string_view text{};    // kEvent: the element, in UTF-8; until the next call
    std::string_view prefix{};  // kEvent: of its name
    Gap gap{};                  // kDamage
  };

  [[nodiscard]] Piece Next();

  // How many events were begun.
  [[nodiscard]] std::uint64_t events() const { return events_; }

  // The first that is not UTF-8, if one was met.
  [[nodiscard]] std::string_view encoding() const { return encoding_; }

 private:
  enum class Units : std::uint8_t { kNotKnown, kOctets, kUtf16Le, kUtf16Be };

  [[nodiscard]] bool Fill();
  void FindEncoding(std::string_view head);
  void AppendUtf16(std::string_view bytes);
  void Compact();
  [[nodiscard]] Tag NextTag(std::size_t limit);
  [[nodiscard]] bool IsEvent(const Tag& tag) const;
  [[nodiscard]] std::string_view TextOf(const Tag& tag) const;
  [[nodiscard]] bool FindZeros(const Tag& tag, Piece& piece);
  [[nodiscard]] bool EndsEvent(const Tag& tag) const;
  [[nodiscard]] bool Outside(const Tag& tag, Piece& piece);
  [[nodiscard]] bool OutsideStart(const Tag& tag, Piece& piece);
  [[nodiscard]] Piece Event(const Tag& first);
  [[nodiscard]] Piece CutEvent(std::size_t begin);
  [[nodiscard]] Piece WholeEvent(std::size_t begin);
  [[nodiscard]] Piece End();
  [[nodiscard]] std::uint64_t LineOf(std::size_t at);
  [[nodiscard]] Piece Damage(std::size_t at, WhyUnknown why, std::string_view what);

  ByteSource* source_;
  std::uint64_t offset_ = 0;
  bool exhausted_ = false;
  bool unreadable_ = false;  // the source gave an error
  Units units_ = Units::kNotKnown;
  bool is_utf8_ = false;  // octets are known to be UTF-8: others are damage
  bool lossy_ = false;    // UTF-16 with units that are no characters
  bool zeros_told_ = false;
  bool end_told_ = false;
  bool begun_ = false;  // a start tag was seen
  bool root_open_ = false;
  bool root_closed_ = false;
  std::string root_name_;
  std::vector<std::string> root_prefixes_;  // that it declares for events, sorted
  std::string buffer_;                      // UTF-8, or octets of an encoding that each event tells
  std::size_t at_ = 0;                      // in the buffer
  std::size_t counted_ = 0;                 // the lines before this place of the buffer are counted
  std::uint64_t lines_ = 0;
  std::uint64_t events_ = 0;
  std::string name_;  // of the event in hand
  std::string decoded_;
  std::string encoding_ = "utf-8";
};

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_EVENT_XML_TEXT_H_

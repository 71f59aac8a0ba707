// Tags of an XML text that need not be whole: where the next one begins and ends, so that the
// events of a stream can be cut out of it before any of them is parsed.

#ifndef WHFB_COLLECTORS_READERS_EVENT_XML_TAGS_H_
#define WHFB_COLLECTORS_READERS_EVENT_XML_TAGS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whfb::readers {

inline constexpr std::string_view kEventNamespace =
    "http://schemas.microsoft.com/win/2004/08/events/event";

enum class TagKind : std::uint8_t {
  kNone,  // no tag begins here
  kStart,
  kEmpty,  // "<a/>"
  kEnd,
  kOther,  // comment, CDATA section, processing instruction, XML declaration
  kDocumentType,
  kBroken,  // "<" that begins no tag; `end` is where to go on
  kCut,     // the text ends before it does
};

struct Tag {
  TagKind kind = TagKind::kNone;
  std::size_t begin = 0;
  std::size_t end = 0;      // behind its ">"
  std::string_view name{};  // with its prefix; into the text
};

// The first tag that begins at `from` or behind it.
[[nodiscard]] Tag FindTag(std::string_view text, std::size_t from);

// "e" of "e:Event"; empty when there is none.
[[nodiscard]] std::string_view PrefixOf(std::string_view name);

// "Event" of "e:Event".
[[nodiscard]] std::string_view WithoutPrefix(std::string_view name);

// Whether the text of a start tag declares the namespace of events for this prefix (empty: the
// default one).
[[nodiscard]] bool DeclaresEvents(std::string_view tag, std::string_view prefix);

// The prefixes for which the text of a start tag does so, sorted.
[[nodiscard]] std::vector<std::string> EventPrefixes(std::string_view tag);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_EVENT_XML_TAGS_H_

// Places in an XML text that pugixml parsed, for readers that go on with what an unfinished
// document holds.

#ifndef WHFB_COLLECTORS_READERS_XML_PLACES_H_
#define WHFB_COLLECTORS_READERS_XML_PLACES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <pugixml.hpp>

namespace whfb::readers {

// Whether the document declares its own type. Types define entities and pugixml leaves references
// to them as they stand, so what such a document says is not known. None that Windows writes has
// one.
[[nodiscard]] bool HasDocumentType(const pugi::xml_document& document);

// For load_buffer: so that HasDocumentType can tell. Nothing is expanded or fetched.
inline constexpr unsigned kXmlOptions = pugi::parse_default | pugi::parse_doctype;

inline constexpr std::string_view kDocumentTypeMessage =
    "the document has a document type (DOCTYPE); entities are never expanded";

// The line at this offset, from 1. Offsets outside the text are moved to its ends.
[[nodiscard]] std::uint64_t XmlLineAt(std::string_view text, std::ptrdiff_t offset);

// Whether the text goes on to the end tag of this element. pugixml keeps the elements that are open
// when a document breaks off, with as much of their text as there is: a half value that looks like
// a whole one.
[[nodiscard]] bool XmlElementIsClosed(std::string_view text, const pugi::xml_node& element);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_XML_PLACES_H_

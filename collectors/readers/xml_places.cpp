#include "collectors/readers/xml_places.h"

#include <algorithm>
#include <string>

namespace whfb::readers {

namespace {

std::string_view Before(std::string_view text, std::ptrdiff_t offset) {
  return text.substr(0, static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0)));
}

}  // namespace

bool HasDocumentType(const pugi::xml_document& document) {
  return document.find_child(
      [](const pugi::xml_node& node) { return node.type() == pugi::node_doctype; });
}

std::uint64_t XmlLineAt(std::string_view text, std::ptrdiff_t offset) {
  return 1 + static_cast<std::uint64_t>(std::ranges::count(Before(text, offset), '\n'));
}

bool XmlElementIsClosed(std::string_view text, const pugi::xml_node& element) {
  const std::string_view rest = text.substr(Before(text, element.offset_debug()).size());
  const std::string end_tag = std::string("</").append(element.name()).append(">");
  return rest.find(end_tag) != std::string_view::npos;
}

}  // namespace whfb::readers

// XML evidence whose element names carry namespaces: pugixml knows prefixes only, and prefixes such
// as q1 to q9 are given out in document order, so names are told by their namespace here.
//
// Document types are skipped and entities beyond the five of XML are never expanded. A document
// with more than kMaxTags tags or attributes is refused before a tree is built.

#ifndef WHFB_COLLECTORS_READERS_XML_TREE_H_
#define WHFB_COLLECTORS_READERS_XML_TREE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "scanner/core/result.h"

namespace whfb::readers {

class XmlTree {
 public:
  static constexpr std::size_t kMaxTags = std::size_t{1} << 20;
  static constexpr int kMaxDepth = 64;

  // Decodes and parses. Of a document that ends too early or breaks off, the part before is kept,
  // but for text that was not closed.
  // An Error: no root element, or too many tags or attributes. `where` is for the error.
  [[nodiscard]] Status Load(std::span<const std::byte> bytes, std::string_view where);

  [[nodiscard]] pugi::xml_node root() const { return document_.document_element(); }

  [[nodiscard]] std::string_view encoding() const { return encoding_; }

  // Null when the document was read to its end.
  [[nodiscard]] const char* damage() const { return damage_; }

  [[nodiscard]] std::uint64_t damage_line() const { return damage_line_; }

  [[nodiscard]] bool too_deep() const { return too_deep_; }

  [[nodiscard]] std::uint64_t LineOf(const pugi::xml_node& node) const;

  // The element was closed before the document broke off.
  [[nodiscard]] bool IsWhole(const pugi::xml_node& node) const;

 private:
  [[nodiscard]] std::uint64_t LineAt(std::ptrdiff_t offset) const;

  std::string buffer_;
  std::string_view text_{};
  std::string encoding_;
  std::vector<std::uint32_t> lines_before_;  // line ends before each block of the text
  pugi::xml_document document_;
  const char* damage_ = nullptr;
  std::uint64_t damage_line_ = 0;
  bool too_deep_ = false;
};

[[nodiscard]] std::string_view LocalName(std::string_view name);

// The namespace of an element; empty when none is declared or it lies too deep.
[[nodiscard]] std::string_view NamespaceOf(const pugi::xml_node& node);

[[nodiscard]] bool Is(const pugi::xml_node& node, std::string_view local_name);

// The first child element with this local name, whatever its namespace; null when there is none.
[[nodiscard]] pugi::xml_node Child(const pugi::xml_node& node, std::string_view local_name);

// The text of an element, without white space at its ends.
[[nodiscard]] std::string_view TextOf(const pugi::xml_node& node);

// The text of the first such child; empty when there is none.
[[nodiscard]] std::string_view ChildText(const pugi::xml_node& node, std::string_view local_name);

}  // namespace whfb::readers

#endif  // WHFB_COLLECTORS_READERS_XML_TREE_H_

// An XML file of ours, parsed so that every message can name its line and column.

#ifndef WHFB_RULES_XML_SOURCE_H_
#define WHFB_RULES_XML_SOURCE_H_

#include <optional>
#include <string>

#include <pugixml.hpp>

#include "rules/load_context.h"
#include "rules/rule_source.h"

namespace whfb::rules {

class XmlSource {
 public:
  // `source` and `catalog` must outlive this.
  XmlSource(const RuleSource& source, const FactCatalog& catalog)
      : buffer_(source.text), context_(source, catalog, buffer_.data()) {}

  XmlSource(const XmlSource&) = delete;
  XmlSource& operator=(const XmlSource&) = delete;
  XmlSource(XmlSource&&) = delete;
  XmlSource& operator=(XmlSource&&) = delete;
  ~XmlSource() = default;

  [[nodiscard]] LoadContext& context() { return context_; }

  // The one root element. False after context().Fail().
  [[nodiscard]] bool Parse(std::string_view name, pugi::xml_node& root) {
    const pugi::xml_parse_result parsed = document_.load_buffer_inplace(
        buffer_.data(), buffer_.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!parsed) {
      return context_.Fail(static_cast<std::size_t>(parsed.offset),
                           std::string("not well-formed XML: ") + parsed.description());
    }
    root = document_.document_element();
    if (const pugi::xml_node second = root.next_sibling()) {
      return context_.Fail(second, std::string("the file holds one <") + std::string(name) + ">");
    }
    return root.name() == name ||
           context_.Fail(root, std::string("<") + root.name() + "> is not <" + std::string(name) +
                                   ">, with which the file begins");
  }

 private:
  std::string buffer_;  // parsed in place, so that pointers tell offsets
  pugi::xml_document document_;
  LoadContext context_;
};

}  // namespace whfb::rules

#endif  // WHFB_RULES_XML_SOURCE_H_

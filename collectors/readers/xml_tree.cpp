#include "collectors/readers/xml_tree.h"

#include <algorithm>

#include "collectors/readers/text_decoding.h"
#include "collectors/readers/xml_places.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kBlock = 1024;

bool DeeperThan(const pugi::xml_document& document, int limit) {
  struct Walker final : pugi::xml_tree_walker {
    int limit = 0;

    bool for_each(pugi::xml_node& /*node*/) override { return depth() <= limit; }
  };

  Walker walker;
  walker.limit = limit;
  // traverse() is no const member, though it changes nothing.
  return !const_cast<pugi::xml_document&>(document).traverse(walker);
}

// Where a prefix (may be empty) is bound, nearest first.
std::string_view SpaceOf(pugi::xml_node node, std::string_view prefix) {
  const std::string name = prefix.empty() ? "xmlns" : std::string("xmlns:").append(prefix);
  for (int depth = 0; node && depth < XmlTree::kMaxDepth; ++depth) {
    if (const pugi::xml_attribute bound = node.attribute(name.c_str())) {
      return bound.value();
    }
    node = node.parent();
  }
  return {};
}

std::string_view PrefixOf(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
}

// Text that the document breaks off in may be the beginning of another one.
void DropOpenText(pugi::xml_node node) {
  while (node.last_child().type() == pugi::node_element) {
    node = node.last_child();
  }
  while (node.last_child() && node.last_child().type() != pugi::node_element) {
    node.remove_child(node.last_child());
  }
}

}  // namespace

Status XmlTree::Load(std::span<const std::byte> bytes, std::string_view where) {
  const DecodedText decoded = DecodeText(bytes, buffer_);
  text_ = decoded.text;
  encoding_ = decoded.encoding;
  if (static_cast<std::size_t>(std::ranges::count(text_, '<')) > kMaxTags) {
    return Error{ErrorCode::kTooLarge, std::string(where), "more than 1048576 tags"};
  }
  // Text may hold '=' too; real reports have a few thousand in all.
  if (static_cast<std::size_t>(std::ranges::count(text_, '=')) > kMaxTags) {
    return Error{ErrorCode::kTooLarge, std::string(where), "more than 1048576 attributes"};
  }
  std::uint32_t lines = 0;
  for (std::size_t at = 0; at < text_.size(); at += kBlock) {
    lines_before_.push_back(lines);
    lines += static_cast<std::uint32_t>(std::ranges::count(text_.substr(at, kBlock), '\n'));
  }
  const pugi::xml_parse_result parsed =
      document_.load_buffer(text_.data(), text_.size(), kXmlOptions, pugi::encoding_utf8);
  if (HasDocumentType(document_)) {
    return Error{ErrorCode::kMalformed, std::string(where), std::string(kDocumentTypeMessage)};
  }
  if (!root()) {
    return Error{ErrorCode::kMalformed, std::string(where), "no XML element"};
  }
  if (!parsed) {
    damage_ = parsed.description();
    damage_line_ = LineAt(parsed.offset);
    DropOpenText(root());
  }
  too_deep_ = DeeperThan(document_, kMaxDepth);
  return Ok{};
}

std::uint64_t XmlTree::LineAt(std::ptrdiff_t offset) const {
  if (offset <= 0 || text_.empty()) {
    return 1;
  }
  const std::size_t end = std::min(static_cast<std::size_t>(offset), text_.size() - 1);
  const std::size_t block = end / kBlock;
  const std::string_view before = text_.substr(block * kBlock, end % kBlock);
  return 1 + lines_before_[block] + static_cast<std::uint64_t>(std::ranges::count(before, '\n'));
}

std::uint64_t XmlTree::LineOf(const pugi::xml_node& node) const {
  return LineAt(node.offset_debug());
}

bool XmlTree::IsWhole(const pugi::xml_node& node) const {
  if (damage_ == nullptr) {
    return true;
  }
  // What was open when the document broke off is the last child of the last child, and so on.
  for (pugi::xml_node one = node; one && one != root(); one = one.parent()) {
    if (one.next_sibling()) {
      return true;
    }
  }
  return false;
}

std::string_view LocalName(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view NamespaceOf(const pugi::xml_node& node) {
  return SpaceOf(node, PrefixOf(node.name()));
}

bool Is(const pugi::xml_node& node, std::string_view local_name) {
  return node.type() == pugi::node_element && LocalName(node.name()) == local_name;
}

pugi::xml_node Child(const pugi::xml_node& node, std::string_view local_name) {
  for (const pugi::xml_node& child : node.children()) {
    if (Is(child, local_name)) {
      return child;
    }
  }
  return {};
}

std::string_view TextOf(const pugi::xml_node& node) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::string_view text = node.text().get();
  const std::size_t first = text.find_first_not_of(kSpace);
  return first == std::string_view::npos
             ? std::string_view{}
             : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string_view ChildText(const pugi::xml_node& node, std::string_view local_name) {
  return TextOf(Child(node, local_name));
}

}  // namespace whfb::readers

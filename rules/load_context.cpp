#include "rules/load_context.h"

#include <algorithm>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "rules/parameter.h"

namespace whfb::rules {

void LoadContext::AllowKinds(std::initializer_list<SubjectKind> kinds) {
  allowed_ = 0;
  for (const SubjectKind kind : kinds) {
    allowed_ |= 1U << static_cast<unsigned>(kind);
  }
}

bool LoadContext::Allowed(SubjectKind kind) const {
  return (allowed_ >> static_cast<unsigned>(kind) & 1U) != 0;
}

std::string LoadContext::AllowedPrefixes() const {
  std::string prefixes;
  for (std::size_t i = kSubjectKinds; i-- > 0;) {
    const auto kind = static_cast<SubjectKind>(i);
    if (Allowed(kind)) {
      prefixes += fmt::format("{}'{}.'", prefixes.empty() ? "" : ", ", FactPrefix(kind));
    }
  }
  return prefixes;
}

const Parameter* LoadContext::NamedParameter(std::size_t offset, std::string_view name) {
  const std::vector<Parameter> none;
  const std::vector<Parameter>& known = parameters_ == nullptr ? none : *parameters_;
  const Parameter* const found = FindParameter(known, name);
  if (found == nullptr) {
    Fail(offset, fmt::format("unknown parameter '{}'{}", name, ParameterHint(known, name)));
  }
  return found;
}

bool LoadContext::Used(const Parameter& parameter) const {
  return std::ranges::find(used_, &parameter) != used_.end();
}

std::size_t LoadContext::OffsetOf(const char* pointer, std::size_t otherwise) const {
  // An empty value may point to a literal of the library instead of the buffer.
  const std::less<> before;
  const char* const end = parsed_ + source_->text.size();
  return before(pointer, parsed_) || before(end, pointer)
             ? otherwise
             : static_cast<std::size_t>(pointer - parsed_);
}

std::size_t LoadContext::LineOf(const pugi::xml_node& node) {
  const std::size_t offset = OffsetOf(node.name(), 0);
  if (offset < counted_to_) {
    counted_to_ = 0;
    lines_ = 1;
  }
  const auto* const text = source_->text.data();
  lines_ += static_cast<std::size_t>(std::count(text + counted_to_, text + offset, '\n'));
  counted_to_ = offset;
  return lines_;
}

bool LoadContext::Fail(std::size_t offset, std::string_view message) {
  if (!error_) {
    error_ = ErrorAt(*source_, offset, message);
  }
  return false;
}

bool LoadContext::Fail(const pugi::xml_node& node, std::string_view message) {
  const bool named = node.type() == pugi::node_element;
  return Fail(OffsetOf(named ? node.name() : node.value(), 0), message);
}

bool LoadContext::Fail(const pugi::xml_attribute& attribute, std::string_view message) {
  return Fail(OffsetOf(attribute.value(), OffsetOf(attribute.name(), 0)), message);
}

bool LoadContext::FailAtName(const pugi::xml_attribute& attribute, std::string_view message) {
  return Fail(OffsetOf(attribute.name(), 0), message);
}

bool LoadContext::OnlyAttributes(const pugi::xml_node& node,
                                 std::initializer_list<std::string_view> names) {
  const std::vector<std::string_view> known(names);
  std::vector<std::string_view> seen;
  for (const pugi::xml_attribute attribute : node.attributes()) {
    const std::string_view name = attribute.name();
    if (std::ranges::find(known, name) == known.end()) {
      return FailAtName(attribute, fmt::format("unknown attribute '{}' of <{}>{}", name,
                                               node.name(), DidYouMean(name, known)));
    }
    if (std::ranges::find(seen, name) != seen.end()) {
      return FailAtName(attribute, fmt::format("<{}> has '{}' twice", node.name(), name));
    }
    seen.push_back(name);
  }
  return true;
}

bool LoadContext::Needs(const pugi::xml_node& node,
                        const char* name,
                        pugi::xml_attribute& attribute) {
  attribute = node.attribute(name);
  if (attribute.empty()) {
    return Fail(node, fmt::format("<{}> needs the attribute '{}'", node.name(), name));
  }
  if (std::string_view(attribute.value()).empty()) {
    return FailAtName(attribute, fmt::format("'{}' of <{}> is empty", name, node.name()));
  }
  return true;
}

bool LoadContext::OnlyElements(const pugi::xml_node& node) {
  for (const pugi::xml_node child : node.children()) {
    if (child.type() != pugi::node_element) {
      return Fail(child, fmt::format("<{}> holds elements only, not text", node.name()));
    }
  }
  return true;
}

bool LoadContext::OneText(const pugi::xml_node& node) {
  const pugi::xml_node first = node.first_child();
  if (first.type() == pugi::node_element) {
    return Fail(first, fmt::format("<{}> holds text only", node.name()));
  }
  const pugi::xml_node second = first.next_sibling();
  return second.empty() ||
         Fail(second, fmt::format("<{}> holds one piece of text, without elements or comments",
                                  node.name()));
}

bool LoadContext::NoContent(const pugi::xml_node& node) {
  const pugi::xml_node child = node.first_child();
  return child.empty() || Fail(child, fmt::format("<{}> has no content", node.name()));
}

}  // namespace whfb::rules

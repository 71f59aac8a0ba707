// What the parts of the loader share: the source, the catalogue, the rule being made, and the
// first error. Loading functions return false after Fail(); the rest of the file is then not read.

#ifndef WHFB_RULES_LOAD_CONTEXT_H_
#define WHFB_RULES_LOAD_CONTEXT_H_

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "rules/rule.h"
#include "rules/rule_source.h"

namespace whfb::rules {

class LoadContext {
 public:
  // `parsed` is the buffer that pugixml parsed in place: names and values point into it, which
  // is how their offsets are known. All three must outlive the context.
  LoadContext(const RuleSource& source, const FactCatalog& catalog, const char* parsed)
      : source_(&source), catalog_(&catalog), parsed_(parsed) {}

  [[nodiscard]] const FactCatalog& catalog() const { return *catalog_; }

  [[nodiscard]] const RuleSource& source() const { return *source_; }

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  // The parameters that may be named now; they must stay where they are.
  void AllowParameters(const std::vector<Parameter>& parameters) { parameters_ = &parameters; }

  [[nodiscard]] bool HasParameters() const {
    return parameters_ != nullptr && !parameters_->empty();
  }

  // That of the name; null after Fail.
  const Parameter* NamedParameter(std::size_t offset, std::string_view name);

  // A condition depends on it.
  void Use(const Parameter& parameter) { used_.push_back(&parameter); }

  [[nodiscard]] bool Used(const Parameter& parameter) const;

  // The kinds whose facts may be named now.
  void AllowKinds(std::initializer_list<SubjectKind> kinds);
  [[nodiscard]] bool Allowed(SubjectKind kind) const;
  [[nodiscard]] std::string AllowedPrefixes() const;  // "device. or environment."

  // Always false. Only the first failure is kept.
  bool Fail(std::size_t offset, std::string_view message);
  bool Fail(const pugi::xml_node& node, std::string_view message);
  bool Fail(const pugi::xml_attribute& attribute, std::string_view message);        // at its value
  bool FailAtName(const pugi::xml_attribute& attribute, std::string_view message);  // at its name

  // Fails on attributes that are not listed, or that are there twice.
  bool OnlyAttributes(const pugi::xml_node& node, std::initializer_list<std::string_view> names);

  // Fails when the attribute is missing or empty.
  bool Needs(const pugi::xml_node& node, const char* name, pugi::xml_attribute& attribute);

  // Fails on text between the children of a node that has elements only.
  bool OnlyElements(const pugi::xml_node& node);

  // Fails on elements inside, and on text that a comment cuts in two.
  bool OneText(const pugi::xml_node& node);

  // Fails when the node has any child.
  bool NoContent(const pugi::xml_node& node);

  [[nodiscard]] std::size_t OffsetOf(const char* pointer, std::size_t otherwise) const;
  [[nodiscard]] std::size_t LineOf(const pugi::xml_node& node);

 private:
  const RuleSource* source_;
  const FactCatalog* catalog_;
  const char* parsed_;
  unsigned allowed_ = 0;  // bit k: kind k
  const std::vector<Parameter>* parameters_ = nullptr;
  std::vector<const Parameter*> used_;
  std::optional<Error> error_;
  // Nodes come in the order of the text, so that lines are counted once.
  std::size_t counted_to_ = 0;
  std::size_t lines_ = 1;
};

}  // namespace whfb::rules

#endif  // WHFB_RULES_LOAD_CONTEXT_H_

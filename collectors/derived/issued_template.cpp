// Whether a CA issues a template (A3.12 tmpl.issued).

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/collector.h"
#include "collectors/directory_view.h"

namespace whfb::collectors {

namespace {

constexpr std::array kFacts = {
    FactSpec{"template.issued", ValueType::kBool, "at least one CA issues it"},
    FactSpec{"template.issuing_cas", ValueType::kList,
             "CAs that issue it, as far as they are known", "", ValueType::kText},
};

constexpr unsigned kCaColumn = 0;  // environment.issued_template
constexpr unsigned kTemplateColumn = 1;

// Rows by the folded name of the template.
using RowsByName = std::unordered_multimap<std::string, std::size_t>;

RowsByName RowsOf(const Table& issued) {
  RowsByName rows;
  for (std::size_t i = 0; i < issued.size(); ++i) {
    const Cell& name = issued.Row(i)[kTemplateColumn];
    if (name.present()) {
      rows.emplace(FoldedText(name.value.text), i);
    }
  }
  return rows;
}

void DeriveTemplate(const Table& issued,
                    const RowsByName& rows,
                    Subject& subject,
                    FactSpace& facts) {
  std::vector<std::string_view> authorities;
  Cell answer = issued.coverage() == Coverage::kComplete
                    ? Cell::Bool(false, issued.source())
                    : Cell::Unknown(issued.why(), issued.source());
  const auto [first, last] = rows.equal_range(FoldedText(subject.name));
  for (auto found = first; found != last; ++found) {
    const std::span<const Cell> row = issued.Row(found->second);
    answer = Cell::Bool(true, row[kTemplateColumn].source);
    if (row[kCaColumn].present()) {
      authorities.push_back(row[kCaColumn].value.text);
    }
  }
  std::ranges::sort(authorities);
  authorities.erase(std::unique(authorities.begin(), authorities.end()), authorities.end());
  subject.facts.Put("template.issued", answer);
  const bool none = answer.present() && answer.value.number == 0;
  subject.facts.Put("template.issuing_cas", !authorities.empty()
                                                ? facts.ListCell(authorities, answer.source)
                                            : none ? Cell::Absent(answer.source)
                                                   : Cell::Unknown(issued.why(), answer.source));
}

void Derive(const DeriveInput& /*input*/, FactSpace& facts) {
  const Table& issued = facts.Environment().facts.TableOf("environment.issued_template");
  const RowsByName rows = RowsOf(issued);
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kCertificateTemplate) {
      DeriveTemplate(issued, rows, subject, facts);
    }
  }
}

}  // namespace

extern const DerivationSpec kIssuedTemplateDerivation;  // declared again by the generated list

const DerivationSpec kIssuedTemplateDerivation = {
    .name = "issued_template", .scope = Scope::kEnvironment, .facts = kFacts, .derive = Derive};

}  // namespace whfb::collectors

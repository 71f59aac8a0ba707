#include "collectors/directory_view.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "collectors/readers/ldap_name.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"

namespace whfb::collectors {

namespace {

using readers::DirectoryAttribute;
using readers::DirectoryObject;
using readers::DirectorySearch;

constexpr int kMaxFilterDepth = 16;

// A cell of lower-case text; no dot at the end of a DNS name.
Cell FoldedCell(std::string_view text, const Provenance& source, FactSpace& facts) {
  std::string folded = LowerAscii(text);
  while (folded.ends_with('.')) {
    folded.pop_back();
  }
  return facts.TextCell(folded, source);
}

}  // namespace

// "20230727103105.0Z"
Cell DirectoryTime(std::string_view text, const Provenance& source) {
  constexpr std::size_t kDigits = 14;  // yyyymmddhhmmss, then a fraction and Z
  const auto part = [&](std::size_t at, std::size_t size) {
    return static_cast<int>(ParseWhole<std::int64_t>(text.substr(at, size)).value_or(-1));
  };
  if (text.size() > kDigits && text.back() == 'Z' &&
      text.substr(0, kDigits).find_first_not_of("0123456789") == std::string_view::npos) {
    const CivilTime civil = {.year = part(0, 4),
                             .month = part(4, 2),
                             .day = part(6, 2),
                             .hour = part(8, 2),
                             .minute = part(10, 2),
                             .second = part(12, 2)};
    if (ValidCivil(civil)) {
      const Ticks ticks = TicksFromCivil(civil);
      return Cell::Time({ticks, ticks}, source);
    }
  }
  return Cell::Unknown(WhyUnknown::kMalformed, source);
}

namespace {

Cell ValueCell(const DirectoryAttribute& attribute, ValueType type, FactSpace& facts) {
  const std::string_view text = attribute.values[0];
  switch (type) {
    case ValueType::kInt: {
      const auto number = ParseWhole<std::int64_t>(text);
      return number ? Cell::Int(*number, attribute.source)
                    : Cell::Unknown(WhyUnknown::kMalformed, attribute.source);
    }
    case ValueType::kTime:
      return DirectoryTime(text, attribute.source);
    case ValueType::kUpn:
    case ValueType::kDnsName:
      return FoldedCell(text, attribute.source, facts);
    case ValueType::kList:
      return attribute.whole ? facts.ListCell(attribute.values, attribute.source)
                             : Cell::Unknown(attribute.why, attribute.source);
    default:
      return facts.TextCell(text, attribute.source);
  }
}

// One "(...)" from the front of `rest`, with its parentheses; empty when there is none whole.
std::string_view TakeGroup(std::string_view& rest) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    depth += rest[i] == '(' ? 1U : 0U;
    if (rest[i] == ')' && (depth == 0 || --depth == 0)) {
      const std::string_view group = rest.substr(0, i + 1);
      rest.remove_prefix(i + 1);
      return group;
    }
  }
  return {};
}

bool LeafShows(std::string_view leaf, std::span<const std::string_view> known) {
  constexpr std::array<std::string_view, 5> kAnything = {
      "objectclass=*", "objectcategory=*", "objectguid=*", "distinguishedname=*", "name=*"};
  return std::ranges::find(kAnything, leaf) != kAnything.end() ||
         std::ranges::find(known, leaf) != known.end();
}

// `filter` is lower case. The depth is bounded because the text comes from elsewhere.
bool Shows(std::string_view filter, std::span<const std::string_view> known, int depth) {
  if (filter.size() < 3 || filter.front() != '(' || filter.back() != ')' ||
      depth > kMaxFilterDepth) {
    return false;
  }
  std::string_view inside = filter.substr(1, filter.size() - 2);
  const bool all = inside.starts_with('&');
  if (!all && !inside.starts_with('|')) {
    return LeafShows(inside, known);
  }
  inside.remove_prefix(1);
  bool any = false;
  bool every = true;
  while (!inside.empty()) {
    const std::string_view group = TakeGroup(inside);
    if (group.empty()) {
      return false;
    }
    const bool shows = Shows(group, known, depth + 1);
    any = any || shows;
    every = every && shows;
  }
  return all ? every && any : any;
}

// The name without its DC parts: "CN=Services, CN=Configuration".
std::string_view WithoutDomain(std::string_view name) {
  const std::string folded = LowerAscii(name);
  if (folded.starts_with("dc=")) {
    return {};
  }
  const std::size_t domain = folded.find(", dc=");
  return name.substr(0, domain);
}

bool ShowsEvery(const DirectorySearch& search, std::span<const std::string_view> known) {
  return search.complete && FilterShows(search.filter, known);
}

}  // namespace

Cell DirectoryCell(const DirectoryObject& object,
                   std::string_view attribute,
                   ValueType type,
                   FactSpace& facts) {
  const DirectoryAttribute* const found = object.Find(attribute);
  if (found == nullptr) {
    return object.visibility.ProvesAbsent(attribute)
               ? Cell::Absent(object.source)
               : Cell::Unknown(object.visibility.why, object.source);
  }
  // Two entries may have become one where the lines between them are lost.
  const bool several = type != ValueType::kList && !found->values.empty() &&
                       std::ranges::any_of(found->values, [found](std::string_view value) {
                         return value != found->values[0];
                       });
  if (several) {
    return Cell::Unknown(WhyUnknown::kMalformed, found->source);
  }
  if (!found->values.empty()) {
    return ValueCell(*found, type, facts);
  }
  return found->whole ? Cell::Absent(found->source) : Cell::Unknown(found->why, found->source);
}

Cell MandatoryCell(const DirectoryObject& object,
                   std::string_view attribute,
                   ValueType type,
                   FactSpace& facts) {
  const Cell cell = DirectoryCell(object, attribute, type, facts);
  return cell.absent() ? Cell::Unknown(WhyUnknown::kDenied, cell.source) : cell;
}

bool FilterShows(std::string_view filter, std::span<const std::string_view> known) {
  std::string folded = LowerAscii(filter);
  std::erase(folded, ' ');
  return Shows(folded, known, 0);
}

const DirectorySearch* FindSearchBelow(const readers::Records& records,
                                       std::string_view container,
                                       std::span<const std::string_view> known) {
  for (const DirectorySearch& search : records.Of<DirectorySearch>()) {
    const std::string_view base = WithoutDomain(search.base);
    const bool here = search.scope == DirectorySearch::Scope::kOne && SameNoCase(base, container);
    const bool above =
        search.scope == DirectorySearch::Scope::kSubtree && readers::IsNameWithin(container, base);
    if (!base.empty() && (here || above) && ShowsEvery(search, known)) {
      return &search;
    }
  }
  return nullptr;
}

}  // namespace whfb::collectors

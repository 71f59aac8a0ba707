#include "collectors/readers/ldif_search.h"

#include <algorithm>
#include <array>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/directory_sink.h"
#include "collectors/readers/ldap_name.h"
#include "scanner/core/number_text.h"

namespace whfb::readers {

namespace {

// "children" is read as the smaller "oneLevel".
constexpr std::array<std::string_view, 4> kScopes = {"baseObject", "oneLevel", "subtree",
                                                     "children"};
constexpr std::size_t kMaxRequested = 1024;

// The rest of a line that begins with `label`; null data for others.
std::string_view After(std::string_view text, std::string_view label) {
  return text.starts_with(label) ? TrimBlanks(text.substr(label.size())) : std::string_view{};
}

}  // namespace

// The pages of one search repeat the header, which says anew what the entries below it show.
void LdifSearches::Begin(const LdifLine& line) {
  if (search_.any && search_.answered && search_.success && search_.more_pages) {
    search_.answered = false;
    search_.success = false;
    search_.more_pages = false;
    search_.in_header = true;
    search_.all_attributes = false;
    search_.requested = {};
    search_.header_in_doubt = false;
    return;
  }
  Emit();
  search_ = {.any = true, .in_header = true, .line = line.number};
}

void LdifSearches::TakeBase(std::string_view text) {
  const std::size_t open = text.find('<');
  const std::size_t close = text.rfind('>');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return;
  }
  const std::string_view rest = text.substr(close);
  const bool scoped = std::ranges::any_of(
      kScopes, [rest](std::string_view scope) { return rest.ends_with(scope); });
  search_.base_is_name =
      scoped && LdapNameText(text.substr(open + 1, close - open - 1), search_.base);
  search_.scope = rest.find("baseObject") != std::string_view::npos ? DirectorySearch::Scope::kBase
                  : rest.find("subtree") != std::string_view::npos
                      ? DirectorySearch::Scope::kSubtree
                      : DirectorySearch::Scope::kOne;
}

void LdifSearches::TakeRequested(std::string_view text) {
  std::vector<std::string_view> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view name = text.substr(0, end);
    search_.all_attributes = search_.all_attributes || name == "ALL" || name == "*";
    if (!name.empty() && names.size() < kMaxRequested) {
      names.push_back(sink_.Keep(name));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  search_.requested = sink_.records.pool().KeepList(names);
}

void LdifSearches::HeaderLine(std::string_view text) {
  if (text.starts_with("base <")) {
    TakeBase(text);
  } else if (const auto filter = After(text, "filter:"); filter.data() != nullptr) {
    search_.filter = filter;
  } else if (const auto names = After(text, "requesting:"); names.data() != nullptr) {
    TakeRequested(names);
  }
}

void LdifSearches::Comment(const LdifLine& line) {
  if (line.value == "extended LDIF") {
    Begin(line);
  } else if (search_.in_header) {
    HeaderLine(line.value);
  } else if (line.value == "LDAPv3") {
    search_.header_in_doubt = true;  // the first line of another search is missing (ldapsearch -L)
  } else if (const auto count = After(line.value, "numEntries:");
             search_.answered && count.data() != nullptr) {
    const auto announced = ParseWhole<std::uint64_t>(count);
    search_.has_announced = announced.has_value();
    search_.announced = announced.value_or(0);
  }
}

void LdifSearches::ToolLine(const LdifLine& line) {
  if (line.name == "result") {
    search_.answered = true;
    search_.success = line.value == "0" || line.value.starts_with("0 ");
  } else if (line.name == "pagedresults") {
    constexpr std::string_view kCookie = "cookie=";
    const std::size_t cookie = line.value.find(kCookie);
    search_.more_pages = cookie != std::string_view::npos &&
                         !TrimBlanks(line.value.substr(cookie + kCookie.size())).empty();
  } else if (line.name == "version") {
    search_.header_in_doubt = true;  // another export begins
  }
}

void LdifSearches::CountEntry(bool damaged) {
  if (search_.answered) {
    return;
  }
  ++search_.entries;
  search_.damaged = search_.damaged || damaged;
}

Visibility LdifSearches::Shows() const {
  const bool below_header = search_.any && !search_.answered && !search_.header_in_doubt;
  if (!below_header || (!search_.all_attributes && search_.requested.empty())) {
    return {};
  }
  return {.shown = search_.all_attributes ? Shown::kAll : Shown::kListed,
          .requested = search_.requested};
}

void LdifSearches::Emit() {
  if (search_.any && !search_.answered) {
    // Its description may be cut as well.
    sink_.AddGap({.place = search_.line,
                  .why = WhyUnknown::kTruncated,
                  .message = "the search has no result line: entries may be missing"});
    return;
  }
  if (!search_.any || !search_.base_is_name || search_.filter.empty()) {
    return;
  }
  const bool counted = search_.has_announced && search_.announced == search_.entries;
  const bool whole = search_.answered && search_.success && !search_.more_pages;
  AddDirectorySearch(
      DirectorySearch{
          .base = sink_.Keep(search_.base),
          .scope = search_.scope,
          .filter = sink_.Keep(search_.filter),
          .complete = whole && counted && !search_.damaged && !sink_.records.pool().full(),
          .why = search_.damaged ? WhyUnknown::kMalformed : WhyUnknown::kTruncated,
          .source = evidence_.At(search_.line)},
      sink_);
}

void LdifSearches::Finish() {
  Emit();
  search_ = {};
}

}  // namespace whfb::readers

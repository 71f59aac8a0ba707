#include "scanner/core/cell.h"

#include <algorithm>
#include <array>

namespace whfb {

namespace {

constexpr std::array<std::string_view, 11> kWhyNames = {
    "not-collected", "needs-live", "stale",     "wrong-context", "too-large", "truncated",
    "malformed",     "denied",     "ambiguous", "conflicting",   "internal"};

constexpr std::array<std::string_view, 11> kTypeNames = {
    "bool", "int", "text", "upn", "dns_name", "dn", "sid", "oid", "hex", "time", "list"};

constexpr std::array<std::string_view, 3> kKnowledgeNames = {"unknown", "absent", "present"};

bool SameValue(const Value& a, const Value& b, ValueType type) {
  switch (type) {
    case ValueType::kBool:
    case ValueType::kInt:
      return a.number == b.number;
    case ValueType::kTime:
      return a.time == b.time;
    case ValueType::kList:
      return std::ranges::equal(a.list, b.list);
    default:
      return a.text == b.text;
  }
}

std::string JoinList(std::span<const std::string_view> list) {
  std::string joined;
  for (const std::string_view item : list) {
    joined += joined.empty() ? "" : ", ";
    joined += item;
  }
  return joined;
}

// Two intervals for one moment: both are right where they overlap.
Cell Narrower(const Cell& first, const Cell& second) {
  const TimeInterval common{
      .earliest = std::max(first.value.time.earliest, second.value.time.earliest),
      .latest = std::min(first.value.time.latest, second.value.time.latest)};
  if (common.earliest > common.latest) {
    return Cell::Unknown(WhyUnknown::kConflicting, second.source);
  }
  return Cell::Time(common, common == second.value.time ? second.source : first.source);
}

// A conflict already found stays one, unless it is between outdated answers and the new one is not.
bool StaysConflict(const Cell& found, const Cell& answer) {
  return found.why == WhyUnknown::kConflicting &&
         (!found.source.outdated || answer.source.outdated);
}

// At least one of the two is unknown.
Cell MergeUnknown(const Cell& first, const Cell& second) {
  if (first.unknown() && second.unknown()) {
    return second.why > first.why ? second : first;
  }
  const Cell& unknown = first.unknown() ? first : second;
  const Cell& known = first.unknown() ? second : first;
  return StaysConflict(unknown, known) ? unknown : known;
}

}  // namespace

std::string_view ToString(WhyUnknown why) {
  return kWhyNames.at(static_cast<std::size_t>(why));
}

std::string_view ToString(Knowledge knowledge) {
  return kKnowledgeNames.at(static_cast<std::size_t>(knowledge));
}

std::string_view ToString(ValueType type) {
  return kTypeNames.at(static_cast<std::size_t>(type));
}

bool FromString(std::string_view text, WhyUnknown& why) {
  const auto* const found = std::ranges::find(kWhyNames, text);
  if (found == kWhyNames.end()) {
    return false;
  }
  why = static_cast<WhyUnknown>(found - kWhyNames.begin());
  return true;
}

bool SameAnswer(const Cell& a, const Cell& b, ValueType type) {
  if (a.knowledge != b.knowledge) {
    return false;
  }
  if (a.unknown()) {
    return a.why == b.why;
  }
  return a.absent() || SameValue(a.value, b.value, type);
}

std::string ValueText(const Cell& cell, ValueType type) {
  if (!cell.present()) {
    return {};
  }
  switch (type) {
    case ValueType::kBool:
      return cell.value.number != 0 ? "true" : "false";
    case ValueType::kInt:
      return std::to_string(cell.value.number);
    case ValueType::kTime:
      return FormatTime(cell.value.time);
    case ValueType::kList:
      return JoinList(cell.value.list);
    default:
      return std::string(cell.value.text);
  }
}

Cell MergeWithinBundle(const Cell& first, const Cell& second, ValueType type) {
  if (first.unknown() || second.unknown()) {
    return MergeUnknown(first, second);
  }
  if (first.source.outdated != second.source.outdated) {
    return first.source.outdated ? second : first;
  }
  if (SameAnswer(first, second, type)) {
    return first;
  }
  if (type == ValueType::kTime && first.present() && second.present()) {
    return Narrower(first, second);
  }
  return Cell::Unknown(WhyUnknown::kConflicting, second.source);
}

}  // namespace whfb

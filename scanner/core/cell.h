// Cell: one value with what we know of it. A fact of a subject is a cell; so is a field of a
// table row.
//
// Present, absent and unknown never turn into one another: "the setting is not there" and "we
// could not find out" lead to different verdicts. A Cell never owns memory: text and lists
// point into the TextPool of the FactSpace that holds the cell (or, for constants, into a
// literal), which must outlive it.

#ifndef WHFB_SCANNER_CORE_CELL_H_
#define WHFB_SCANNER_CORE_CELL_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "scanner/core/time.h"

namespace whfb {

enum class Knowledge : std::uint8_t {
  kUnknown,  // it could not be found out; `why` says why
  kAbsent,   // the place was read completely and the setting is not there
  kPresent,  // it was read; `value` holds it
};

// Ordered from "nobody looked" to "we looked and could not tell": when two unknown answers
// meet, the later one tells more and is kept.
enum class WhyUnknown : std::uint8_t {
  kNotCollected,  // no evidence speaks about it
  kNeedsLive,     // only a live probe can tell
  kStale,         // the evidence is older than --max-age
  kWrongContext,  // the evidence speaks about another account or bitness
  kTooLarge,      // a limit was reached before the place was read
  kTruncated,     // the input ends too early
  kMalformed,     // the input does not parse there
  kDenied,        // the collecting tool was refused
  kAmbiguous,     // several readings fit
  kConflicting,   // sources disagree
  kInternal,      // our own failure; reported, never hidden
};

// "not-collected", "wrong-context", ... : the spelling of rules, JSON and the database.
[[nodiscard]] std::string_view ToString(WhyUnknown why);
[[nodiscard]] std::string_view ToString(Knowledge knowledge);

// Looks a spelling up; false when there is none.
[[nodiscard]] bool FromString(std::string_view text, WhyUnknown& why);

enum class ValueType : std::uint8_t {
  kBool,
  kInt,
  kText,     // compared byte by byte
  kUpn,      // lower case when collected
  kDnsName,  // lower case, no trailing dot
  kDn,       // most specific RDN first, ", " between RDNs, as certutil prints it
  kSid,      // "S-1-12-1-..." upper case S
  kOid,      // dotted decimal
  kHex,      // lower case, no separators, no 0x
  kTime,
  kList,  // of text-like values; the element type is ListElement in the declaration
};

[[nodiscard]] std::string_view ToString(ValueType type);

// What Provenance::place counts in an item.
enum class PlaceKind : std::uint8_t {
  kLine,
  kRecord,  // of an event log
  kOffset,  // of bytes, which nobody can look up: the key is cited alone
};

// Where a value was read. `evidence` counts the evidence items of a FactSpace from 1;
// 0 means derived or declared. `place` is a line, record number or byte offset, as the
// evidence kind says; 0 means the item as a whole. `key` is a registry path or an item name
// inside the evidence, empty where line or record suffice. `outdated`: newer data existed and was
// not there to read (a registry hive without its logs), so what was read may be overtaken; it
// yields to any other answer of its bundle and decides nothing (the engine makes it stale).
struct Provenance {
  std::uint32_t evidence = 0;
  bool outdated = false;
  std::uint64_t place = 0;
  std::string_view key{};
};

struct Value {
  std::int64_t number = 0;                   // kBool (0, 1), kInt
  TimeInterval time{};                       // kTime
  std::string_view text{};                   // every text-like type
  std::span<const std::string_view> list{};  // kList
};

struct Cell {
  Knowledge knowledge = Knowledge::kUnknown;
  WhyUnknown why = WhyUnknown::kNotCollected;  // meaningful for kUnknown only
  Value value{};                               // meaningful for kPresent only
  Provenance source{};

  [[nodiscard]] bool present() const { return knowledge == Knowledge::kPresent; }

  [[nodiscard]] bool absent() const { return knowledge == Knowledge::kAbsent; }

  [[nodiscard]] bool unknown() const { return knowledge == Knowledge::kUnknown; }

  [[nodiscard]] static Cell Absent(Provenance source) {
    return {.knowledge = Knowledge::kAbsent, .source = source};
  }

  [[nodiscard]] static Cell Unknown(WhyUnknown why, Provenance source = {}) {
    return {.knowledge = Knowledge::kUnknown, .why = why, .source = source};
  }

  [[nodiscard]] static Cell Bool(bool value, Provenance source) {
    return {.knowledge = Knowledge::kPresent, .value = {.number = value ? 1 : 0}, .source = source};
  }

  [[nodiscard]] static Cell Int(std::int64_t value, Provenance source) {
    return {.knowledge = Knowledge::kPresent, .value = {.number = value}, .source = source};
  }

  [[nodiscard]] static Cell Time(TimeInterval value, Provenance source) {
    return {.knowledge = Knowledge::kPresent, .value = {.time = value}, .source = source};
  }

  // `value` must live in the TextPool of the space that will hold the cell, or be a literal.
  [[nodiscard]] static Cell Text(std::string_view value, Provenance source) {
    return {.knowledge = Knowledge::kPresent, .value = {.text = value}, .source = source};
  }

  [[nodiscard]] static Cell List(std::span<const std::string_view> value, Provenance source) {
    return {.knowledge = Knowledge::kPresent, .value = {.list = value}, .source = source};
  }
};

// Same knowledge and same value (sources may differ). `type` says which member counts.
[[nodiscard]] bool SameAnswer(const Cell& a, const Cell& b, ValueType type);

// The value as people read it: "true", "3", "2026-11-25T03:52:40Z", "a, b". Empty unless present.
[[nodiscard]] std::string ValueText(const Cell& cell, ValueType type);

// Two answers about one thing from the same bundle: unknown yields to known, the more telling
// unknown wins, equal answers keep the first, different answers become kConflicting. Times that
// overlap are one time, known more closely. Of two known answers one that may be outdated yields to
// one that is not.
[[nodiscard]] Cell MergeWithinBundle(const Cell& first, const Cell& second, ValueType type);

}  // namespace whfb

#endif  // WHFB_SCANNER_CORE_CELL_H_

// Reads exports into one environment and runs everything that makes facts of them.

#ifndef WHFB_TESTS_DIRECTORY_DIRECTORY_RUN_H_
#define WHFB_TESTS_DIRECTORY_DIRECTORY_RUN_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/collector.h"
#include "collectors/readers/directory_record.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"

namespace whfb::readers {
extern const ReaderSpec kLdifReader;
extern const ReaderSpec kBloodhoundReader;
extern const ReaderSpec kCertipyReader;
extern const ReaderSpec kTemplateListingReader;
extern const ReaderSpec kCaTemplatesReader;
extern const ReaderSpec kDstemplateReader;
}  // namespace whfb::readers

namespace whfb::test {

inline std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// tests/golden/KIND/NAME.
inline std::string Golden(std::string_view name) {
  const auto path = std::filesystem::path(WHFB_SOURCE_DIR) / "tests/golden" / name;
  EXPECT_TRUE(std::filesystem::exists(path)) << path;
  return ReadAll(path);
}

inline const FactCatalog& Catalog() {
  static const FactCatalog catalog = collectors::MakeCatalog();
  return catalog;
}

// One export read by one reader.
struct Export {
  TextPool pool{};
  readers::Records records{pool};
  readers::RecordSink sink{.records = records};
  Status status = Ok{};

  Export(const readers::ReaderSpec& reader, std::string_view text, std::string_view path = "in") {
    status =
        reader.read({.number = 1, .path = path, .bytes = std::as_bytes(std::span(text))}, sink);
  }

  [[nodiscard]] std::vector<readers::DirectoryObject> Objects(readers::DirectoryKind kind) const {
    std::vector<readers::DirectoryObject> found;
    for (const auto& object : records.Of<readers::DirectoryObject>()) {
      if (object.kind == kind) {
        found.push_back(object);
      }
    }
    return found;
  }
};

// The values of an attribute joined with "|"; "(none)" when it is not there.
template <typename Attributes>
std::string Values(const Attributes& attributes, std::string_view name) {
  for (const readers::DirectoryAttribute& attribute : attributes) {
    if (readers::SameAttribute(attribute.name, name)) {
      std::string joined;
      for (const std::string_view value : attribute.values) {
        joined.append(joined.empty() ? "" : "|").append(value);
      }
      return attribute.whole ? joined : joined + "(not whole)";
    }
  }
  return "(none)";
}

// An environment of several exports.
struct Environment {
  FactSpace facts{Catalog()};
  readers::Records records{facts.pool};
  collectors::Declared declared{};
  std::uint32_t exports = 0;

  Environment& Add(const readers::ReaderSpec& reader,
                   std::string_view text,
                   std::string_view path = "in") {
    readers::RecordSink sink{.records = records};
    const Status status = reader.read(
        {.number = ++exports, .path = path, .bytes = std::as_bytes(std::span(text))}, sink);
    EXPECT_TRUE(status) << path;
    return *this;
  }

  Environment& Finish() {
    for (const collectors::CollectorSpec* const collector : collectors::AllCollectors()) {
      if (collector->scope == collectors::Scope::kEnvironment) {
        collector->collect({.records = records, .declared = declared}, facts);
      }
    }
    for (const collectors::DerivationSpec* const derivation : collectors::AllDerivations()) {
      if (derivation->scope == collectors::Scope::kEnvironment) {
        derivation->derive({.declared = declared}, facts);
      }
    }
    return *this;
  }

  [[nodiscard]] SubjectFacts& Own() { return facts.Environment().facts; }

  [[nodiscard]] SubjectFacts& Template(std::string_view name) {
    return facts.Named(SubjectKind::kCertificateTemplate, name).facts;
  }

  [[nodiscard]] const Table& TableOf(std::string_view id) { return Own().TableOf(id); }
};

// "true", "a, b", "absent" or "unknown (denied)".
inline std::string Answer(const Cell& cell, ValueType type) {
  if (cell.present()) {
    return ValueText(cell, type);
  }
  return cell.absent() ? "absent" : std::string("unknown (").append(ToString(cell.why)).append(")");
}

inline std::string Answer(const SubjectFacts& facts, std::string_view fact) {
  return Answer(facts.Get(fact), Catalog().FindFact(fact)->spec->type);
}

// Rows as "a|b|c", in the order of the table.
inline std::vector<std::string> Rows(const Table& table) {
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < table.size(); ++i) {
    std::string text;
    for (std::size_t column = 0; column < table.Row(i).size(); ++column) {
      text.append(column == 0 ? "" : "|")
          .append(Answer(table.Row(i)[column], table.spec().columns[column].type));
    }
    rows.push_back(text);
  }
  return rows;
}

}  // namespace whfb::test

#endif  // WHFB_TESTS_DIRECTORY_DIRECTORY_RUN_H_

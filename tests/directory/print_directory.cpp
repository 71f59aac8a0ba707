// Prints the records of a directory export, one attribute a line, for comparison with an
// independent reader (compare_ldif.py).

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "collectors/readers/directory_record.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"

namespace whfb::readers {
extern const ReaderSpec kLdifReader;
}

namespace {

using whfb::readers::DirectoryAttribute;

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    escaped += c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\\' ? "\\\\" : std::string(1, c);
  }
  return escaped;
}

template <typename Attributes>
void Print(std::string_view kind, std::string_view name, const Attributes& attributes) {
  std::cout << kind << '\t' << Escaped(name) << '\n';
  for (const DirectoryAttribute& attribute : attributes) {
    for (const std::string_view value : attribute.values) {
      std::cout << '\t' << attribute.name << '\t' << Escaped(value) << '\n';
    }
    if (!attribute.whole) {
      std::cout << '\t' << attribute.name << "\t(not whole)\n";
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: print_directory FILE\n";
    return 64;
  }
  std::ifstream input(argv[1], std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(input)), {});
  whfb::TextPool pool;
  whfb::readers::Records records(pool);
  whfb::readers::RecordSink sink{.records = records};
  const whfb::readers::EvidenceView view{.path = argv[1], .bytes = std::as_bytes(std::span(bytes))};
  const whfb::Status status = whfb::readers::kLdifReader.read(view, sink);
  if (!status) {
    std::cerr << status.error().ToString() << '\n';
    return 65;
  }
  for (const auto& record : records.Of<whfb::readers::TemplateRecord>()) {
    Print("template", record.cn, record.attributes);
  }
  for (const auto& object : records.Of<whfb::readers::DirectoryObject>()) {
    Print(std::to_string(static_cast<int>(object.kind)), object.dn, object.attributes);
  }
  for (const auto& search : records.Of<whfb::readers::DirectorySearch>()) {
    std::cout << "search\t" << Escaped(search.base) << '\t' << search.filter << '\t'
              << (search.complete ? "complete" : "partial") << '\n';
  }
  std::cout << "entries\t" << sink.record_count << "\ndamaged\t" << sink.damaged_count << '\n';
  for (const auto& gap : sink.gaps) {
    std::cerr << gap.place << ": " << gap.message << '\n';
  }
  return 0;
}

#include "report/coverage_report.h"

#include <array>
#include <cstddef>
#include <string>

#include <spdlog/fmt/fmt.h>

#include "report/safe_text.h"

namespace whfb::report {

void WriteCoverageEntry(JsonWriter& json, const CoverageRecord& entry) {
  json.Line();
  json.Open('{');
  json.Key("bundle");
  if (entry.bundle == 0) {
    json.Null();
  } else {
    json.Number(entry.bundle);
  }
  json.Key("file");
  json.Text(entry.file);
  json.Key("kind");
  json.Text(entry.kind);
  json.Key("status");
  json.Text(ToString(entry.status));
  json.Key("reason");
  json.TextOrNull(entry.reason);
  json.Key("records");
  json.Number(entry.records);
  json.Key("damaged");
  json.Number(entry.damaged);
  json.Key("size");
  json.Number(entry.size);
  json.Key("crc32");
  json.Text(fmt::format("{:08x}", entry.crc32));
  json.Close('}');
}

void WriteCoverageText(std::span<const CoverageRecord> coverage, TextSink& sink) {
  std::array<std::size_t, 4> counts{};
  for (const CoverageRecord& entry : coverage) {
    ++counts.at(static_cast<std::size_t>(entry.status));
    std::string line = fmt::format("{:<8} {:<16} {:>9}", ToString(entry.status),
                                   Printable(entry.kind), entry.records);
    line += entry.damaged == 0 ? fmt::format(" {:>13}", "")
                               : fmt::format(" ({} damaged)", entry.damaged);
    line += "  " + Printable(entry.file);
    line += entry.reason.empty() ? "" : "\n" + std::string(9, ' ') + Printable(entry.reason);
    sink.Write(line + "\n");
  }
  sink.Write(fmt::format("\n{} file{}: {} read, {} partly, {} failed, {} ignored\n",
                         coverage.size(), coverage.size() == 1 ? "" : "s", counts[0], counts[1],
                         counts[2], counts[3]));
}

void WriteCoverageJson(std::span<const CoverageRecord> coverage, TextSink& sink) {
  JsonWriter json(sink);
  json.Open('{');
  json.Key("schema");
  json.Text("whfbscan-evidence/0");
  json.Key("coverage");
  json.Open('[');
  for (const CoverageRecord& entry : coverage) {
    WriteCoverageEntry(json, entry);
  }
  json.Close(']');
  json.Close('}');
  json.Flush();
  sink.Write("\n");
}

}  // namespace whfb::report

#include "report/coverage_report.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include <spdlog/fmt/fmt.h>

#include "report/safe_text.h"

namespace whfb::report {

namespace {

constexpr std::size_t kIndent = 9;            // behind the status
constexpr std::size_t kContributedShown = 6;  // facts and tables a file; JSON has all

void WriteFields(JsonWriter& json, const CoverageRecord& entry) {
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
}

// Empty for what holds evidence and is none.
std::string ContributedText(const CoverageRecord& entry) {
  if (!IsRead(entry)) {
    return {};
  }
  if (entry.contributed.empty()) {
    return entry.read_as ? "gave nothing"
                         : "gave nothing that a rule cites; it may tell whose evidence this is";
  }
  std::string text = "gave ";
  for (std::size_t i = 0; i < std::min(entry.contributed.size(), kContributedShown); ++i) {
    text += (i == 0 ? "" : ", ") + entry.contributed[i];
  }
  if (entry.contributed.size() > kContributedShown) {
    text += fmt::format(" and {} more", entry.contributed.size() - kContributedShown);
  }
  return text;
}

void WriteLine(const CoverageRecord& entry, TextSink& sink) {
  std::string line = fmt::format("{:<8} {:<16} {:>9}", ToString(entry.status),
                                 Printable(entry.kind), entry.records);
  line +=
      entry.damaged == 0 ? fmt::format(" {:>13}", "") : fmt::format(" ({} damaged)", entry.damaged);
  sink.Write(line + "  " + Printable(entry.file) + "\n");
  for (const std::string& more : {entry.reason, ContributedText(entry)}) {
    if (!more.empty()) {
      sink.Write(std::string(kIndent, ' ') + Printable(more) + "\n");
    }
  }
}

}  // namespace

void WriteCoverageEntry(JsonWriter& json, const CoverageRecord& entry) {
  json.Line();
  json.Open('{');
  WriteFields(json, entry);
  json.Close('}');
}

void WriteCoverageText(const EvidenceList& list, TextSink& sink) {
  std::array<std::size_t, 4> counts{};
  for (const CoverageRecord& entry : list.coverage) {
    counts.at(static_cast<std::size_t>(entry.status)) += entry.kind == "subjects" ? 0U : 1U;
    WriteLine(entry, sink);
  }
  const auto is_file = [](const CoverageRecord& entry) { return entry.kind != "subjects"; };
  const auto files = std::ranges::count_if(list.coverage, is_file);
  sink.Write(fmt::format("\n{} file{}: {} read, {} partly, {} failed, {} ignored\n", files,
                         files == 1 ? "" : "s", counts[0], counts[1], counts[2], counts[3]));
  if (!list.steps.empty()) {
    sink.Write("\nWhat to collect next; the smallest set first\n" + StepsText(list.steps));
  }
}

void WriteCoverageJson(const EvidenceList& list, TextSink& sink) {
  JsonWriter json(sink);
  json.Open('{');
  json.Key("schema");
  json.Text("whfbscan-evidence/0");
  json.Key("coverage");
  json.Open('[');
  for (const CoverageRecord& entry : list.coverage) {
    json.Line();
    json.Open('{');
    WriteFields(json, entry);
    json.Key("contributed");
    json.Open('[');
    for (const std::string& one : entry.contributed) {
      json.Text(one);
    }
    json.Close(']');
    json.Close('}');
  }
  json.Close(']');
  json.Key("steps");
  json.Open('[');
  for (const CollectAdvice& step : list.steps) {
    json.Line();
    json.Open('{');
    json.Key("command");
    json.Text(step.command);
    json.Key("settles");
    json.Number(step.findings);
    json.Close('}');
  }
  json.Close(']');
  json.Close('}');
  json.Flush();
  sink.Write("\n");
}

}  // namespace whfb::report

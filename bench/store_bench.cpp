// What a finding costs: stored, read back, written as JSON and as HTML. Items are findings; CPU
// time is what counts, the wall clock depends on the disk.

#include <benchmark/benchmark.h>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "db/store.h"
#include "report/html_report.h"
#include "report/json_report.h"

namespace whfb {
namespace {

constexpr int kRules = 60;

class CountingSink : public report::TextSink {
 public:
  void Write(std::string_view text) override { bytes_ += text.size(); }

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

std::vector<RuleInfo> MakeRules() {
  std::vector<RuleInfo> rules;
  for (int i = 0; i < kRules; ++i) {
    RuleInfo rule{.id = fmt::format("area.rule-{:02}", i), .severity = Severity::kHigh};
    rule.title = "What must hold for sign-in to work";
    rule.fix = "Change the setting, then sign in again.";
    rules.push_back(std::move(rule));
  }
  return rules;
}

// Most findings say the same on every device; every tenth names something of its own, and every
// fourth was read from a place of its own.
SubjectResult MakeDevice(int number) {
  const std::string name = fmt::format("PC-{:06}", number);
  const auto bundle = static_cast<std::uint32_t>(number + 1);
  SubjectResult result;
  result.subjects = {{.id = "device:" + name,
                      .kind = SubjectKind::kDevice,
                      .name = name,
                      .parent = "environment:contoso.com",
                      .aliases = {{"entra", fmt::format("{:032x}", number)}, {"name", name}}}};
  result.bundles = {
      {bundle, name + ".zip", 1'000'000, fmt::format("{:064x}", number), "2026-11-24T00:00:00Z"}};
  result.coverage = {{.bundle = bundle, .file = name + ".zip!/a.evtx", .kind = "evtx"}};
  result.coverage[0].status = CoverageStatus::kRead;
  for (int i = 0; i < kRules; ++i) {
    Finding finding{.rule = fmt::format("area.rule-{:02}", i),
                    .subject = result.subjects[0].id,
                    .severity = Severity::kHigh};
    finding.verdict = i % 12 == 0 ? Verdict::kFail : Verdict::kPass;
    finding.reason = fmt::format("The setting is {}.", i % 10 == 0 ? number : i);
    finding.fix = i % 12 == 0 ? "Change the setting, then sign in again." : "";
    finding.observed = {{"device.setting", Knowledge::kPresent, fmt::format("{}", i % 7)}};
    const auto line = static_cast<std::uint64_t>(i % 4 == 0 ? number : i);
    finding.evidence = {{bundle, name + ".zip!/settings.reg", line, std::nullopt, ""}};
    result.findings.push_back(std::move(finding));
  }
  return result;
}

std::vector<SubjectResult> MakeFleet(int devices) {
  std::vector<SubjectResult> fleet;
  for (int i = 0; i < devices; ++i) {
    fleet.push_back(MakeDevice(i));
  }
  return fleet;
}

void Fill(db::Store& store, const std::vector<SubjectResult>& fleet) {
  bool good = store.Begin({"0.1.0", "abc", "2026-11-25T00:00:00Z"}, MakeRules()).has_value();
  for (const SubjectResult& result : fleet) {
    good = store.Add(result).has_value() && good;
  }
  good = store.Finish().has_value() && good;
  if (!good) {
    std::abort();
  }
}

void RemoveDatabase(const std::string& file) {
  for (const char* const suffix : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(file + suffix);
  }
}

// Argument: devices. The first run of a new file.
void BM_StoreFirstRun(benchmark::State& state) {
  const auto fleet = MakeFleet(static_cast<int>(state.range(0)));
  const std::string file = (std::filesystem::temp_directory_path() / "store_bench.db").string();
  for ([[maybe_unused]] const auto& turn : state) {
    state.PauseTiming();
    RemoveDatabase(file);
    state.ResumeTiming();
    Fill(**db::Store::Open(file, db::Access::kReadWrite), fleet);
  }
  const auto findings = static_cast<double>(state.range(0) * kRules);
  state.SetItemsProcessed(state.iterations() * state.range(0) * kRules);
  state.counters["bytes_per_finding"] =
      static_cast<double>(std::filesystem::file_size(file)) / findings;
  RemoveDatabase(file);
}

BENCHMARK(BM_StoreFirstRun)->Arg(2000)->Unit(benchmark::kMillisecond);

// The same fleet again, nothing changed.
void BM_StoreUnchangedRun(benchmark::State& state) {
  const auto fleet = MakeFleet(static_cast<int>(state.range(0)));
  const std::string file = (std::filesystem::temp_directory_path() / "store_bench2.db").string();
  RemoveDatabase(file);
  Fill(**db::Store::Open(file, db::Access::kReadWrite), fleet);
  const std::uintmax_t before = std::filesystem::file_size(file);
  for ([[maybe_unused]] const auto& turn : state) {
    Fill(**db::Store::Open(file, db::Access::kReadWrite), fleet);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * kRules);
  state.counters["bytes_per_device_and_run"] =
      static_cast<double>(std::filesystem::file_size(file) - before) /
      static_cast<double>(state.range(0) * static_cast<std::int64_t>(state.iterations()));
  RemoveDatabase(file);
}

BENCHMARK(BM_StoreUnchangedRun)->Arg(2000)->Unit(benchmark::kMillisecond);

template <typename Write>
void Report(benchmark::State& state, const Write& write) {
  const auto store = *db::Store::Open("", db::Access::kReadWrite);
  Fill(*store, MakeFleet(static_cast<int>(state.range(0))));
  std::size_t bytes = 0;
  for ([[maybe_unused]] const auto& turn : state) {
    CountingSink sink;
    if (!write(*store, sink).has_value()) {
      state.SkipWithError("the report failed");
    }
    bytes = sink.bytes();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * kRules);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
  state.counters["bytes_per_finding"] =
      static_cast<double>(bytes) / static_cast<double>(state.range(0) * kRules);
}

void BM_Json(benchmark::State& state) {
  Report(state, report::WriteJsonReport);
}

BENCHMARK(BM_Json)->Arg(2000)->Unit(benchmark::kMillisecond);

void BM_Html(benchmark::State& state) {
  Report(state, report::WriteHtmlReport);
}

BENCHMARK(BM_Html)->Arg(200)->Arg(2000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace whfb

BENCHMARK_MAIN();

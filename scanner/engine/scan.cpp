#include "scanner/engine/scan.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>

#include "collectors/derived/judged_objects.h"
#include "scanner/engine/bundle_identity.h"
#include "scanner/engine/device_scan.h"
#include "scanner/engine/environment_scan.h"
#include "scanner/engine/fleet.h"
#include "scanner/engine/grouping.h"
#include "scanner/engine/pending_readiness.h"
#include "scanner/engine/subject_id.h"

namespace whfb::engine {

namespace {

class Run {
 public:
  Run(const ScanOptions& options, const RuleBook& book, const FactCatalog& facts, ResultSink& sink)
      : options_(options),
        book_(book),
        facts_(facts),
        sink_(sink),
        unknown_(UnknownEnvironment(facts, "unknown")) {}

  Result<ScanTotals> Execute() {
    Result<InputIndex> index = IndexInputs(options_.paths, options_.environment);
    if (!index) {
      return index.error();
    }
    JoinSameDevices(*index, options_.limits, std::max<std::size_t>(options_.jobs, 1));
    const RunRecord run{.tool_version = options_.tool_version,
                        .catalog_sha256 = book_.catalog().sha256,
                        .as_of = FormatTime(options_.now)};
    if (const Status begun = sink_.Begin(run, book_.catalog().Infos()); !begun) {
      return begun.error();
    }
    totals_.bundles = NumberBundles(*index);
    EnvironmentScan environment = CollectEnvironmentEvidence({.catalog = facts_,
                                                              .inputs = index->environment,
                                                              .declared = options_.declared,
                                                              .now = options_.now,
                                                              .max_age = options_.max_age,
                                                              .limits = options_.limits});
    environment.result.coverage.insert(environment.result.coverage.end(), index->ignored.begin(),
                                       index->ignored.end());
    Status status = ScanDevices(*index, environment);
    if (status) {
      status = FinishRun(environment);
    }
    if (!status) {
      return status.error();
    }
    return totals_;
  }

 private:
  Status ScanDevices(InputIndex& index, const EnvironmentScan& environment) {
    const DeviceScanContext context{.book = book_,
                                    .declared = options_.declared,
                                    .now = options_.now,
                                    .max_age = options_.max_age,
                                    .environment = environment,
                                    .unknown_environment = unknown_.facts};
    const std::size_t jobs =
        std::clamp<std::size_t>(options_.jobs, 1, std::max<std::size_t>(index.groups.size(), 1));
    std::vector<std::unique_ptr<EvidenceWalker>> walkers;
    for (std::size_t i = 0; i < jobs; ++i) {
      walkers.push_back(std::make_unique<EvidenceWalker>(options_.limits));
    }
    Status status = Ok{};
    ForEachInOrder(
        index.groups.size(), jobs,
        [&](std::size_t i, std::size_t thread) {
          return ScanDevice(context, index.groups[i], *walkers[thread]);
        },
        [&](std::size_t i, DeviceResult device) {
          status = Take(device);
          index.groups[i] = {};  // of a large fleet the names alone are much
          if (status && options_.progress && !options_.progress(i + 1, index.groups.size())) {
            totals_.interrupted = true;
          }
          return status.has_value() && !totals_.interrupted;
        });
    return status;
  }

  // Two devices of one name: the later one is told apart by its strongest alias.
  void MakeNameUnique(DeviceResult& device) {
    if (names_.insert(device.device_name).second) {
      return;
    }
    const std::string base = device.device_name + NameSuffix(device.result.subjects.front());
    std::string name = base;
    for (int i = 2; !names_.insert(name).second; ++i) {
      name = base + "-" + std::to_string(i);
    }
    RenameDevice(device.result, device.device_name, name);
    for (UserStanding& user : device.users) {
      user.id =
          UserId(name, std::string_view(user.id).substr(UserId(device.device_name, "").size()));
    }
    device.device_name = name;
  }

  Status Take(DeviceResult& device) {
    MakeNameUnique(device);
    Count(device.result);
    ++totals_.devices;
    pending_.Add(device);
    if (device.foreign_environment.empty()) {
      templates_.merge(device.templates);
    }
    return sink_.Add(device.result);
  }

  void Count(const SubjectResult& result) {
    for (const CoverageRecord& record : result.coverage) {
      ++totals_.files;
      totals_.files_read +=
          record.status == CoverageStatus::kRead || record.status == CoverageStatus::kPartial ? 1
                                                                                              : 0;
    }
    for (const Finding& finding : result.findings) {
      const rules::Rule* const rule = book_.catalog().Find(finding.rule);
      const bool counts = finding.severity >= options_.fail_on && rule != nullptr &&
                          rule->info.decidable == Decidable::kSnapshot &&
                          rule->info.severity != Severity::kInfo;
      totals_.failed += counts && finding.verdict == Verdict::kFail ? 1 : 0;
      totals_.unknown += counts && finding.verdict == Verdict::kUnknown ? 1 : 0;
    }
  }

  Status FinishRun(EnvironmentScan& environment) {
    collectors::JudgeReferencedTemplates(templates_, environment.facts);
    VerdictsByEnvironment verdicts;
    for (const auto& [foreign, affected] : pending_.affected()) {
      EnvironmentScan other = UnknownEnvironment(facts_, foreign);
      EnvironmentScan& judged = foreign.empty() ? environment : other;
      verdicts[foreign] = JudgeEnvironment(book_, affected, options_.now, judged);
      Count(judged.result);
      if (Status added = sink_.Add(judged.result); !added) {
        return added;
      }
    }
    if (Status settled = pending_.Settle(verdicts, sink_); !settled) {
      return settled;
    }
    return sink_.Finish();
  }

  const ScanOptions& options_;
  const RuleBook& book_;
  const FactCatalog& facts_;
  ResultSink& sink_;
  ScanTotals totals_{};
  const EnvironmentScan unknown_;  // of devices that belong elsewhere
  std::unordered_set<std::string> names_;
  std::set<std::string> templates_;  // that certificates of this environment's devices name
  PendingReadiness pending_;
};

}  // namespace

Result<ScanTotals> Scan(const ScanOptions& options,
                        const rules::RuleCatalog& catalog,
                        const FactCatalog& facts,
                        ResultSink& sink) {
  const RuleBook book(catalog, facts);
  return Run(options, book, facts, sink).Execute();
}

}  // namespace whfb::engine

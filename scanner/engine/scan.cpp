#include "scanner/engine/scan.h"

#include <algorithm>
#include <memory>
#include <unordered_set>
#include <utility>

#include "scanner/engine/device_scan.h"
#include "scanner/engine/environment_scan.h"
#include "scanner/engine/fleet.h"
#include "scanner/engine/grouping.h"
#include "scanner/engine/subject_id.h"

namespace whfb::engine {

namespace {

// Numbers of bundles in the canonical order of their files: nothing else decides them.
struct BundleNumbers {
  std::vector<std::uint32_t> environment{};
  std::vector<std::vector<std::uint32_t>> groups{};
  std::size_t count = 0;
};

BundleNumbers NumberBundles(const InputIndex& index) {
  BundleNumbers numbers;
  std::vector<std::pair<std::string_view, std::uint32_t*>> order;
  numbers.environment.resize(index.environment.size());
  for (std::size_t i = 0; i < index.environment.size(); ++i) {
    order.emplace_back(index.environment[i].file, &numbers.environment[i]);
  }
  numbers.groups.resize(index.groups.size());
  for (std::size_t g = 0; g < index.groups.size(); ++g) {
    numbers.groups[g].resize(index.groups[g].bundles.size());
    for (std::size_t i = 0; i < index.groups[g].bundles.size(); ++i) {
      order.emplace_back(index.groups[g].bundles[i].file, &numbers.groups[g][i]);
    }
  }
  std::ranges::stable_sort(order, {}, &std::pair<std::string_view, std::uint32_t*>::first);
  for (auto& [file, number] : order) {
    *number = static_cast<std::uint32_t>(++numbers.count);
  }
  return numbers;
}

// A few dozen bytes a device, kept until the environment is judged.
struct Pending {
  std::string device_id{};
  std::vector<UserStanding> users{};
  bool placeholder = false;
};

class Run {
 public:
  Run(const ScanOptions& options, const RuleBook& book, const FactCatalog& facts, ResultSink& sink)
      : options_(options), book_(book), facts_(facts), sink_(sink) {}

  Result<ScanTotals> Execute() {
    Result<InputIndex> index = IndexInputs(options_.paths, options_.environment);
    if (!index) {
      return index.error();
    }
    const RunRecord run{.tool_version = options_.tool_version,
                        .catalog_sha256 = book_.catalog().sha256,
                        .as_of = FormatTime(options_.now)};
    if (const Status begun = sink_.Begin(run, book_.catalog().Infos()); !begun) {
      return begun.error();
    }
    const BundleNumbers numbers = NumberBundles(*index);
    totals_.bundles = numbers.count;
    EnvironmentScan environment = CollectEnvironmentEvidence({.catalog = facts_,
                                                              .inputs = index->environment,
                                                              .numbers = numbers.environment,
                                                              .declared = options_.declared,
                                                              .now = options_.now,
                                                              .max_age = options_.max_age,
                                                              .limits = options_.limits});
    environment.result.coverage.insert(environment.result.coverage.end(), index->ignored.begin(),
                                       index->ignored.end());
    Status status = ScanDevices(*index, numbers, environment);
    // What was seen until then is no run: it is left unfinished, and never the newest one.
    if (status && !totals_.interrupted) {
      status = FinishRun(environment);
    }
    if (!status) {
      return status.error();
    }
    return totals_;
  }

 private:
  Status ScanDevices(const InputIndex& index,
                     const BundleNumbers& numbers,
                     const EnvironmentScan& environment) {
    const DeviceScanContext context{.book = book_,
                                    .declared = options_.declared,
                                    .now = options_.now,
                                    .max_age = options_.max_age,
                                    .environment = environment.facts,
                                    .environment_id = environment.id};
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
          return ScanDevice(context, index.groups[i], numbers.groups[i], *walkers[thread]);
        },
        [&](std::size_t i, DeviceResult device) {
          status = Take(std::move(device));
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

  Status Take(DeviceResult device) {
    MakeNameUnique(device);
    Count(device.result);
    ++totals_.devices;
    for (const UserStanding& user : device.users) {
      ++affected_[user.affected];
    }
    const Status added = sink_.Add(device.result);
    pending_.push_back({.device_id = SubjectId(SubjectKind::kDevice, device.device_name),
                        .users = std::move(device.users),
                        .placeholder = device.placeholder});
    return added;
  }

  void Count(const SubjectResult& result) {
    for (const CoverageRecord& record : result.coverage) {
      ++totals_.files;
      totals_.files_read += IsRead(record) ? 1U : 0U;
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
    const SharedVerdicts shared = JudgeEnvironment(book_, affected_, options_.now, environment);
    Count(environment.result);
    if (Status added = sink_.Add(environment.result); !added) {
      return added;
    }
    for (const Pending& device : pending_) {
      if (Status set = SetDevice(device, shared); !set) {
        return set;
      }
    }
    return sink_.Finish();
  }

  Status SetDevice(const Pending& device, const SharedVerdicts& shared) {
    std::vector<Readiness> in_scope;
    Readiness placeholder = Readiness::kUndetermined;
    for (const UserStanding& user : device.users) {
      const bool stands_in = device.placeholder && user.in_scope;
      const Readiness readiness = JoinReadiness(user.own, user.affected, shared, stands_in);
      if (stands_in) {
        placeholder = readiness;
      } else if (user.in_scope) {
        in_scope.push_back(readiness);
      }
      if (Status set = sink_.SetReadiness(user.id, readiness); !set) {
        return set;
      }
    }
    return sink_.SetReadiness(device.device_id, rules::JudgeDevice(in_scope, placeholder));
  }

  const ScanOptions& options_;
  const RuleBook& book_;
  const FactCatalog& facts_;
  ResultSink& sink_;
  ScanTotals totals_{};
  AffectedCounts affected_;
  std::unordered_set<std::string> names_;
  std::vector<Pending> pending_;
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

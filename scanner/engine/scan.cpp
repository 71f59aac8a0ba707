#include "scanner/engine/scan.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "collectors/derived/judged_objects.h"
#include "scanner/core/host_name.h"
#include "scanner/engine/bundle_identity.h"
#include "scanner/engine/device_scan.h"
#include "scanner/engine/environment_index.h"
#include "scanner/engine/environments.h"
#include "scanner/engine/fleet.h"
#include "scanner/engine/grouping.h"
#include "scanner/engine/guard.h"
#include "scanner/engine/packed_groups.h"
#include "scanner/engine/pending_readiness.h"
#include "scanner/engine/subject_id.h"

namespace whfb::engine {

namespace {

constexpr std::span<const std::string_view> kNoNames{};

// Every bundle of the run, also those that are environment evidence.
std::size_t NumberBundles(InputIndex& index, EnvironmentIndex& given) {
  std::vector<BundleInput*> bundles = BundlesOf(index);
  for (std::vector<BundleInput>& inputs : given.environments) {
    AppendBundles(inputs, bundles);
  }
  AppendBundles(given.unassigned, bundles);
  return NumberBundles(std::move(bundles));
}

class Run {
 public:
  Run(const ScanOptions& options, const RuleBook& book, ResultSink& sink)
      : options_(options), book_(book), sink_(sink) {}

  Result<ScanTotals> Execute() {
    Result<InputIndex> index = IndexInputs(options_.paths, options_.environment);
    if (!index) {
      return index.error();
    }
    JoinSameDevices(*index, options_.limits, std::max<std::size_t>(options_.jobs, 1));
    const RunRecord run{.tool_version = options_.tool_version,
                        .catalog_sha256 = book_.catalog().sha256,
                        .as_of = FormatTime(options_.now),
                        .rule_set = book_.catalog().rule_set};
    if (const Status begun = sink_.Begin(run, book_.catalog().Infos()); !begun) {
      return begun.error();
    }
    EnvironmentIndex given = TakeEnvironments(*index);
    totals_.bundles = NumberBundles(*index, given);
    Environments environments = CollectGiven(given);
    expects_devices_ = std::ranges::any_of(environments.known(), [](const EnvironmentScan& scan) {
      const Subject* const environment = scan.facts.Find(SubjectKind::kEnvironment);
      return environment->facts.Get("environment.expected_devices").present();
    });
    SubjectResult& first = environments.known().front().result;
    std::ranges::move(index->ignored, std::back_inserter(first.coverage));
    AddUnassigned(given.unassigned, first);
    Status status = ScanDevices(*index, environments);
    // What was seen until then is no run: it is left unfinished, and never the newest one.
    if (status && !totals_.interrupted) {
      status = FinishRun(environments);
    }
    if (!status) {
      return status.error();
    }
    return totals_;
  }

 private:
  EnvironmentScan CollectOne(const std::vector<BundleInput>& inputs) {
    return CollectEnvironmentEvidence({.book = book_,
                                       .inputs = inputs,
                                       .declared = options_.declared,
                                       .now = options_.now,
                                       .max_age = options_.max_age,
                                       .limits = options_.limits,
                                       .detailed = options_.detailed});
  }

  Environments CollectGiven(const EnvironmentIndex& given) {
    std::vector<EnvironmentScan> scans;
    for (const std::vector<BundleInput>& inputs : given.environments) {
      scans.push_back(CollectOne(inputs));
    }
    return {book_, std::move(scans)};
  }

  // Evidence of nobody knows which environment is read for its coverage and used for nothing.
  void AddUnassigned(const std::vector<BundleInput>& inputs, SubjectResult& result) {
    EnvironmentScan nobodys = CollectOne(inputs);
    for (CoverageRecord& record : nobodys.result.coverage) {
      Disuse(
          "several environments are declared and nothing tells to which of them this belongs; "
          "name the folder of each with an --environment of its own",
          record);
      result.coverage.push_back(std::move(record));
    }
    std::ranges::move(nobodys.result.bundles, std::back_inserter(result.bundles));
  }

  Status ScanDevices(InputIndex& index, const Environments& environments) {
    const DeviceScanContext context{.book = book_,
                                    .declared = options_.declared,
                                    .now = options_.now,
                                    .max_age = options_.max_age,
                                    .environments = environments,
                                    .detailed = options_.detailed};
    PackedGroups groups(std::exchange(index.groups, {}));
    const std::size_t jobs =
        std::clamp<std::size_t>(options_.jobs, 1, std::max<std::size_t>(groups.size(), 1));
    std::vector<std::unique_ptr<EvidenceWalker>> walkers;
    for (std::size_t i = 0; i < jobs; ++i) {
      walkers.push_back(std::make_unique<EvidenceWalker>(options_.limits));
    }
    Status status = Ok{};
    ForEachInOrder(
        groups.size(), jobs,
        [&](std::size_t i, std::size_t thread) {
          const BundleGroup group = groups.Get(i);
          Result<std::vector<DeviceResult>> devices = Guarded(
              group.bundles.front().place.file(), [&]() -> Result<std::vector<DeviceResult>> {
                return ScanGroup(context, group, *walkers[thread]);
              });
          return devices ? std::move(*devices) : ScanBroken(context, group, devices.error());
        },
        [&](std::size_t i, std::vector<DeviceResult> devices) {
          for (auto device = devices.begin(); status && device != devices.end(); ++device) {
            status = Take(*device);
          }
          groups.Release(i);
          if (status && options_.progress && !options_.progress(i + 1, groups.size())) {
            totals_.interrupted = true;
          }
          return status.has_value() && !totals_.interrupted;
        });
    return status && !totals_.interrupted ? AddMissing(context) : status;
  }

  // Expected devices that no bundle is of.
  Status AddMissing(const DeviceScanContext& context) {
    for (const EnvironmentScan& scan : context.environments.known()) {
      if (Status added = AddMissing(context, scan); !added) {
        return added;
      }
    }
    return Ok{};
  }

  Status AddMissing(const DeviceScanContext& context, const EnvironmentScan& scan) {
    const Subject* const environment = scan.facts.Find(SubjectKind::kEnvironment);
    const Cell& declared = environment->facts.Get("environment.expected_devices");
    for (const std::string_view name : declared.present() ? declared.value.list : kNoNames) {
      if (hosts_.contains(HostOf(name))) {
        continue;
      }
      DeviceResult missing = ScanMissingDevice(context, scan, name);
      if (Status taken = Take(missing); !taken) {
        return taken;
      }
    }
    return Ok{};
  }

  // Two devices of one name: the later one is told apart by its strongest alias.
  void MakeNameUnique(DeviceResult& device) {
    if (expects_devices_) {
      hosts_.insert(HostOf(device.device_name));
    }
    if (names_.insert(device.device_name).second) {
      return;
    }
    const std::string base = device.device_name + NameSuffix(device.result.subjects.front());
    std::string name = base;
    while (!names_.insert(name).second) {
      // Counted on where the device before of that name ended.
      name = base + "-" + std::to_string(++alike_.try_emplace(base, 1).first->second);
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
    totals_.named_users.merge(device.named_users);
    pending_.Add(device);
    templates_[device.environment].merge(device.templates);
    return sink_.Add(device.result);
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

  Status JudgeOne(const std::string& name, EnvironmentScan& scan, VerdictsByEnvironment& verdicts) {
    const auto found = pending_.affected().find(name);
    const AffectedCounts affected =
        found == pending_.affected().end() ? AffectedCounts{} : found->second;
    SharedVerdicts shared = JudgeEnvironment(book_, affected, options_.now, scan);
    verdicts[name] = {.items = scan.shared, .verdicts = std::move(shared)};
    Count(scan.result);
    return sink_.Add(scan.result);
  }

  Status FinishRun(Environments& environments) {
    VerdictsByEnvironment verdicts;
    for (EnvironmentScan& scan : environments.known()) {
      const std::string name = scan.facts.Environment().name;
      collectors::JudgeReferencedTemplates(templates_[name], scan.facts);
      if (Status judged = JudgeOne(name, scan, verdicts); !judged) {
        return judged;
      }
    }
    for (const auto& [name, affected] : pending_.affected()) {
      if (verdicts.contains(name)) {
        continue;
      }
      EnvironmentScan other = UnknownEnvironment(book_, name);
      if (Status judged = JudgeOne(name, other, verdicts); !judged) {
        return judged;
      }
    }
    if (Status settled = pending_.Settle(verdicts, sink_); !settled) {
      return settled;
    }
    return sink_.Finish();
  }

  const ScanOptions& options_;
  const RuleBook& book_;
  ResultSink& sink_;
  ScanTotals totals_{};
  std::unordered_set<std::string> names_;
  std::unordered_map<std::string, int> alike_;  // the last number given to a name
  bool expects_devices_ = false;                // an intent file names some
  std::unordered_set<std::string> hosts_;       // lower case, without the domain; only for those
  // That certificates of the devices of an environment name; by the environment's name.
  std::map<std::string, std::set<std::string>> templates_;
  PendingReadiness pending_;
};

}  // namespace

Result<ScanTotals> Scan(const ScanOptions& options,
                        const rules::RuleCatalog& catalog,
                        const FactCatalog& facts,
                        ResultSink& sink) {
  const RuleBook book(catalog, facts);
  return Run(options, book, sink).Execute();
}

}  // namespace whfb::engine

#include "scanner/engine/device_scan.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "collectors/derived/judged_objects.h"
#include "collectors/derived/remote_host.h"
#include "scanner/engine/contributions.h"
#include "scanner/engine/input_shape.h"
#include "scanner/engine/machines.h"
#include "scanner/engine/overlay.h"
#include "scanner/engine/result_names.h"
#include "scanner/engine/staleness.h"
#include "scanner/engine/subject_id.h"

namespace whfb::engine {

namespace {

void Append(BundleFacts&& bundle, SubjectResult& result) {
  result.bundles.push_back(std::move(bundle.bundle));
  std::ranges::move(bundle.coverage, std::back_inserter(result.coverage));
}

// Of bundles that are called alike the newest count; each costs memory until all are read.
constexpr std::size_t kMaxBundles = 200;

std::span<const BundleInput> Newest(const BundleGroup& group) {
  return std::span(group.bundles).last(std::min(group.bundles.size(), kMaxBundles));
}

// Those before the newest: there, and not read.
void AddOlder(const BundleGroup& group, SubjectResult& result) {
  for (std::size_t i = 0; i + kMaxBundles < group.bundles.size(); ++i) {
    const BundleInput& input = group.bundles[i];
    result.bundles.push_back({.number = input.number, .file = input.place.file()});
    result.coverage.push_back(
        {.bundle = input.number,
         .file = input.place.file(),
         .kind = "unrecognised",
         .status = CoverageStatus::kIgnored,
         .reason = fmt::format("older than the newest {} bundles of this device", kMaxBundles)});
  }
}

// What the bundle is called, where that may be the name of a device.
std::string_view CalledLikeADevice(const BundleInput& input, bool parted) {
  const bool none = parted || input.kind == InputKind::kFile || IsGenericName(input.name_hint);
  return none ? std::string_view{} : std::string_view(input.name_hint);
}

std::vector<CollectedBundle> CollectGroup(const DeviceScanContext& context,
                                          const BundleGroup& group,
                                          EvidenceWalker& walker) {
  std::vector<CollectedBundle> bundles;
  for (const BundleInput& input : Newest(group)) {
    std::vector<DeviceShare> shares = CollectDevices({.input = input,
                                                      .declared = context.declared,
                                                      .now = context.now,
                                                      .count_all = context.detailed},
                                                     context.book.facts(), walker);
    for (DeviceShare& share : shares) {
      DoubtResultNames(CalledLikeADevice(input, share.parted), share.facts, share.bundle.coverage);
      MarkStale(share.facts, context.now, context.max_age);
      bundles.push_back({.input = &input,
                         .parted = share.parted,
                         .bundle = std::move(share.bundle),
                         .facts = std::move(share.facts)});
    }
  }
  return bundles;
}

// What all bundles of the machine say together.
FactSpace Join(Machine& machine, Ticks stale_before, SubjectResult& result) {
  FactSpace facts = std::move(machine.front().facts);
  std::vector<LostItem> lost = std::move(machine.front().bundle.lost);
  for (CollectedBundle& bundle : machine) {
    if (&bundle != &machine.front()) {
      OverlayWithLost(bundle.facts, bundle.bundle.lost, stale_before, facts, lost);
    }
    Append(std::move(bundle.bundle), result);
  }
  return facts;
}

// What a bundle of several devices is called is the name of none of them.
void NameDevice(Subject& device, const BundleInput& newest, bool parted) {
  const std::string hint = newest.name_hint.empty() ? newest.place.file() : newest.name_hint;
  const bool told = !device.name.empty();
  if (!told) {
    device.name = SubjectName(hint);
  }
  device.AddAlias(AliasKind::kName, device.name, told);
  if (!parted) {
    device.AddAlias(AliasKind::kBundleName, hint);
  }
}

// Users that the operator named: with --users, or as expected ones in the intent file.
struct NamedUsers {
  std::span<const std::string> told{};
  std::span<const std::string_view> expected{};

  NamedUsers(const collectors::Declared& declared, const FactSpace& environment)
      : told(declared.users) {
    if (const Subject* const subject = environment.Find(SubjectKind::kEnvironment)) {
      const Cell& cell = subject->facts.Get("environment.expected_users");
      expected = cell.present() ? cell.value.list : std::span<const std::string_view>{};
    }
  }

  [[nodiscard]] bool contains(std::string_view user) const {
    return std::ranges::find(told, user) != told.end() ||
           std::ranges::find(expected, user) != expected.end();
  }
};

// Design, section 4: has a Hello container, is the enrolled user, or was named.
bool InScope(const Subject& user, const NamedUsers& named) {
  const bool told = std::ranges::any_of(
      std::array{"user.has_hello_container", "user.ngc_set", "user.mdm_enrolled"},
      [&](std::string_view fact) {
        const Cell& cell = user.facts.Get(fact);
        return cell.present() && cell.value.number != 0;
      });
  if (told) {
    return true;
  }
  return std::ranges::any_of(user.aliases,
                             [&](const Alias& alias) { return named.contains(alias.value); });
}

// Named users that the evidence speaks of only by the requests of their SID.
void AddNamedUsers(const NamedUsers& named, FactSpace& facts) {
  const Table& requests = facts.Device().facts.TableOf("device.scep_enrolment");
  const int column = FindColumn(requests.spec(), "user_sid");
  for (std::size_t row = 0; row < requests.size(); ++row) {
    const Cell& sid = requests.Row(row)[static_cast<std::size_t>(column)];
    if (sid.present() && named.contains(sid.value.text)) {
      (void)facts.User({.sid = sid.value.text});
    }
  }
}

// The intent file declares it as a Remote Desktop host and does not expect it as a client.
bool IsMeantAsHostOnly(const FactSpace& environment, const Subject& device) {
  const Subject* const declaring = environment.Find(SubjectKind::kEnvironment);
  const Cell host = collectors::IsRemoteHost(declaring, device);
  return host.present() && host.value.number != 0 &&
         !collectors::ListNames(declaring->facts.Get("environment.expected_devices"), device);
}

// Who counts; the placeholder stands in where nobody does. A host that nobody signs in from needs
// none: true, it is only that.
bool DecideScope(const NamedUsers& named, bool host, FactSpace& facts) {
  AddNamedUsers(named, facts);
  // With more users than are kept nobody can say that those in scope are all of them.
  const bool all_known = facts.refused() == 0;
  bool anyone = false;
  for (Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kUser) {
      subject.in_scope = all_known && InScope(subject, named);
      anyone = anyone || subject.in_scope;
    }
  }
  const bool only_host = host && !anyone && all_known;
  if (!anyone && !only_host) {
    facts.Placeholder().in_scope = true;
  }
  return only_host;
}

bool InCertificate(std::string_view name, const SubjectFacts& user) {
  const Table& certificates = user.TableOf("user.certificate");
  const auto column = static_cast<std::size_t>(FindColumn(certificates.spec(), "san_upn"));
  for (std::size_t row = 0; row < certificates.size(); ++row) {
    const Cell& upns = certificates.Row(row)[column];
    if (upns.present() && std::ranges::find(upns.value.list, name) != upns.value.list.end()) {
      return true;
    }
  }
  return false;
}

// Whether evidence says that there is such a user; that the operator says so is none.
bool IsNamed(std::string_view name, const FactSpace& facts) {
  return std::ranges::any_of(facts.subjects(), [&](const Subject& subject) {
    const auto alias = std::ranges::find(subject.aliases, name, &Alias::value);
    return subject.kind == SubjectKind::kUser && alias != subject.aliases.end() &&
           (!alias->declared || InCertificate(name, subject.facts));
  });
}

void FindNamedUsers(const collectors::Declared& declared,
                    const FactSpace& facts,
                    std::set<std::string>& named) {
  std::vector<std::string> names = declared.users;
  names.push_back(declared.collected_as);
  std::ranges::copy_if(names, std::inserter(named, named.end()),
                       [&](const std::string& name) { return IsNamed(name, facts); });
}

class DeviceJudge {
 public:
  DeviceJudge(const DeviceScanContext& context,
              const FactSpace& facts,
              const EnvironmentScan& environment,
              TimeInterval collected,
              DeviceResult& out)
      : context_(context),
        environment_(environment),
        spaces_{&facts, &environment.facts},
        environment_id_(SubjectId(SubjectKind::kEnvironment, out.environment)),
        out_(out) {
    path_.now = context.now;
    path_.collected = collected;
    if (const Subject* const parent = environment.facts.Find(SubjectKind::kEnvironment)) {
      path_.Put(parent->facts);
    }
  }

  void JudgeDevice(const Subject& device) {
    path_.Put(device.facts);
    device_id_ = SubjectId(SubjectKind::kDevice, device.name);
    SubjectRecord record = MakeSubjectRecord(device, device_id_, environment_id_);
    const Cell& route = device.facts.Get("device.route");
    record.route = route.present() ? std::string(route.value.text) : "";
    out_.result.subjects.push_back(std::move(record));
    device_own_ = Judge(SubjectKind::kDevice, device_id_);
    out_.own = device_own_;
  }

  // The placeholder counts for what it fails: that is true of whoever uses the device. What it
  // passes says nothing, JudgePlaceholder never makes it ready.
  void JudgeUser(const Subject& user) {
    const std::string id = UserId(out_.device_name, user.name);
    out_.placeholder = out_.placeholder || user.placeholder;
    SubjectRecord record = MakeSubjectRecord(user, id, device_id_);
    const Cell& route = user.facts.Get("user.route");
    record.route = route.present() ? std::string(route.value.text) : "";
    out_.result.subjects.push_back(std::move(record));
    AddStanding(user.facts, id, user.in_scope);
  }

 private:
  rules::JudgedFinding Judge(SubjectKind kind, const std::string& id) {
    return JudgeSubject({.book = context_.book,
                         .context = path_,
                         .spaces = spaces_,
                         .kind = kind,
                         .subject_id = id,
                         .only_host = out_.only_host && kind == SubjectKind::kDevice},
                        out_.result.findings);
  }

  void AddStanding(const SubjectFacts& user, const std::string& id, bool in_scope) {
    path_.Put(user);
    const rules::JudgedFinding own = Judge(SubjectKind::kUser, id);
    out_.users.push_back({.id = id,
                          .own = Worse(device_own_, own),
                          .affected = AffectedBy(environment_.shared, path_),
                          .in_scope = in_scope});
  }

  const DeviceScanContext& context_;
  const EnvironmentScan& environment_;
  EvidenceSpaces spaces_;
  std::string environment_id_;
  DeviceResult& out_;
  rules::EvaluationContext path_{};
  std::string device_id_;
  rules::JudgedFinding device_own_{};
};

// Facts of one device, laid together: derived and judged.
void JudgeCollected(const DeviceScanContext& context,
                    const ChosenEnvironment& environment,
                    TimeInterval collected,
                    FactSpace& facts,
                    DeviceResult& out) {
  out.environment = environment.name;
  const FactSpace& around = environment.scan->facts;
  out.only_host = DecideScope(NamedUsers(context.declared, around),
                              IsMeantAsHostOnly(around, facts.Device()), facts);
  FindNamedUsers(context.declared, facts, out.named_users);
  Derive(collectors::Scope::kDevice,
         {.moment = {.now = context.now, .collected = collected},
          .declared = context.declared,
          .environment = &environment.scan->facts},
         facts);
  collectors::AddTemplateReferences(facts, out.templates);

  out.device_name = facts.Device().name;
  DeviceJudge judge(context, facts, *environment.scan, collected, out);
  judge.JudgeDevice(facts.Device());
  for (const Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kUser) {
      judge.JudgeUser(subject);
    }
  }
}

// Nothing is known of the subject, and that is nobody's fault but ours.
void SetUnknown(Subject& subject) {
  for (std::uint32_t slot = 0; slot < subject.facts.fact_count(); ++slot) {
    subject.facts.FactAt(slot) = Cell::Unknown(WhyUnknown::kInternal);
  }
  for (std::uint32_t slot = 0; slot < subject.facts.table_count(); ++slot) {
    subject.facts.TableAt(slot).OverrideCoverage(Coverage::kNone, WhyUnknown::kInternal);
  }
}

DeviceResult ScanMachine(const DeviceScanContext& context, Machine& machine) {
  DeviceResult out;
  const BundleInput& newest = *machine.back().input;
  const TimeInterval collected = machine.back().bundle.collected;
  const bool parted = machine.back().parted;
  FactSpace facts = Join(machine, context.now - context.max_age, out.result);
  if (context.detailed) {
    TellContributions(facts, out.result.coverage);
  }
  NameDevice(facts.Device(), newest, parted);
  JudgeCollected(context, context.environments.Of(facts.Device()), collected, facts, out);
  return out;
}

}  // namespace

std::vector<DeviceResult> ScanGroup(const DeviceScanContext& context,
                                    const BundleGroup& group,
                                    EvidenceWalker& walker) {
  std::vector<Machine> machines =
      SortByMachine(CollectGroup(context, group, walker), context.now - context.max_age);
  std::vector<DeviceResult> results;
  results.reserve(machines.size());
  for (Machine& machine : machines) {
    results.push_back(ScanMachine(context, machine));
  }
  AddOlder(group, results.back().result);
  return results;
}

std::vector<DeviceResult> ScanBroken(const DeviceScanContext& context,
                                     const BundleGroup& group,
                                     const Error& failure) {
  DeviceResult out;
  for (const BundleInput& input : group.bundles) {
    out.result.bundles.push_back({.number = input.number, .file = input.place.file()});
    out.result.coverage.push_back({.bundle = input.number,
                                   .file = input.place.file(),
                                   .kind = "unrecognised",
                                   .status = CoverageStatus::kFailed,
                                   .reason = failure.message});
  }
  FactSpace facts(context.book.facts());
  NameDevice(facts.Device(), group.bundles.back(), false);
  SetUnknown(facts.Device());
  SetUnknown(facts.Placeholder());
  JudgeCollected(context, context.environments.Of(facts.Device()), {}, facts, out);
  std::vector<DeviceResult> results;
  results.push_back(std::move(out));
  return results;
}

DeviceResult ScanMissingDevice(const DeviceScanContext& context,
                               const EnvironmentScan& environment,
                               std::string_view name) {
  DeviceResult out;
  FactSpace facts(context.book.facts());
  facts.Device().name = name;
  facts.Device().AddAlias(AliasKind::kName, name);
  const Subject* const declaring = environment.facts.Find(SubjectKind::kEnvironment);
  JudgeCollected(context, {.scan = &environment, .name = declaring->name}, {}, facts, out);
  return out;
}

}  // namespace whfb::engine

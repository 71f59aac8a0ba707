#include "scanner/engine/device_scan.h"

#include <algorithm>
#include <utility>

#include "scanner/engine/machines.h"
#include "scanner/engine/overlay.h"
#include "scanner/engine/staleness.h"
#include "scanner/engine/subject_id.h"

namespace whfb::engine {

namespace {

void Append(BundleFacts&& bundle, SubjectResult& result) {
  result.bundles.push_back(std::move(bundle.bundle));
  std::ranges::move(bundle.coverage, std::back_inserter(result.coverage));
}

std::vector<CollectedBundle> CollectGroup(const DeviceScanContext& context,
                                          const BundleGroup& group,
                                          const std::vector<std::uint32_t>& numbers,
                                          EvidenceWalker& walker) {
  std::vector<CollectedBundle> bundles;
  for (std::size_t i = 0; i < group.bundles.size(); ++i) {
    CollectedBundle own{.input = &group.bundles[i], .facts = FactSpace(context.book.facts())};
    own.bundle = CollectBundle({.input = group.bundles[i],
                                .number = numbers[i],
                                .declared = context.declared,
                                .now = context.now},
                               walker, own.facts);
    MarkStale(own.facts, context.now, context.max_age);
    bundles.push_back(std::move(own));
  }
  return bundles;
}

// What all bundles of the machine say together.
FactSpace Join(Machine& machine, SubjectResult& result) {
  FactSpace facts = std::move(machine.front().facts);
  for (CollectedBundle& bundle : machine) {
    if (&bundle != &machine.front()) {
      Overlay(facts, bundle.facts);
    }
    Append(std::move(bundle.bundle), result);
  }
  return facts;
}

void NameDevice(Subject& device, const BundleInput& newest) {
  const std::string& hint = newest.name_hint.empty() ? newest.file : newest.name_hint;
  if (device.name.empty()) {
    device.name = hint;
  }
  device.AddAlias(AliasKind::kName, device.name);
  device.AddAlias(AliasKind::kBundleName, hint);
}

// Design, section 4: has a Hello container, or is named with --users.
bool InScope(const Subject& user, const collectors::Declared& declared) {
  const Cell& container = user.facts.Get("user.has_hello_container");
  const Cell& ngc = user.facts.Get("user.ngc_set");
  if ((container.present() && container.value.number != 0) ||
      (ngc.present() && ngc.value.number != 0)) {
    return true;
  }
  return std::ranges::any_of(user.aliases, [&](const Alias& alias) {
    return std::ranges::find(declared.users, alias.value) != declared.users.end();
  });
}

class DeviceJudge {
 public:
  DeviceJudge(const DeviceScanContext& context,
              const FactSpace& facts,
              TimeInterval collected,
              DeviceResult& out)
      : context_(context), spaces_{&facts, &context.environment}, out_(out) {
    path_.now = context.now;
    path_.collected = collected;
    if (const Subject* const environment = context.environment.Find(SubjectKind::kEnvironment)) {
      path_.Put(environment->facts);
    }
  }

  void JudgeDevice(const Subject& device) {
    path_.Put(device.facts);
    device_id_ = SubjectId(SubjectKind::kDevice, device.name);
    SubjectRecord record = MakeSubjectRecord(device, device_id_, context_.environment_id);
    const Cell& route = device.facts.Get("device.route");
    record.route = route.present() ? std::string(route.value.text) : "";
    out_.result.subjects.push_back(std::move(record));
    device_own_ = Judge(SubjectKind::kDevice, device_id_);
  }

  void JudgeUser(const Subject& user) {
    const std::string id = UserId(out_.device_name, user.name);
    SubjectRecord record = MakeSubjectRecord(user, id, device_id_);
    const Cell& route = user.facts.Get("user.route");
    record.route = route.present() ? std::string(route.value.text) : "";
    out_.result.subjects.push_back(std::move(record));
    AddStanding(user.facts, id, user.in_scope);
  }

  // Nobody is in scope: somebody we know nothing about stands for "nobody looked".
  void JudgePlaceholder(const Subject& nobody) {
    out_.placeholder = true;
    JudgeUser(nobody);
  }

 private:
  rules::JudgedFinding Judge(SubjectKind kind, const std::string& id) {
    return JudgeSubject({.book = context_.book,
                         .context = path_,
                         .spaces = spaces_,
                         .kind = kind,
                         .subject_id = id},
                        out_.result.findings);
  }

  void AddStanding(const SubjectFacts& user, const std::string& id, bool in_scope) {
    path_.Put(user);
    const rules::JudgedFinding own = Judge(SubjectKind::kUser, id);
    // Of the placeholder only its device's findings count: it is nobody's own.
    out_.users.push_back({.id = id,
                          .own = out_.placeholder ? device_own_ : Worse(device_own_, own),
                          .affected = AffectedBy(context_.book, path_),
                          .in_scope = in_scope});
  }

  const DeviceScanContext& context_;
  EvidenceSpaces spaces_;
  DeviceResult& out_;
  rules::EvaluationContext path_{};
  std::string device_id_;
  rules::JudgedFinding device_own_{};
};

DeviceResult ScanMachine(const DeviceScanContext& context, Machine& machine) {
  DeviceResult out;
  const BundleInput& newest = *machine.back().input;
  const TimeInterval collected = machine.back().bundle.collected;
  FactSpace facts = Join(machine, out.result);
  NameDevice(facts.Device(), newest);
  bool anyone = false;
  for (Subject& subject : facts.subjects()) {
    const bool user = subject.kind == SubjectKind::kUser;
    subject.in_scope = !user || InScope(subject, context.declared);
    anyone = anyone || (user && subject.in_scope);
  }
  // Somebody we know nothing about. Derivations see it like any user, so that what the device and
  // the environment tell of all their users (a route, a store that SYSTEM listed) holds for it.
  const Subject* const nobody =
      anyone ? nullptr : &facts.Named(SubjectKind::kUser, kPlaceholderUser);
  Derive(collectors::Scope::kDevice,
         {.moment = {.now = context.now, .collected = collected},
          .declared = context.declared,
          .environment = &context.environment},
         facts);

  out.device_name = facts.Device().name;
  DeviceJudge judge(context, facts, collected, out);
  judge.JudgeDevice(facts.Device());
  for (const Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kUser && &subject != nobody) {
      judge.JudgeUser(subject);
    }
  }
  if (nobody != nullptr) {
    judge.JudgePlaceholder(*nobody);
  }
  return out;
}

}  // namespace

std::vector<DeviceResult> ScanGroup(const DeviceScanContext& context,
                                    const BundleGroup& group,
                                    const std::vector<std::uint32_t>& numbers,
                                    EvidenceWalker& walker) {
  std::vector<Machine> machines = SortByMachine(CollectGroup(context, group, numbers, walker));
  std::vector<DeviceResult> results;
  results.reserve(machines.size());
  for (Machine& machine : machines) {
    results.push_back(ScanMachine(context, machine));
  }
  return results;
}

}  // namespace whfb::engine

#include "scanner/engine/device_scan.h"

#include <algorithm>
#include <utility>

#include "scanner/engine/overlay.h"
#include "scanner/engine/staleness.h"
#include "scanner/engine/subject_id.h"

namespace whfb::engine {

namespace {

void Append(BundleFacts&& bundle, SubjectResult& result) {
  result.bundles.push_back(std::move(bundle.bundle));
  std::ranges::move(bundle.coverage, std::back_inserter(result.coverage));
}

// Oldest first, so that what is laid on top is newer. The time is known only now.
TimeInterval CollectGroup(const DeviceScanContext& context,
                          const BundleGroup& group,
                          const std::vector<std::uint32_t>& numbers,
                          EvidenceWalker& walker,
                          FactSpace& facts,
                          SubjectResult& result) {
  std::vector<std::pair<BundleFacts, FactSpace>> bundles;
  for (std::size_t i = 0; i < group.bundles.size(); ++i) {
    FactSpace own(facts.catalog());
    BundleFacts bundle = CollectBundle({.input = group.bundles[i],
                                        .number = numbers[i],
                                        .declared = context.declared,
                                        .now = context.now},
                                       walker, own);
    MarkStale(own, context.now, context.max_age);
    bundles.emplace_back(std::move(bundle), std::move(own));
  }
  std::ranges::stable_sort(bundles, {},
                           [](const auto& bundle) { return bundle.first.collected.latest; });
  const TimeInterval collected = bundles.back().first.collected;
  if (bundles.size() == 1) {
    facts = std::move(bundles.front().second);
    Append(std::move(bundles.front().first), result);
    return collected;
  }
  for (auto& [bundle, own] : bundles) {
    Overlay(facts, own);
    Append(std::move(bundle), result);
  }
  return collected;
}

void NameDevice(Subject& device, const BundleGroup& group) {
  const BundleInput& newest = group.bundles.back();
  const std::string& hint = newest.name_hint.empty() ? newest.file : newest.name_hint;
  if (device.name.empty()) {
    device.name = SubjectName(hint);
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
    const std::string id = UserId(out_.device_name, kPlaceholderUser);
    out_.result.subjects.push_back({.id = id,
                                    .kind = SubjectKind::kUser,
                                    .name = std::string(kPlaceholderUser),
                                    .parent = device_id_});
    out_.placeholder = true;
    AddStanding(nobody.facts, id, true);
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
    // Of the placeholder only its device's findings count: nothing is known about itself.
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

}  // namespace

DeviceResult ScanDevice(const DeviceScanContext& context,
                        const BundleGroup& group,
                        const std::vector<std::uint32_t>& numbers,
                        EvidenceWalker& walker) {
  DeviceResult out;
  FactSpace facts(context.book.facts());
  const TimeInterval collected = CollectGroup(context, group, numbers, walker, facts, out.result);
  NameDevice(facts.Device(), group);
  // With more users than are kept nobody can say that those in scope are all of them.
  const bool all_known = facts.refused() == 0;
  for (Subject& subject : facts.subjects()) {
    subject.in_scope =
        subject.kind != SubjectKind::kUser || (all_known && InScope(subject, context.declared));
  }
  Derive(collectors::Scope::kDevice,
         {.moment = {.now = context.now, .collected = collected},
          .declared = context.declared,
          .environment = &context.environment},
         facts);

  out.device_name = facts.Device().name;
  DeviceJudge judge(context, facts, collected, out);
  judge.JudgeDevice(facts.Device());
  bool anyone = false;
  for (const Subject& subject : facts.subjects()) {
    if (subject.kind == SubjectKind::kUser) {
      judge.JudgeUser(subject);
      anyone = anyone || subject.in_scope;
    }
  }
  if (!anyone) {
    const Subject nobody{.kind = SubjectKind::kUser,
                         .name = std::string(kPlaceholderUser),
                         .facts = {context.book.facts(), SubjectKind::kUser}};
    judge.JudgePlaceholder(nobody);
  }
  return out;
}

}  // namespace whfb::engine

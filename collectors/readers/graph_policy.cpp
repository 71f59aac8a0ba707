#include "collectors/readers/graph_policy.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scanner/core/ascii_text.h"

namespace whfb::readers {

namespace {

constexpr std::size_t kMaxSettings = 20'000;  // of one policy; the largest baselines have some 400
constexpr std::size_t kMaxTargets = 20'000;
constexpr std::string_view kPolicyType = "#microsoft.graph.deviceManagementConfigurationPolicy";

const Json* Find(const Json& object, const char* key) {
  if (!object.is_object()) {
    return nullptr;
  }
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::string_view TextAt(const Json& object, const char* key) {
  const Json* const found = Find(object, key);
  return found != nullptr && found->is_string()
             ? std::string_view(*found->get_ptr<const std::string*>())
             : std::string_view{};
}

const Json* ListAt(const Json& object, const char* key) {
  const Json* const found = Find(object, key);
  return found != nullptr && found->is_array() ? found : nullptr;
}

// The settings of one policy, flat. Recursion is bounded by the depth of the document.
class SettingTree {
 public:
  SettingTree(const EvidenceView& evidence, RecordSink& sink) : evidence_(evidence), sink_(sink) {}

  void AddSetting(const Json& setting) {
    const Json* const instance = Find(setting, "settingInstance");
    if (instance == nullptr) {
      Damage("a setting without settingInstance");
    } else {
      AddInstance(*instance);
    }
  }

  // What the pool has no room for is missing.
  [[nodiscard]] std::span<const CatalogSetting> Kept() {
    const auto kept = sink_.records.pool().KeepItems(std::span<const CatalogSetting>(settings_));
    whole_ = whole_ && kept.size() == settings_.size();
    return kept;
  }

  [[nodiscard]] bool whole() const { return whole_; }

 private:
  void Damage(const char* what, WhyUnknown why = WhyUnknown::kMalformed) {
    whole_ = false;
    sink_.AddGap({0, why, what});
  }

  void AddInstance(const Json& instance) {
    const std::string_view definition = TextAt(instance, "settingDefinitionId");
    if (definition.empty()) {
      Damage("a setting without settingDefinitionId");
      return;
    }
    bool known = false;
    for (const char* const key :
         {"choiceSettingValue", "simpleSettingValue", "groupSettingValue"}) {
      if (const Json* const value = Find(instance, key); value != nullptr && value->is_object()) {
        known = true;
        AddValue(definition, *value);
      }
    }
    for (const char* const key : {"choiceSettingCollectionValue", "simpleSettingCollectionValue",
                                  "groupSettingCollectionValue"}) {
      if (const Json* const list = ListAt(instance, key); list != nullptr) {
        known = true;
        for (const Json& value : *list) {
          AddValue(definition, value);
        }
      }
    }
    if (!known) {
      Keep(definition, nullptr);
    }
  }

  void AddValue(std::string_view definition, const Json& value) {
    const Json* const children = ListAt(value, "children");
    if (const Json* const own = Find(value, "value"); own != nullptr) {
      const bool secret =
          TextAt(value, "@odata.type").ends_with("deviceManagementConfigurationSecretSettingValue");
      Keep(definition, secret ? nullptr : own, children != nullptr);
    }
    if (children != nullptr) {
      for (const Json& child : *children) {
        AddInstance(child);
      }
    }
  }

  // Only choices have children, if none.
  void Keep(std::string_view definition, const Json* value, bool choice = false) {
    if (settings_.size() >= kMaxSettings) {
      if (whole_) {
        Damage("a policy with more than 20000 settings", WhyUnknown::kTooLarge);
      }
      return;
    }
    CatalogSetting setting{.definition = sink_.Keep(definition), .choice = choice};
    setting.source = evidence_.At(0, setting.definition);
    if (value != nullptr && value->is_primitive() && !value->is_null()) {
      setting.value = sink_.Keep(value->is_string() ? value->get<std::string>() : value->dump());
    }
    settings_.push_back(setting);
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  std::vector<CatalogSetting> settings_;
  bool whole_ = true;
};

struct Targets {
  std::span<const AssignedTarget> kept{};
  bool whole = true;
};

// What is no assignment is a gap; so are more than anybody has.
Targets ReadTargets(const Json& list, RecordSink& sink) {
  std::vector<AssignedTarget> targets;
  Targets read;
  for (const Json& assignment : list) {
    const Json* const target = Find(assignment, "target");
    if (targets.size() >= kMaxTargets) {
      read.whole = false;
      sink.AddGap({0, WhyUnknown::kTooLarge, "more assignments than are read"});
      break;
    }
    if (target == nullptr || !target->is_object()) {
      read.whole = false;
      sink.AddGap({0, WhyUnknown::kMalformed, "an assignment without target"});
      continue;
    }
    const std::string_view id = TextAt(*target, "groupId");
    targets.push_back(
        {.type = sink.Keep(TextAt(*target, "@odata.type")),
         .group = sink.Keep(id.empty() ? TextAt(*target, "groupName") : id),
         .filter = sink.Keep(TextAt(*target, "deviceAndAppManagementAssignmentFilterId")),
         .filter_type = sink.Keep(TextAt(*target, "deviceAndAppManagementAssignmentFilterType"))});
  }
  read.kept = sink.records.pool().KeepItems(std::span<const AssignedTarget>(targets));
  read.whole = read.whole && read.kept.size() == targets.size();
  return read;
}

// With or without its type: lists of raw Graph leave it out.
bool IsPolicy(const Json& object) {
  const std::string_view type = TextAt(object, "@odata.type");
  if (!type.empty()) {
    return type == kPolicyType;
  }
  const bool shape =
      Find(object, "technologies") != nullptr && Find(object, "platforms") != nullptr;
  return shape &&
         (ListAt(object, "settings") != nullptr || Find(object, "settingCount") != nullptr);
}

// All of them are here, as far as the policy tells.
bool CountFits(const Json& object, std::size_t found, RecordSink& sink) {
  const Json* const count = Find(object, "settingCount");
  if (count == nullptr || !count->is_number_unsigned() || *count == found) {
    return Find(object, "settings@odata.nextLink") == nullptr;
  }
  sink.AddGap({0, WhyUnknown::kTruncated,
               std::string("a policy of ")
                   .append(count->dump())
                   .append(" settings shows ")
                   .append(std::to_string(found))});
  return false;
}

// "…/configurationPolicies('<id>')/settings" and the like.
std::string_view ObjectOf(std::string_view context, std::string_view end) {
  constexpr std::string_view kOpen = "('";
  constexpr std::string_view kClose = "')/";
  const std::size_t close = context.rfind(kClose);
  if (close == std::string_view::npos || context.substr(close + kClose.size()) != end) {
    return {};
  }
  const std::size_t open = context.rfind(kOpen, close);
  return open == std::string_view::npos
             ? std::string_view{}
             : context.substr(open + kOpen.size(), close - open - kOpen.size());
}

// "<id of the object>_<id of the target>", both GUIDs: whose assignment it is.
std::string_view ObjectOfAssignment(const Json& assignment) {
  constexpr std::size_t kGuid = 36;
  const std::string_view id = TextAt(assignment, "id");
  return id.size() > kGuid && id[kGuid] == '_' ? id.substr(0, kGuid) : std::string_view{};
}

// The one object whose assignments these are; empty: none or several.
std::string_view CommonObject(const Json& list) {
  std::string_view object;
  for (const Json& assignment : list) {
    const std::string_view one = ObjectOfAssignment(assignment);
    if (one.empty() || (!object.empty() && !SameNoCase(object, one))) {
      return {};
    }
    object = one;
  }
  return object;
}

}  // namespace

bool ReadCatalogPolicy(const Json& object, const EvidenceView& evidence, RecordSink& sink) {
  if (!object.is_object() || !IsPolicy(object)) {
    return false;
  }
  const std::string_view name = TextAt(object, "name");
  CatalogPolicy policy{.id = sink.Keep(TextAt(object, "id")),
                       .name = sink.Keep(name.empty() ? TextAt(object, "displayName") : name)};
  policy.source = evidence.At(0, policy.name);
  if (const Json* const settings = ListAt(object, "settings"); settings != nullptr) {
    SettingTree tree(evidence, sink);
    for (const Json& setting : *settings) {
      tree.AddSetting(setting);
    }
    policy.settings = tree.Kept();
    policy.complete = CountFits(object, settings->size(), sink) && tree.whole();
  }
  if (const Json* const list = ListAt(object, "assignments"); list != nullptr) {
    const Targets targets = ReadTargets(*list, sink);
    policy.assignments_shown = targets.whole;
    policy.targets = targets.kept;
  }
  sink.records.Add(policy);
  return true;
}

bool ReadSettingList(const GraphPart& part, const EvidenceView& evidence, RecordSink& sink) {
  const std::string_view id = ObjectOf(part.context, "settings");
  if (id.empty()) {
    return false;
  }
  SettingTree tree(evidence, sink);
  for (const Json& setting : part.list) {
    ++sink.record_count;
    tree.AddSetting(setting);
  }
  const std::string_view kept = sink.Keep(id);
  const std::span<const CatalogSetting> settings = tree.Kept();
  sink.records.Add(CatalogPolicy{.id = kept,
                                 .settings = settings,
                                 .complete = part.last_page && tree.whole(),
                                 .source = evidence.At(0, kept)});
  return true;
}

bool ReadAssignmentList(const GraphPart& part, const EvidenceView& evidence, RecordSink& sink) {
  const std::string_view told = ObjectOf(part.context, "assignments");
  const std::string_view object = told.empty() ? CommonObject(part.list) : told;
  if (object.empty()) {
    return false;
  }
  const Targets targets = ReadTargets(part.list, sink);
  sink.record_count += targets.kept.size();
  const std::string_view kept = sink.Keep(object);
  sink.records.Add(AssignmentList{.object = kept,
                                  .targets = targets.kept,
                                  .complete = part.last_page && targets.whole,
                                  .source = evidence.At(0, kept)});
  return true;
}

}  // namespace whfb::readers

#include "collectors/readers/gp_preferences.h"

#include <string>
#include <utility>
#include <vector>

#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/reg_interest.h"
#include "scanner/core/number_text.h"

namespace whfb::readers {

namespace {

// One preference item, whichever way the report spells it.
struct Item {
  std::string_view action{};  // C reate, R eplace, U pdate, D elete
  std::string_view hive{};
  std::string_view key{};
  std::string_view name{};
  std::string_view type{};
  std::string_view value{};
  bool default_value = false;
};

bool ParseHex(std::string_view text, std::size_t digits, std::uint64_t& number) {
  const auto whole = ParseWhole<std::uint64_t>(text, 16);
  number = whole.value_or(0);
  return whole && text.size() <= digits;
}

void Data(const Item& item, RecordSink& sink, RegistryValue& value) {
  if (item.type == "REG_DWORD" || item.type == "REG_QWORD") {
    const bool dword = item.type == "REG_DWORD";
    value.type = dword ? RegistryType::kDword : RegistryType::kQword;
    value.malformed = !ParseHex(item.value, dword ? 8 : 16, value.number);
    return;
  }
  value.type = item.type == "REG_SZ"          ? RegistryType::kText
               : item.type == "REG_EXPAND_SZ" ? RegistryType::kExpandText
               : item.type == "REG_MULTI_SZ"  ? RegistryType::kMultiText
                                              : RegistryType::kOther;
  value.text = sink.Keep(item.value);
}

void Add(const Item& item, const pugi::xml_node& node, PolicySetting setting, const GpHalf& half) {
  if (!RoomForSetting(node, half)) {
    return;
  }
  ++half.sink.record_count;
  const std::uint64_t line = half.tree.LineOf(node);
  if (item.hive.empty() || item.key.empty()) {
    half.sink.AddGap({line, WhyUnknown::kMalformed, "a registry preference without hive or key"});
    return;
  }
  const std::string path = NormalisedKeyPath(std::string(item.hive).append("\\").append(item.key));
  const std::string_view name = item.default_value ? std::string_view{} : item.name;
  setting.value.key = half.sink.Keep(path);
  setting.value.name = half.sink.Keep(name);
  setting.value.context = half.evidence.context;
  setting.value.source =
      half.evidence.At(line, half.sink.Keep(std::string(path).append("\\").append(name)));
  if (item.action == "D") {
    setting.action = PolicyAction::kDeleteValue;
    setting.value.deleted = true;
  } else if (item.action == "C") {
    setting.action = PolicyAction::kSetIfMissing;
  } else if (item.action == "U" || item.action == "R" || item.action.empty()) {
    setting.action = PolicyAction::kSet;  // Update is the default of the editor
  } else {
    setting.action = PolicyAction::kOther;
  }
  if (name.empty() && !item.default_value && setting.action != PolicyAction::kDeleteValue) {
    setting.action = PolicyAction::kCreateKey;
  } else if (setting.action != PolicyAction::kDeleteValue) {
    Data(item, half.sink, setting.value);
  }
  if (setting.value.malformed) {
    half.sink.AddGap({line, WhyUnknown::kMalformed, "the data does not fit its type"});
  }
  half.sink.records.Add(setting);
}

// The VALUE of a PROPERTY. What variables were resolved to is what was written.
std::string_view Property(const pugi::xml_node& instance, const std::string& name) {
  std::string_view plain;
  for (const pugi::xml_node& property : instance.children()) {
    if (!Is(property, "PROPERTY")) {
      continue;
    }
    const std::string_view own = property.attribute("NAME").value();
    if (own == name + "Resolved") {
      return ChildText(property, "VALUE");
    }
    plain = own == name ? ChildText(property, "VALUE") : plain;
  }
  return plain;
}

void Logged(const pugi::xml_node& node, PolicySetting setting, const GpHalf& half) {
  for (const pugi::xml_node& instance : Child(node, "BaseInstanceXml").children()) {
    const std::string_view type = instance.attribute("CLASSNAME").value();
    if (!Is(instance, "INSTANCE") || type != "RSOP_PolmkrRegistryItem") {
      continue;
    }
    const std::string_view result = Property(instance, "polmkrClassResultCodeValue");
    PolicySetting own = setting;
    own.in_doubt = own.in_doubt || result != "0";
    Add({.action = Property(instance, "polmkrAction"),
         .hive = Property(instance, "polmkrHive"),
         .key = Property(instance, "polmkrKey"),
         .name = Property(instance, "polmkrName"),
         .type = Property(instance, "polmkrType"),
         .value = Property(instance, "polmkrValue"),
         .default_value = Property(instance, "polmkrDefault") == "1"},
        instance, own, half);
  }
}

// Item-level targeting: an item, or all in a collection, applies to some only.
bool IsTargeted(const pugi::xml_node& node) {
  return Child(node, "Filters").first_child();
}

// Items and collections can be turned off ([MS-GPPREF] 2.2.1.1, attribute disabled).
bool IsOff(const pugi::xml_node& node) {
  const std::string_view disabled = node.attribute("disabled").value();
  return disabled == "1" || disabled == "true";
}

void Configured(const pugi::xml_node& node, PolicySetting setting, const GpHalf& half) {
  const pugi::xml_node properties = Child(node, "Properties");
  setting.in_doubt = setting.in_doubt || IsTargeted(node);
  Add({.action = properties.attribute("action").value(),
       .hive = properties.attribute("hive").value(),
       .key = properties.attribute("key").value(),
       .name = properties.attribute("name").value(),
       .type = properties.attribute("type").value(),
       .value = properties.attribute("value").value(),
       .default_value = std::string_view(properties.attribute("default").value()) == "1"},
      node, setting, half);
}

}  // namespace

void ReadGpPreference(const pugi::xml_node& node, const PolicySetting& begun, const GpHalf& half) {
  if (Is(node, "RegistryRsopSetting")) {
    Logged(node, begun, half);
    return;
  }

  // RegistrySettings holds Registry items, and Collections that hold both.
  struct Open {
    pugi::xml_node node{};
    int depth = 0;
    PolicySetting begun{};
  };

  std::vector<Open> open = {{.node = node, .begun = begun}};
  while (!open.empty()) {
    const Open one = open.back();
    open.pop_back();
    for (const pugi::xml_node& child : one.node.children()) {
      if (IsOff(child)) {
        continue;
      }
      if (Is(child, "Registry") && half.tree.IsWhole(child)) {
        Configured(child, one.begun, half);
      } else if (Is(child, "Collection") && one.depth < XmlTree::kMaxDepth) {
        Open below = {.node = child, .depth = one.depth + 1, .begun = one.begun};
        below.begun.in_doubt = below.begun.in_doubt || IsTargeted(child);
        open.push_back(below);
      }
    }
  }
}

}  // namespace whfb::readers

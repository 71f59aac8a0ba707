// .rdp files: how connections are meant to be made (requirements.md B5). They are handed out to
// people and say nothing of what a device does, so they belong to the environment. No folder of
// them is known to be all, and what a file does not set is not told.

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "collectors/readers/connection_record.h"
#include "scanner/core/number_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kColumns = {
    ColumnSpec{"file", ValueType::kText, "path of the file", true},
    ColumnSpec{"full_address", ValueType::kText, "full address"},
    ColumnSpec{"redirect_smart_cards", ValueType::kBool, "redirectsmartcards"},
    ColumnSpec{"enable_credssp", ValueType::kBool, "enablecredsspsupport"},
    ColumnSpec{"enable_rds_aad_auth", ValueType::kBool, "enablerdsaadauth: sign-in by Entra ID"},
    ColumnSpec{"authentication_level", ValueType::kInt, "authentication level, 0 to 3"},
    ColumnSpec{"prompt_for_credentials", ValueType::kBool, "prompt for credentials"},
};

// In the order of the columns behind the first one.
constexpr std::array<std::string_view, kColumns.size() - 1> kSettings = {
    "full address",     "redirectsmartcards",   "enablecredsspsupport",
    "enablerdsaadauth", "authentication level", "prompt for credentials",
};

constexpr std::array kTables = {
    TableSpec{"environment.rdp_file", ".rdp files and what they set that concerns this product",
              kColumns},
};

using readers::RdpFile;
using readers::RdpSetting;

// A switch is 0 or 1. Anything else, also another type than documented, is not understood.
Cell ValueOf(const RdpSetting& setting, ValueType type, FactSpace& facts) {
  const bool text = type == ValueType::kText;
  if (setting.type != (text ? 's' : 'i')) {
    return Cell::Unknown(WhyUnknown::kMalformed, setting.source);
  }
  if (text) {
    return setting.value.empty() ? Cell::Absent(setting.source)
                                 : facts.TextCell(setting.value, setting.source);
  }
  const std::optional<std::int64_t> number = ParseWhole<std::int64_t>(setting.value);
  if (!number || (type == ValueType::kBool && *number != 0 && *number != 1)) {
    return Cell::Unknown(WhyUnknown::kMalformed, setting.source);
  }
  return type == ValueType::kBool ? Cell::Bool(*number != 0, setting.source)
                                  : Cell::Int(*number, setting.source);
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const std::span<const RdpFile> files = input.records.Of<RdpFile>();
  if (files.empty()) {
    return;
  }
  Table& table = facts.Environment().facts.TableOf("environment.rdp_file");
  std::vector<Cell> row(kColumns.size());
  for (const RdpFile& file : files) {
    row.assign(kColumns.size(), Cell::Unknown(WhyUnknown::kNotCollected, file.source));
    row[0] = facts.TextCell(file.file, file.source);
    table.Add(row);
    table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, file.source);
  }
  // A setting that stands twice merges into its row: two values are a conflict.
  for (const RdpSetting& setting : input.records.Of<RdpSetting>()) {
    for (std::size_t i = 0; i < kSettings.size(); ++i) {
      if (setting.name == kSettings[i]) {
        row.assign(kColumns.size(), Cell::Unknown(WhyUnknown::kNotCollected, setting.source));
        row[0] = facts.TextCell(setting.file, setting.source);
        row[i + 1] = ValueOf(setting, kColumns[i + 1].type, facts);
        table.Add(row);
      }
    }
  }
}

}  // namespace

extern const CollectorSpec kRdpFileCollector;  // declared again by the generated list

const CollectorSpec kRdpFileCollector = {
    .name = "rdp_file", .scope = Scope::kEnvironment, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors

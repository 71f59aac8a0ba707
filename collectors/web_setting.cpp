// What IIS configuration files of the environment evidence set that concerns this product
// (requirements: crl.delta-double-escaping, crl.no-require-ssl).
// What a file does not set is inherited; no evidence is known to hold every file of a server.

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/known_cells.h"
#include "collectors/readers/web_record.h"
#include "collectors/server_evidence.h"

namespace whfb::collectors {

namespace {

using readers::WebConfigFile;
using readers::WebSetting;

constexpr std::array kColumns = {
    ColumnSpec{"file", ValueType::kText, "path of the file", true},
    ColumnSpec{"line", ValueType::kInt, "where in the file", true},
    ColumnSpec{"location", ValueType::kText, "site and path, as the file writes it", true},
    ColumnSpec{"name", ValueType::kText, "element and attribute", true},
    ColumnSpec{"value", ValueType::kText, "as written"},
    ColumnSpec{"server", ValueType::kBool, "of applicationHost.config"},
    ColumnSpec{"whole", ValueType::kBool, "the file was read to its end; never false"},
};

constexpr std::array kTables = {
    TableSpec{"environment.web_setting", "settings of IIS that concern this product", kColumns},
};

// Of a file that breaks off it is not known what else it says.
Cell Claim(const WebConfigFile& file, bool claim) {
  return file.complete ? Cell::Bool(claim, file.source)
                       : Cell::Unknown(WhyUnknown::kTruncated, file.source);
}

void Collect(const CollectInput& input, FactSpace& facts) {
  const std::span<const WebConfigFile> files = input.records.Of<WebConfigFile>();
  for (const WebSetting& setting : input.records.Of<WebSetting>()) {
    const Provenance& source = setting.source;
    const auto file = std::ranges::find_if(
        files, [&](const WebConfigFile& one) { return one.source.evidence == source.evidence; });
    if (file == files.end()) {
      continue;
    }
    const std::array<Cell, kColumns.size()> row = {
        facts.TextCell(PathOf(facts, source.evidence), source),
        Cell::Int(static_cast<std::int64_t>(source.place), source),
        Cell::Text(setting.location, source),
        facts.TextCell(setting.name, source),
        CellOf(setting.value, source),
        Claim(*file, file->server),
        Claim(*file, true),
    };
    Table& table = facts.Environment().facts.TableOf("environment.web_setting");
    table.Add(row);
    table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, source);
  }
}

}  // namespace

extern const CollectorSpec kWebSettingCollector;  // declared again by the generated list

const CollectorSpec kWebSettingCollector = {
    .name = "web_setting", .scope = Scope::kEnvironment, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors

// Policy files of `certreq -new`: what the requests ask for that people make by hand (requirements:
// thirdparty.manual-csr). A file says what was meant; whether it was used, nobody tells. No folder
// of them is known to be all.

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "collectors/readers/certutil_lines.h"
#include "collectors/readers/request_record.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/number_text.h"

namespace whfb::collectors {

namespace {

constexpr std::array kColumns = {
    ColumnSpec{"file", ValueType::kText, "path of the file", true},
    ColumnSpec{"subject", ValueType::kText, "Subject, as written"},
    ColumnSpec{"provider", ValueType::kText, "ProviderName"},
    ColumnSpec{"key_container", ValueType::kText, "KeyContainer"},
    ColumnSpec{"use_existing_key", ValueType::kBool, "UseExistingKeySet"},
    ColumnSpec{"machine_key", ValueType::kBool, "MachineKeySet"},
    ColumnSpec{"exportable", ValueType::kBool, "Exportable"},
    ColumnSpec{"key_length", ValueType::kInt, "KeyLength"},
    ColumnSpec{"template", ValueType::kText, "CertificateTemplate among the request attributes"},
    ColumnSpec{"smart_card_logon", ValueType::kBool, "Smart Card Logon is among the usages"},
    ColumnSpec{"eku", ValueType::kList, "extended key usages", false, ValueType::kText},
    ColumnSpec{"san", ValueType::kList, "subject alternative names, as written", false,
               ValueType::kText},
};

constexpr std::array kTables = {
    TableSpec{"environment.request_file", "policy files of certreq -new", kColumns},
};

using readers::RequestFile;
using readers::RequestSection;
using readers::RequestSetting;

constexpr std::string_view kSmartCardLogon = "1.3.6.1.4.1.311.20.2.2";

struct Wanted {
  std::string_view section;
  std::string_view name;
};

// In the order of the columns behind the first one.
constexpr std::array<Wanted, 8> kSingle = {{
    {"newrequest", "subject"},
    {"newrequest", "providername"},
    {"newrequest", "keycontainer"},
    {"newrequest", "useexistingkeyset"},
    {"newrequest", "machinekeyset"},
    {"newrequest", "exportable"},
    {"newrequest", "keylength"},
    {"requestattributes", "certificatetemplate"},
}};

Cell ParseValue(const RequestSetting& setting, ValueType type, FactSpace& facts) {
  if (type == ValueType::kText) {
    return setting.value.empty() ? Cell::Absent(setting.source)
                                 : facts.TextCell(setting.value, setting.source);
  }
  if (type == ValueType::kInt) {
    const std::optional<std::int64_t> number = ParseWhole<std::int64_t>(setting.value);
    return number ? Cell::Int(*number, setting.source)
                  : Cell::Unknown(WhyUnknown::kMalformed, setting.source);
  }
  const bool yes = SameNoCase(setting.value, "true");
  return yes || SameNoCase(setting.value, "false")
             ? Cell::Bool(yes, setting.source)
             : Cell::Unknown(WhyUnknown::kMalformed, setting.source);
}

// What one file holds, in its order.
struct FileParts {
  std::vector<const RequestSection*> sections{};
  std::vector<const RequestSetting*> settings{};
};

using PartsByFile = std::map<std::string_view, FileParts>;

PartsByFile GroupByFile(const readers::Records& records) {
  PartsByFile files;
  for (const RequestSection& one : records.Of<RequestSection>()) {
    files[one.file].sections.push_back(&one);
  }
  for (const RequestSetting& one : records.Of<RequestSetting>()) {
    files[one.file].settings.push_back(&one);
  }
  return files;
}

class FileView {
 public:
  FileView(const RequestFile& file, const FileParts& parts, FactSpace& facts)
      : file_(file), parts_(parts), facts_(facts) {}

  [[nodiscard]] std::vector<Cell> Row() const {
    std::vector<Cell> row = {facts_.TextCell(file_.file, file_.source)};
    for (std::size_t i = 0; i < kSingle.size(); ++i) {
      row.push_back(Single(kSingle[i], kColumns[i + 1].type));
    }
    const Cell eku = Usages();
    row.push_back(HasSmartCardLogon(eku));
    row.push_back(eku);
    row.push_back(List("extensions", "2.5.29.17", '&'));
    return row;
  }

 private:
  // Every section of the name was read whole; nothing when there is none.
  [[nodiscard]] std::optional<bool> Complete(std::string_view section) const {
    std::optional<bool> complete;
    for (const RequestSection* const one : parts_.sections) {
      if (one->section == section) {
        complete = complete.value_or(true) && one->complete;
      }
    }
    return complete;
  }

  [[nodiscard]] std::vector<const RequestSetting*> All(const Wanted& wanted) const {
    std::vector<const RequestSetting*> found;
    for (const RequestSetting* const one : parts_.settings) {
      if (one->section == wanted.section && one->name == wanted.name) {
        found.push_back(one);
      }
    }
    return found;
  }

  // A section that is not there may stand behind a cut.
  [[nodiscard]] Cell NotThere(std::string_view section) const {
    const std::optional<bool> complete = Complete(section);
    return complete.value_or(false)
               ? Cell::Absent(file_.source)
               : Cell::Unknown(complete ? WhyUnknown::kTruncated : WhyUnknown::kNotCollected,
                               file_.source);
  }

  [[nodiscard]] Cell Single(const Wanted& wanted, ValueType type) const {
    const std::vector<const RequestSetting*> found = All(wanted);
    if (found.empty()) {
      return NotThere(wanted.section);
    }
    for (const RequestSetting* const other : found) {
      if (!SameNoCase(other->value, found.front()->value)) {
        return Cell::Unknown(WhyUnknown::kConflicting, other->source);
      }
    }
    return ParseValue(*found.front(), type, facts_);
  }

  // The parts of all values of the name, where none can be missing.
  [[nodiscard]] Cell List(std::string_view section, std::string_view name, char separator) const {
    const std::vector<const RequestSetting*> found = All({section, name});
    if (found.empty() || !Complete(section).value_or(false)) {
      return NotThere(section).absent() ? Cell::Absent(file_.source)
                                        : Cell::Unknown(NotThere(section).why, file_.source);
    }
    std::vector<std::string_view> parts;
    for (const RequestSetting* const setting : found) {
      AddParts(setting->value, separator, parts);
    }
    return facts_.ListCell(parts, found.front()->source);
  }

  static void AddParts(std::string_view value,
                       char separator,
                       std::vector<std::string_view>& parts) {
    constexpr std::string_view kText = "{text}";
    if (SameNoCase(value.substr(0, kText.size()), kText)) {
      value.remove_prefix(kText.size());
    }
    while (!value.empty()) {
      const std::size_t end = value.find(separator);
      const std::string_view part = readers::TrimBlanks(value.substr(0, end));
      if (!part.empty()) {
        parts.push_back(part);
      }
      value.remove_prefix(end == std::string_view::npos ? value.size() : end + 1);
    }
  }

  // [EnhancedKeyUsageExtension] is the usual place, 2.5.29.37 under [Extensions] the other one.
  [[nodiscard]] Cell Usages() const {
    const Cell usual = List("enhancedkeyusageextension", "oid", ',');
    const Cell other = List("extensions", "2.5.29.37", ',');
    return usual.present() || !other.present() ? usual : other;
  }

  // One that is there is there, also where others may be missing.
  [[nodiscard]] Cell HasSmartCardLogon(const Cell& usages) const {
    for (const Wanted& place :
         {Wanted{"enhancedkeyusageextension", "oid"}, Wanted{"extensions", "2.5.29.37"}}) {
      for (const RequestSetting* const setting : All(place)) {
        std::vector<std::string_view> parts;
        AddParts(setting->value, ',', parts);
        if (std::ranges::find(parts, kSmartCardLogon) != parts.end()) {
          return Cell::Bool(true, setting->source);
        }
      }
    }
    return usages.unknown() ? usages : Cell::Bool(false, usages.source);
  }

  const RequestFile& file_;
  const FileParts& parts_;
  FactSpace& facts_;
};

void Collect(const CollectInput& input, FactSpace& facts) {
  PartsByFile parts = GroupByFile(input.records);
  for (const RequestFile& file : input.records.Of<RequestFile>()) {
    Table& table = facts.Environment().facts.TableOf("environment.request_file");
    table.Add(FileView(file, parts[file.file], facts).Row());
    table.Cover(Coverage::kPartial, WhyUnknown::kNotCollected, file.source);
  }
}

}  // namespace

extern const CollectorSpec kRequestFileCollector;  // declared again by the generated list

const CollectorSpec kRequestFileCollector = {
    .name = "request_file", .scope = Scope::kEnvironment, .tables = kTables, .collect = Collect};

}  // namespace whfb::collectors

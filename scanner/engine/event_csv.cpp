#include "scanner/engine/event_csv.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "scanner/core/ascii_text.h"

namespace whfb::engine {

namespace {

// Properties of EventLogRecord (Get-WinEvent) and of EventLogEntry (Get-EventLog). Both of the
// first two must be there, and one more: files of other programs have columns of these names too.
constexpr std::array<std::string_view, 9> kRecord = {
    "Id",      "TimeCreated", "ProviderName",     "LogName",        "RecordId",
    "Message", "MachineName", "LevelDisplayName", "TaskDisplayName"};
constexpr std::array<std::string_view, 9> kEntry = {"EventID",     "TimeGenerated", "Source",
                                                    "EntryType",   "InstanceId",    "Message",
                                                    "TimeWritten", "MachineName",   "Index"};

constexpr std::size_t kAnchors = 2;

std::string_view FirstLine(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  line.remove_suffix(line.ends_with('\r') ? 1 : 0);
  return line;
}

std::vector<std::string_view> ColumnsOf(std::string_view line, char separator) {
  std::vector<std::string_view> names;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(separator), line.size());
    std::string_view name = line.substr(0, end);
    if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"')) {
      name = name.substr(1, name.size() - 2);
    }
    names.push_back(name);
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return names;
}

bool HasProperties(std::span<const std::string_view> names,
                   std::span<const std::string_view> properties) {
  const auto named = [names](std::string_view property) {
    return std::ranges::any_of(
        names, [property](std::string_view name) { return SameNoCase(name, property); });
  };
  return std::ranges::all_of(properties.first(kAnchors), named) &&
         std::ranges::any_of(properties.subspan(kAnchors), named);
}

}  // namespace

bool IsEventCsv(std::string_view text) {
  std::string_view line = FirstLine(text);
  if (line.starts_with("#TYPE ")) {  // Windows PowerShell, without -NoTypeInformation
    line = FirstLine(text);
  }
  return std::ranges::any_of(std::array{',', ';', '\t'}, [line](char separator) {
    const std::vector<std::string_view> names = ColumnsOf(line, separator);
    return HasProperties(names, kRecord) || HasProperties(names, kEntry);
  });
}

}  // namespace whfb::engine

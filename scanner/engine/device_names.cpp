#include "scanner/engine/device_names.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/event_record.h"
#include "collectors/readers/old_copy.h"
#include "collectors/readers/registry_record.h"
#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"
#include "scanner/engine/entry_names.h"

namespace whfb::engine {

namespace {

using readers::LogSummary;

constexpr std::string_view kComputerName =
    "hkey_local_machine\\system\\currentcontrolset\\control\\computername\\computername";

// Runs of dsregcmd follow each other where somebody put them into one file; each begins so.
constexpr std::string_view kFirstField = "AzureAdJoined";

// Puts the fields of dsregcmd together, one run after the other.
class Runs {
 public:
  explicit Runs(std::vector<DeviceClaim>& claims) : claims_(claims) {}

  void Take(const readers::DsregcmdField& field) {
    if (field.source.evidence != run_.evidence || field.name == kFirstField) {
      Finish(field.source.evidence);
    }
    if (field.value.empty()) {
      return;
    }
    if (Is(field, "Device Details", "DeviceId")) {
      TakeId(field);
    } else if (Is(field, "Device State", "Device Name")) {
      TakeName(field);
    }
  }

  void Finish(std::uint32_t next) {
    if (!run_.id.empty() || !run_.host.empty()) {
      claims_.push_back(run_);
    }
    run_ = {.evidence = next};
  }

 private:
  static bool Is(const readers::DsregcmdField& field,
                 std::string_view section,
                 std::string_view name) {
    return field.name == name && (field.section.empty() || field.section == section);
  }

  void TakeId(const readers::DsregcmdField& field) {
    std::string id = LowerAscii(field.value);
    if (!run_.id.empty() && run_.id != id) {
      Finish(field.source.evidence);
    }
    run_.id = std::move(id);
  }

  void TakeName(const readers::DsregcmdField& field) {
    if (!run_.host.empty() && !SameHost(run_.host, field.value)) {
      Finish(field.source.evidence);
    }
    run_.host = HostOf(field.value);
    run_.name = field.value.substr(0, field.value.find('.'));
  }

  std::vector<DeviceClaim>& claims_;
  DeviceClaim run_{};
};

void AddRuns(const readers::Records& records, std::vector<DeviceClaim>& claims) {
  Runs runs(claims);
  for (const readers::DsregcmdField& field : records.Of<readers::DsregcmdField>()) {
    runs.Take(field);
  }
  runs.Finish(0);
}

void AddRegistry(const readers::Records& records, std::vector<DeviceClaim>& claims) {
  for (const readers::RegistryValue& value : records.Of<readers::RegistryValue>()) {
    const bool text = value.type == readers::RegistryType::kText && !value.malformed &&
                      !value.deleted && !value.text.empty();
    if (text && LowerAscii(value.name) == "computername" &&
        LowerAscii(value.key) == kComputerName) {
      claims.push_back({.evidence = value.source.evidence,
                        .host = HostOf(value.text),
                        .name = std::string(value.text),
                        .outdated = value.source.outdated});
    }
  }
}

// The computer that wrote the newest record; empty: nobody says.
std::string_view WriterOf(const LogSummary& log) {
  return log.computers.empty() ? std::string_view{} : log.computers.front().name;
}

// The writer of the newest record of all logs.
std::string_view NewestWriter(std::span<const LogSummary> logs) {
  Ticks newest = std::numeric_limits<Ticks>::min();
  std::string_view name;
  for (const LogSummary& log : logs) {
    const std::string_view writer = WriterOf(log);
    if (!writer.empty() && std::pair(log.computers.front().to, writer) > std::pair(newest, name)) {
      newest = log.computers.front().to;
      name = writer;
    }
  }
  return name;
}

bool Among(std::span<const std::string> hosts, std::string_view name) {
  return std::ranges::any_of(hosts,
                             [name](const std::string& host) { return SameHost(host, name); });
}

using Folders = std::set<std::string_view>;

// With the slash; empty: the file lies in none.
std::string_view FolderOf(std::string_view path) {
  return path.substr(0, path.rfind('/') + 1);
}

bool LiesBelowOne(std::string_view file, const Folders& folders) {
  std::string_view folder = FolderOf(file);
  while (!folder.empty() && !folders.contains(folder)) {
    folder = FolderOf(folder.substr(0, folder.size() - 1));
  }
  return folders.contains(folder);
}

// The names in outdated hives that are not those of now. An old copy lies beside what is newer. A
// dirty hive may be all that there is of its computer: its name is only a former one where its
// folder or one above it tells one of now.
void MarkFormer(std::span<const EvidenceItem> evidence,
                bool logs_tell,
                std::vector<DeviceClaim>& claims) {
  Folders folders;
  bool newer = logs_tell;
  for (DeviceClaim& claim : claims) {
    const std::string_view file = evidence[claim.evidence - 1].file;
    claim.former = claim.outdated && readers::IsOldCopy(file);
    newer = newer || !claim.former;
    if (!claim.outdated) {
      folders.insert(FolderOf(file));
    }
  }
  for (DeviceClaim& claim : claims) {
    const std::string_view file = evidence[claim.evidence - 1].file;
    claim.former = claim.former ? newer : claim.outdated && LiesBelowOne(file, folders);
  }
}

// What outdated hives and the logs of a computer say that it was called before.
std::vector<std::string> FormerNames(std::span<const LogSummary> logs,
                                     std::span<const DeviceClaim> claims,
                                     std::span<const std::string> present) {
  std::set<std::string> names;
  for (const DeviceClaim& claim : claims) {
    if (claim.former) {
      names.insert(claim.host);
    }
  }
  for (const LogSummary& log : logs) {
    if (!WriterOf(log).empty() && Among(present, WriterOf(log))) {
      for (const readers::ComputerSpan& span : log.computers.subspan(1)) {
        names.insert(HostOf(span.name));
      }
    }
  }
  return {names.begin(), names.end()};
}

// Where `name` is first seen in any log.
Ticks FirstSeen(std::span<const LogSummary> logs, std::string_view name) {
  Ticks first = std::numeric_limits<Ticks>::max();
  for (const LogSummary& log : logs) {
    for (const readers::ComputerSpan& span : log.computers) {
      first = SameHost(span.name, name) ? std::min(first, span.from) : first;
    }
  }
  return first;
}

void AddLogs(const readers::Records& records, std::vector<DeviceClaim>& claims) {
  const std::span<const LogSummary> logs = records.Of<LogSummary>();
  const std::vector<std::string> present = {HostOf(NewestWriter(logs))};
  const std::vector<std::string> former = FormerNames(logs, claims, present);
  const Ticks begin = FirstSeen(logs, present.front());
  std::vector<DeviceClaim> own;
  bool contradicted = false;
  for (const LogSummary& log : logs) {
    const std::string_view writer = WriterOf(log);
    if (writer.empty()) {
      continue;
    }
    const bool is_present = Among(present, writer);
    const bool other = !is_present && !Among(former, writer) && log.computers.front().to > begin;
    contradicted = contradicted || other;
    if (is_present || other) {
      own.push_back({.evidence = log.source.evidence, .host = HostOf(writer)});
    }
  }
  if (contradicted) {
    claims.insert(claims.end(), own.begin(), own.end());
  }
}

std::vector<std::string> ToldHosts(const std::vector<DeviceClaim>& claims) {
  std::set<std::string> hosts;
  for (const DeviceClaim& claim : claims) {
    if (!claim.host.empty() && !claim.former) {
      hosts.insert(claim.host);
    }
  }
  return {hosts.begin(), hosts.end()};
}

std::vector<DeviceClaim> TextClaims(const readers::Records& records,
                                    std::span<const EvidenceItem> evidence) {
  std::vector<DeviceClaim> claims;
  AddRuns(records, claims);
  AddRegistry(records, claims);
  MarkFormer(evidence, !NewestWriter(records.Of<LogSummary>()).empty(), claims);
  return claims;
}

// The coverage of a log of which all channels, or some, were not used. What is damaged in it is
// told besides.
void TellForeign(const EvidenceItem& item,
                 std::string_view reason,
                 bool all,
                 std::vector<CoverageRecord>& coverage) {
  for (CoverageRecord& record : coverage) {
    if (!IsRead(record) || record.bundle != item.bundle || record.file != item.file) {
      continue;
    }
    const CoverageStatus read_as = record.status;
    Disuse(reason, record);
    if (!all) {
      record.status = CoverageStatus::kPartial;
      record.read_as = read_as;
    }
  }
}

}  // namespace

std::string HostKey(std::string_view host) {
  return HostOf(host).substr(0, kNetbiosLength);
}

std::vector<DeviceClaim> ClaimsOf(const readers::Records& records,
                                  std::span<const EvidenceItem> evidence) {
  std::vector<DeviceClaim> claims = TextClaims(records, evidence);
  if (ToldHosts(claims).empty()) {
    AddLogs(records, claims);
  }
  return claims;
}

void SetAsideForeignLogs(std::span<const EvidenceItem> evidence,
                         readers::Records& records,
                         std::vector<CoverageRecord>& coverage) {
  const std::span<LogSummary> logs = records.Edit<LogSummary>();
  const std::vector<DeviceClaim> claims = TextClaims(records, evidence);
  std::vector<std::string> present = ToldHosts(claims);
  if (present.empty()) {
    present.push_back(HostOf(NewestWriter(logs)));
  }
  const std::vector<std::string> former = FormerNames(logs, claims, present);
  using Channel = std::pair<std::uint32_t, std::string_view>;
  std::set<Channel> foreign;
  std::map<std::uint32_t, std::string_view> writers;
  for (LogSummary& log : logs) {
    const std::string_view writer = WriterOf(log);
    log.foreign = !writer.empty() && !Among(present, writer) && !Among(former, writer);
    if (log.foreign) {
      foreign.emplace(log.source.evidence, log.channel);
      writers.emplace(log.source.evidence, writer);
    }
  }
  if (foreign.empty()) {
    return;
  }
  records.EraseIf<readers::Event>([&](const readers::Event& event) {
    return foreign.contains({event.source.evidence, event.channel});
  });
  for (const auto& [number, writer] : writers) {
    const bool all = std::ranges::all_of(logs, [item = number](const LogSummary& log) {
      return log.source.evidence != item || log.foreign;
    });
    TellForeign(evidence[number - 1],
                fmt::format("written by the computer {}, while this is evidence of {}; not used",
                            writer, present.front()),
                all, coverage);
  }
}

}  // namespace whfb::engine

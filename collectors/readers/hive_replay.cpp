#include "collectors/readers/hive_replay.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/hive_transactions.h"
#include "collectors/readers/little_endian.h"

namespace whfb::readers {

namespace {

std::string_view LastPart(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

struct FoundLog {
  std::string name{};
  HiveLog log{};
  bool cut = false;          // ends in a sector
  std::uint32_t source = 0;  // index in the overlay
};

class Replayer {
 public:
  Replayer(const EvidenceView& evidence, const HiveHeader& header) : evidence_(evidence) {
    replay_.header = header;
  }

  HiveReplay Replay() {
    if (!replay_.header.dirty()) {
      return std::move(replay_);
    }
    const std::string state = State();
    FindLogs();
    const bool entries = ReplayEntries();
    const bool replayed = entries || ReplayVector();
    if (entries && trouble_.empty() && pair_ < 2) {
      trouble_ = "only one of its two logs is here";
    }
    if (!replayed) {
      replay_.overlay = {};
      replay_.outdated =
          state + (trouble_.empty() ? WhyNot() : "; " + trouble_) + ": its values may be outdated";
      return std::move(replay_);
    }
    if (!trouble_.empty()) {
      // The log that is missing or cannot be read may be the one with the last changes.
      replay_.outdated = state + "; " + trouble_ + ": its values may be outdated";
    }
    replay_.header.checksum_ok = true;
    replay_.header.secondary = replay_.header.primary;
    return std::move(replay_);
  }

 private:
  [[nodiscard]] std::string State() const {
    return replay_.header.checksum_ok
               ? fmt::format("the hive is dirty (sequence {}/{})", replay_.header.primary,
                             replay_.header.secondary)
               : std::string("the checksum of the hive's header is wrong");
  }

  [[nodiscard]] std::string WhyNot() const {
    return logs_.empty() ? " and its logs are not here" : " and its logs do not continue it";
  }

  void FindLogs() {
    if (evidence_.companions == nullptr) {
      return;
    }
    const std::string base(LastPart(evidence_.path));
    const std::array<std::string, 3> names = {base + ".log1", base + ".log2", base + ".log"};
    const std::array<std::string_view, 3> views = {names[0], names[1], names[2]};
    std::vector<Result<std::unique_ptr<ByteSource>>> found = evidence_.companions->Open(views);
    for (std::size_t i = 0; i < found.size(); ++i) {
      pair_ += i < 2 && found[i] ? 1 : 0;
      // Whoever writes the pair no longer writes the third, which may still lie there.
      if (i < 2 || pair_ == 0) {
        AddLog(names.at(i), std::move(found[i]));
      }
    }
  }

  void AddLog(const std::string& name, Result<std::unique_ptr<ByteSource>> source) {
    if (!source) {
      if (source.error().code != ErrorCode::kNotFound) {
        trouble_ = name + " cannot be read";
      }
      return;
    }
    // Windows makes them empty and keeps them so while it does not need them.
    if ((*source)->size() < kHiveSectorBytes) {
      return;
    }
    Result<HiveLog> log = ReadHiveLog(**source, name);
    if (!log) {
      trouble_ = log.error().ToString();
      return;
    }
    if (!log->header.checksum_ok || log->header.primary != log->header.secondary) {
      trouble_ = name + " was being written itself";
      return;
    }
    logs_.push_back({.name = name,
                     .log = std::move(*log),
                     .cut = (*source)->size() % kHiveSectorBytes != 0,
                     .source = static_cast<std::uint32_t>(replay_.overlay.logs.size())});
    replay_.overlay.logs.push_back(std::move(*source));
  }

  // The sequence number that comes next. A header with a wrong checksum is replaced by that of the
  // newest log.
  [[nodiscard]] std::optional<std::uint32_t> FirstSequence() {
    if (replay_.header.checksum_ok) {
      return replay_.header.secondary;
    }
    const FoundLog* newest = nullptr;
    for (const FoundLog& found : logs_) {
      const bool newer =
          newest == nullptr || found.log.header.secondary > newest->log.header.secondary;
      newest = !found.log.vector && newer ? &found : newest;
    }
    if (newest == nullptr) {
      return std::nullopt;
    }
    recovered_ = newest->log.header;
    return recovered_->secondary;
  }

  bool ReplayEntries() {
    struct Entry {
      const HiveTransaction* transaction = nullptr;
      std::uint32_t source = 0;
    };

    const std::optional<std::uint32_t> first = FirstSequence();
    std::vector<Entry> entries;
    for (const FoundLog& found : logs_) {
      for (const HiveTransaction& transaction : found.log.transactions) {
        if (!found.log.vector && first && transaction.sequence >= *first) {
          entries.push_back({&transaction, found.source});
        }
      }
    }
    std::ranges::stable_sort(entries, {},
                             [](const Entry& entry) { return entry.transaction->sequence; });
    std::uint32_t next = first.value_or(0);
    for (const Entry& entry : entries) {
      if (entry.transaction->sequence == next) {
        Lay(*entry.transaction, entry.source);
        ++next;
      }
    }
    CheckEnds(next);
    return Finish();
  }

  // The entry that comes next is there and cannot be read, or may have been cut off.
  void CheckEnds(std::uint32_t next) {
    for (const FoundLog& found : logs_) {
      if (!found.log.vector && (found.cut || found.log.broken == next)) {
        trouble_ = found.name + " is cut or damaged where it goes on";
      }
    }
  }

  bool ReplayVector() {
    for (const FoundLog& found : logs_) {
      if (found.log.vector && !found.log.transactions.empty() &&
          found.log.header.last_written == LastWritten()) {
        recovered_ = found.log.header;
        Lay(found.log.transactions.front(), found.source);
        return Finish();
      }
    }
    return false;
  }

  // That of the header, or its copy in the first bin.
  [[nodiscard]] Ticks LastWritten() const {
    constexpr std::uint64_t kCopyAt = kHiveHeaderBytes + 20;
    if (replay_.header.checksum_ok) {
      return replay_.header.last_written;
    }
    const auto copy = evidence_.source->Window(kCopyAt, sizeof(Ticks));
    return copy && copy->size() == sizeof(Ticks) ? LoadAt<Ticks>(*copy, 0) : 0;
  }

  void Lay(const HiveTransaction& transaction, std::uint32_t source) {
    for (const HivePage& page : transaction.pages) {
      for (std::uint32_t done = 0; done < page.size; done += kHiveSectorBytes) {
        replay_.overlay.patches.push_back(
            {.sector = static_cast<std::uint32_t>((page.offset + done) / kHiveSectorBytes),
             .log = source,
             .at = page.at + done});
      }
    }
    replay_.pages += static_cast<std::uint32_t>(transaction.pages.size());
    ++replay_.transactions;
    last_ = &transaction;
  }

  // Of several pages for one sector the last counts.
  bool Finish() {
    if (last_ == nullptr) {
      return false;
    }
    std::vector<HivePatch>& patches = replay_.overlay.patches;
    std::ranges::stable_sort(patches, {}, &HivePatch::sector);
    std::vector<HivePatch> unique;
    for (const HivePatch& patch : patches) {
      if (!unique.empty() && unique.back().sector == patch.sector) {
        unique.back() = patch;
      } else {
        unique.push_back(patch);
      }
    }
    patches = std::move(unique);
    if (!replay_.header.checksum_ok && recovered_) {
      const std::string name = replay_.header.file_name;
      replay_.header = *recovered_;
      replay_.header.type = 0;
      replay_.header.file_name = replay_.header.file_name.empty() ? name : recovered_->file_name;
    }
    replay_.header.bins_bytes = last_->bins_bytes;
    replay_.header.primary = last_->sequence;
    return true;
  }

  const EvidenceView& evidence_;
  HiveReplay replay_{};
  std::vector<FoundLog> logs_{};
  int pair_ = 0;           // how many of LOG1 and LOG2 are there, be they empty
  std::string trouble_{};  // of a log
  std::optional<HiveHeader> recovered_{};
  const HiveTransaction* last_ = nullptr;  // replayed
};

}  // namespace

HiveReplay ReplayHive(const EvidenceView& evidence, const HiveHeader& header) {
  return Replayer(evidence, header).Replay();
}

}  // namespace whfb::readers

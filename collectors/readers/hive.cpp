// Registry hives (regf 1.3 to 1.6): the same records as of .reg text (formats.md section 6).
//
// Only the keys that somebody asks about are looked up; with RecordSink::count_all every key and
// value is counted and checked besides. A dirty hive is read with its logs over it, where they lie
// beside it; else what it says is marked as outdated. SAM and SECURITY are counted by their keys
// alone: their values are secrets.

#include <string>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "collectors/readers/hive_count.h"
#include "collectors/readers/hive_header.h"
#include "collectors/readers/hive_identity.h"
#include "collectors/readers/hive_records.h"
#include "collectors/readers/hive_replay.h"
#include "collectors/readers/hive_tree.h"
#include "collectors/readers/old_copy.h"
#include "collectors/readers/reader.h"
#include "collectors/readers/reg_scep.h"

namespace whfb::readers {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{2} << 30;  // offsets have 31 bits

int RecogniseHive(const Head& head) {
  return RecogniseHiveFile(head.bytes()) == HiveFile::kHive ? 100 : 0;
}

class HiveReader {
 public:
  HiveReader(const EvidenceView& evidence, RecordSink& sink)
      : evidence_(evidence), sink_(sink), damage_(sink) {}

  void Read(const HiveHeader& header) {
    HiveReplay replay = ReplayHive(evidence_, header);
    const HiveHeader current = replay.header;
    outdated_ = !replay.outdated.empty();
    if (outdated_) {
      sink_.AddGap({.why = WhyUnknown::kStale, .message = replay.outdated});
    }
    HiveImage image(*evidence_.source, evidence_.bytes, current.bins_bytes,
                    std::move(replay.overlay));
    CheckSize(image, current);
    HiveTree tree(image, current.minor, damage_);
    std::string note = fmt::format("regf {}.{}", current.major, current.minor);
    if (const std::optional<HiveKey> root = tree.Key(current.root)) {
      note += ReadFrom(tree, *root, current);
    }
    if (replay.transactions != 0) {
      note +=
          fmt::format(", {} log entries replayed ({} pages)", replay.transactions, replay.pages);
    }
    if (!image.error().message.empty()) {
      sink_.AddGap({.why = WhyUnknown::kTruncated, .message = image.error().message});
    }
    sink_.note = note;
  }

 private:
  void CheckSize(const HiveImage& image, const HiveHeader& header) {
    if (image.size() < header.bins_bytes) {
      sink_.AddGap({.place = kHiveHeaderBytes + std::uint64_t{image.size()},
                    .why = WhyUnknown::kTruncated,
                    .message = fmt::format("the file ends {} bytes before the hive",
                                           header.bins_bytes - image.size())});
    }
  }

  // What goes into the note.
  std::string ReadFrom(HiveTree& tree, const HiveKey& root, const HiveHeader& header) {
    HiveIdentity identity = IdentifyHive(tree, root, header, evidence_.path);
    tree.GiveBackAll();
    std::string note =
        identity.path.empty() ? ", place in the registry not told" : ", " + identity.path;
    if (IsOldCopy(evidence_.path)) {
      outdated_ = true;
      note += ", an old copy";
    }
    HiveRecords records(evidence_, sink_, tree, damage_, outdated_);
    note += AddRecords(identity, tree, root, records);
    HiveCounts counts{.keys = records.keys(), .values = records.values()};
    if (sink_.count_all) {
      tree.GiveBackAll();
      counts = CountHive(tree, damage_, root, identity.kind != HiveKind::kSecret);
    }
    sink_.record_count += counts.keys + counts.values;
    return note + fmt::format(", {} keys, {} values", counts.keys, counts.values) +
           (sink_.count_all ? "" : " looked at");
  }

  std::string AddRecords(const HiveIdentity& identity,
                         HiveTree& tree,
                         const HiveKey& root,
                         HiveRecords& records) {
    const std::size_t first = sink_.records.Of<RegistryValue>().size();
    std::string note;
    if (identity.kind == HiveKind::kSystem) {
      note = AddControlSet(identity, tree, root, records);
    } else if (identity.kind == HiveKind::kSoftware) {
      records.AddPlaces(identity, HivePart::kSoftware, root, identity.path);
    } else if (identity.kind == HiveKind::kUser) {
      records.AddPlaces(identity, HivePart::kUser, root, identity.path);
    } else if (identity.kind == HiveKind::kNobody) {
      sink_.AddGap({.why = WhyUnknown::kAmbiguous,
                    .message = "the hive of a user does not tell whose it is: nothing of it is "
                               "kept"});
    } else if (identity.kind == HiveKind::kSecret) {
      note = ", secrets: values not read";
    }
    AddScepStates(sink_.records.Of<RegistryValue>().subspan(first), sink_);
    return note;
  }

  std::string AddControlSet(const HiveIdentity& identity,
                            HiveTree& tree,
                            const HiveKey& root,
                            HiveRecords& records) {
    const std::string path = identity.path + "\\CurrentControlSet";
    const std::optional<std::string> name = CurrentControlSet(tree, root);
    const std::optional<HiveKey> set = name ? tree.FindPath(root, *name).key : std::nullopt;
    if (!set) {
      damage_.Add(root.cell, "does not tell which control set is current");
      records.AddUnknown(identity, HivePart::kControlSet, path);
      return {};
    }
    records.AddPlaces(identity, HivePart::kControlSet, *set, path);
    return ", " + *name + " is current";
  }

  const EvidenceView& evidence_;
  RecordSink& sink_;
  HiveDamage damage_;
  bool outdated_ = false;
};

Status ReadHive(const EvidenceView& evidence, RecordSink& sink) {
  const auto fail = [&](std::string message) {
    return Error{ErrorCode::kMalformed, std::string(evidence.path), std::move(message)};
  };
  const auto sector = evidence.source->Window(0, kHiveSectorBytes);
  if (!sector) {
    return sector.error();
  }
  const std::optional<HiveHeader> header = ParseHiveHeader(*sector);
  if (!header) {
    return fail("the header of the hive is missing or cut");
  }
  constexpr std::uint32_t kOldest = 3;
  constexpr std::uint32_t kNewest = 6;
  if (header->checksum_ok &&
      (header->major != 1 || header->minor < kOldest || header->minor > kNewest)) {
    return fail(
        fmt::format("regf {}.{}; versions 1.3 to 1.6 are known", header->major, header->minor));
  }
  HiveReader(evidence, sink).Read(*header);
  return Ok{};
}

}  // namespace

extern const ReaderSpec kHiveReader;  // declared again by the generated list

const ReaderSpec kHiveReader = {.kind = "hive",
                                .max_bytes = kMaxBytes,
                                .streamed = true,
                                .random_access = true,
                                .places = PlaceKind::kOffset,
                                .recognise = RecogniseHive,
                                .read = ReadHive};

}  // namespace whfb::readers

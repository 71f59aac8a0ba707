#include "scanner/engine/bundle_identity.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/text_pool.h"
#include "scanner/engine/archive_reader.h"
#include "scanner/engine/entry_names.h"
#include "scanner/engine/file_access.h"
#include "scanner/engine/fleet.h"
#include "scanner/engine/guard.h"
#include "scanner/engine/zip_archive.h"

namespace whfb::engine {

namespace {

constexpr std::uint64_t kMaxStatusBytes = std::uint64_t{256} << 10U;  // dsregcmd prints about 5 KB
constexpr std::uint64_t kMaxFolderFiles = 20'000;
constexpr std::size_t kMaxTried = 64;  // texts of one bundle that are looked into

// 0: named after the tool; 1: may hold its output; 2: does not.
int Rank(std::string_view path, std::uint64_t size) {
  if (size == 0 || size > kMaxStatusBytes) {
    return 2;
  }
  const std::string lower = LowerAscii(path);
  if (lower.find("dsregcmd") != std::string::npos) {
    return 0;
  }
  return lower.ends_with(".txt") || lower.ends_with(".log") ? 1 : 2;
}

void Tell(std::string& answer, std::string_view value, bool& twice) {
  const std::string lower = LowerAscii(value);
  twice = twice || (!answer.empty() && answer != lower);
  answer = lower;
}

// Whether the bytes are a run of dsregcmd.
bool ReadStatus(std::span<const std::byte> bytes,
                const std::string& path,
                DeviceIdentity& identity) {
  const auto head = bytes.first(std::min(bytes.size(), readers::kHeadBytes));
  const readers::ReaderSpec* const reader = readers::Recognise(head, LowerAscii(LastPart(path)));
  if (reader == nullptr || reader->kind != "dsregcmd") {
    return false;
  }
  TextPool pool;
  readers::Records records(pool);
  readers::RecordSink sink{.records = records};
  if (!reader->read({.number = 1, .path = path, .bytes = bytes}, sink)) {
    return false;
  }
  bool two_ids = false;
  bool two_hosts = false;
  for (const readers::DsregcmdField& field : records.Of<readers::DsregcmdField>()) {
    const bool details = field.section.empty() || field.section == "Device Details";
    if (details && field.name == "DeviceId" && !field.value.empty()) {
      Tell(identity.device_id, field.value, two_ids);
    } else if (field.name == "Device Name" && !field.value.empty()) {
      Tell(identity.host, field.value.substr(0, field.value.find('.')), two_hosts);
    }
  }
  if (two_ids || two_hosts) {
    identity = {};
  }
  return true;
}

// What the next status of the same bundle tells. One that is named after the tool is always read,
// another text only while none has told anything.
void AddStatus(const DeviceIdentity& next, bool& told, DeviceIdentity& identity) {
  if (!std::exchange(told, true)) {
    identity = next;
    return;
  }
  if (next.device_id.empty() || next.device_id == identity.device_id) {
    return;
  }
  if (identity.device_id.empty()) {
    identity.device_id = next.device_id;
    identity.host = identity.host.empty() ? next.host : identity.host;
  } else if (std::ranges::find(identity.other_ids, next.device_id) == identity.other_ids.end()) {
    identity.other_ids.push_back(next.device_id);
    identity.host.clear();  // several names: those of none
  }
}

struct Candidate {
  int rank = 0;
  std::size_t index = 0;
};

std::vector<Candidate> BestFirst(std::vector<Candidate> candidates) {
  std::ranges::stable_sort(candidates, {}, &Candidate::rank);
  candidates.resize(std::min(candidates.size(), kMaxTried));
  return candidates;
}

DeviceIdentity OfZip(readers::ByteSource& source, const Limits& limits) {
  DeviceIdentity identity;
  Result<ZipArchive> archive = ZipArchive::Open(source, limits);
  if (!archive) {
    return identity;
  }
  const std::span<const ZipEntry> entries = archive->entries();
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const int rank = entries[i].refused.empty() ? Rank(entries[i].name, entries[i].size) : 2;
    if (rank < 2) {
      candidates.push_back({.rank = rank, .index = i});
    }
  }
  std::vector<std::byte> bytes;
  bool told = false;
  for (const Candidate& candidate : BestFirst(std::move(candidates))) {
    const ZipEntry& entry = entries[candidate.index];
    if (told && candidate.rank > 0) {
      break;
    }
    DeviceIdentity next;
    if (archive->Read(entry, bytes) && ReadStatus(bytes, entry.name, next)) {
      AddStatus(next, told, identity);
    }
  }
  return identity;
}

DeviceIdentity OfFolder(const BundleInput& bundle) {
  DeviceIdentity identity;
  const Result<FolderListing> listing = ListTree(bundle.place.path(), kMaxFolderFiles);
  if (!listing) {
    return identity;
  }
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < listing->files.size(); ++i) {
    const int rank = Rank(listing->files[i].path, listing->files[i].size);
    if (rank < 2) {
      candidates.push_back({.rank = rank, .index = i});
    }
  }
  std::vector<std::byte> bytes;
  bool told = false;
  for (const Candidate& candidate : BestFirst(std::move(candidates))) {
    const std::string& name = listing->files[candidate.index].path;
    if (told && candidate.rank > 0) {
      break;
    }
    DeviceIdentity next;
    if (ReadWhole(JoinPath(bundle.place.path(), name), kMaxStatusBytes, bytes) &&
        ReadStatus(bytes, name, next)) {
      AddStatus(next, told, identity);
    }
  }
  return identity;
}

DeviceIdentity OfFile(const BundleInput& bundle, const Limits& limits) {
  DeviceIdentity identity;
  const Result<std::unique_ptr<readers::ByteSource>> source = OpenFile(bundle.place.path());
  if (!source) {
    return identity;
  }
  const Result<std::span<const std::byte>> head = (*source)->Window(0, readers::kHeadBytes);
  if (!head) {
    return identity;
  }
  if (RecogniseContainer(*head) == Container::kZip) {
    return OfZip(**source, limits);
  }
  std::vector<std::byte> bytes;
  if (bundle.kind == InputKind::kFile && ReadWhole(bundle.place.path(), kMaxStatusBytes, bytes)) {
    (void)ReadStatus(bytes, bundle.place.file(), identity);
  }
  return identity;
}

}  // namespace

DeviceIdentity IdentityOf(const BundleInput& bundle, const Limits& limits) {
  return bundle.kind == InputKind::kFolder ? OfFolder(bundle) : OfFile(bundle, limits);
}

void JoinSameDevices(InputIndex& index, const Limits& limits, std::size_t jobs) {
  if (index.groups.size() < 2 && (index.groups.empty() || index.groups[0].bundles.size() < 2)) {
    return;
  }
  std::vector<DeviceIdentity> identities;
  ForEachInOrder(
      index.groups.size(), jobs,
      [&](std::size_t i, std::size_t /*thread*/) {
        std::vector<DeviceIdentity> own;
        for (const BundleInput& bundle : index.groups[i].bundles) {
          const Result<DeviceIdentity> found =
              Guarded(bundle.place.file(),
                      [&]() -> Result<DeviceIdentity> { return IdentityOf(bundle, limits); });
          own.push_back(found ? *found : DeviceIdentity{});
        }
        return own;
      },
      [&](std::size_t /*i*/, std::vector<DeviceIdentity> own) {
        std::ranges::move(own, std::back_inserter(identities));
        return true;
      });
  JoinByIdentity(identities, index.groups);
}

}  // namespace whfb::engine

#include "scanner/engine/grouping.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "scanner/core/ascii_text.h"
#include "scanner/engine/entry_names.h"
#include "scanner/engine/file_access.h"
#include "scanner/engine/input_shape.h"
#include "scanner/engine/known_files.h"

namespace whfb::engine {

namespace {

constexpr int kMaxFolderDepth = 64;
constexpr std::string_view kDiagnosticsPrefix = "DiagLogs-";

// A folder being walked: where it is and how it is shown.
struct Place {
  std::string path{};
  std::string file{};         // relative to the scan root; empty for the root itself
  std::string root_name{};    // what the root is called
  std::string parent_name{};  // the folder above, when that is inside the scan
  int depth = 0;
};

struct LooseFile {
  std::string name{};
  FileRole role = FileRole::kNothing;
  std::uint64_t size = 0;
  std::string reason{};
};

bool ByFile(const BundleInput& a, const BundleInput& b) {
  return a.place < b.place;
}

std::string Show(const Place& place, std::string_view name) {
  return JoinPath(place.file, SafeEntryName(name).text);
}

class Indexer {
 public:
  explicit Indexer(InputIndex& index) : index_(&index) {}

  void AddFile(const Place& place, const std::string& name, bool environment);
  void WalkFolder(const Place& place);
  void AddEnvironment(const std::string& path, const std::string& file, InputKind kind);

  // A place below the inputs that is environment evidence: not walked a second time.
  void Exclude(const std::string& path) { excluded_.insert(CanonicalPath(path)); }

  void Finish();

 private:
  [[nodiscard]] bool IsExcluded(const std::string& path) const {
    return !excluded_.empty() && excluded_.contains(CanonicalPath(path));
  }

  [[nodiscard]] static std::vector<LooseFile> FindLoose(const Place& place,
                                                        const FolderListing& listing);
  void WalkPlainFolder(const Place& place,
                       FolderListing& listing,
                       const std::vector<LooseFile>& loose);
  void AddFolderBundle(const Place& place, const std::vector<LooseFile>& loose);
  void AddLoose(const Place& place, const LooseFile& file, bool own_bundle);
  void Ignore(std::string file,
              std::uint64_t size,
              CoverageStatus status,
              std::string reason,
              std::string_view kind = "unrecognised");
  void Add(BundleInput bundle, std::string key);

  InputIndex* index_;
  std::map<std::string, BundleGroup> named_;  // by key
  std::set<std::string> excluded_;            // canonical
};

void Indexer::Add(BundleInput bundle, std::string key) {
  BundleGroup* group = nullptr;
  if (key.empty()) {
    group = &index_->groups.emplace_back();
  } else {
    group = &named_[key];
    group->key = std::move(key);
  }
  group->bundles.push_back(std::move(bundle));
}

void Indexer::Ignore(std::string file,
                     std::uint64_t size,
                     CoverageStatus status,
                     std::string reason,
                     std::string_view kind) {
  index_->ignored.push_back({.file = std::move(file),
                             .kind = std::string(kind),
                             .status = status,
                             .reason = std::move(reason),
                             .size = size});
}

void Indexer::AddEnvironment(const std::string& path, const std::string& file, InputKind kind) {
  index_->environment.push_back({.place = {path, file},
                                 .kind = kind,
                                 .is_root = kind == InputKind::kFolder,
                                 .collected = ParseBundleName(LastPart(path)).collected});
}

void Indexer::AddFile(const Place& place, const std::string& name, bool environment) {
  const std::string path = JoinPath(place.path, name);
  const std::string file = Show(place, name);
  if (!IsArchiveName(name)) {
    LooseFile loose{.name = name};
    loose.role = RoleOf(path, JoinPath(place.file, name), loose.reason);
    if (environment) {
      AddEnvironment(path, file, InputKind::kFile);
    } else {
      AddLoose(place, loose, true);
    }
    return;
  }
  if (environment || IsDirectoryArchiveName(name)) {
    AddEnvironment(path, file, InputKind::kArchive);
    return;
  }
  BundleName said = ParseBundleName(name);
  std::string key = IsGenericName(said.device) ? std::string() : LowerAscii(said.device);
  Add({.place = {path, file},
       .kind = InputKind::kArchive,
       .diagnostics = said.diagnostics,
       .name_hint = std::move(said.device),
       .collected = said.collected},
      std::move(key));
}

// A file that lies in a folder which is no bundle.
void Indexer::AddLoose(const Place& place, const LooseFile& file, bool own_bundle) {
  const std::string path = JoinPath(place.path, file.name);
  const std::string shown = Show(place, file.name);
  const bool aside = file.role == FileRole::kEnvironment || file.role == FileRole::kCertificate;
  if (aside) {
    AddEnvironment(path, shown, InputKind::kFile);
  } else if (file.role == FileRole::kUnreadable) {
    Ignore(shown, file.size, CoverageStatus::kFailed, file.reason);
  } else if (file.role == FileRole::kNothing && !own_bundle) {
    Ignore(shown, file.size, CoverageStatus::kIgnored, file.reason, KindOfUnread(file.reason));
  } else {
    // Two loose files with one name need not come from one device: no key.
    BundleName said = ParseBundleName(file.name);
    Add({.place = {path, shown},
         .kind = InputKind::kFile,
         .name_hint = std::move(said.device),
         .collected = said.collected},
        {});
  }
}

void Indexer::AddFolderBundle(const Place& place, const std::vector<LooseFile>& loose) {
  const std::string own = place.file.empty() ? place.root_name : std::string(LastPart(place.file));
  const bool generic = IsGenericName(own);
  const std::string& called = generic && !place.parent_name.empty() ? place.parent_name : own;
  BundleName said = ParseBundleName(called);
  std::string key = IsGenericName(called) ? std::string() : LowerAscii(said.device);
  BundleInput bundle{.place = {place.path, place.file.empty() ? place.root_name : place.file},
                     .kind = InputKind::kFolder,
                     .is_root = place.file.empty(),
                     .diagnostics = said.diagnostics,
                     .name_hint = std::move(said.device),
                     .collected = said.collected};
  for (const LooseFile& file : loose) {
    if (file.role == FileRole::kEnvironment) {
      bundle.set_aside.push_back(file.name);
      AddEnvironment(JoinPath(place.path, file.name), Show(place, file.name), InputKind::kFile);
    }
  }
  Add(std::move(bundle), std::move(key));
}

std::vector<LooseFile> Indexer::FindLoose(const Place& place, const FolderListing& listing) {
  std::vector<LooseFile> loose;
  for (const FolderFile& file : listing.files) {
    if (!IsArchiveName(file.path)) {
      LooseFile& item = loose.emplace_back(LooseFile{.name = file.path, .size = file.size});
      item.role =
          RoleOf(JoinPath(place.path, file.path), JoinPath(place.file, file.path), item.reason);
    }
  }
  return loose;
}

void Indexer::WalkFolder(const Place& place) {
  if (IsExcluded(place.path)) {
    return;
  }
  Result<FolderListing> listing = ListFolder(place.path);
  if (!listing || place.depth > kMaxFolderDepth) {
    Ignore(place.file.empty() ? place.root_name : place.file, 0, CoverageStatus::kFailed,
           listing ? "folders are nested deeper than the limit" : listing.error().message);
    return;
  }
  std::erase_if(listing->files, [&](const FolderFile& file) {
    return IsExcluded(JoinPath(place.path, file.path));
  });
  const std::vector<LooseFile> loose = FindLoose(place, *listing);
  const bool fleet = std::ranges::any_of(listing->files, [](const FolderFile& file) {
    return IsArchiveName(file.path) && file.path.starts_with(kDiagnosticsPrefix);
  });
  const bool device = std::ranges::any_of(
      loose, [](const LooseFile& file) { return file.role == FileRole::kDevice; });
  if ((device && !fleet) || HasDriveShape(place.path, *listing)) {
    AddFolderBundle(place, loose);
  } else {
    WalkPlainFolder(place, *listing, loose);
  }
}

// A folder that is no bundle: each thing in it stands for itself.
void Indexer::WalkPlainFolder(const Place& place,
                              FolderListing& listing,
                              const std::vector<LooseFile>& loose) {
  for (const LooseFile& file : loose) {
    AddLoose(place, file, false);
  }
  for (FolderFile& file : listing.files) {
    // A fleet folder holds 100,000 names: each goes as soon as it is used.
    const std::string name = std::move(file.path);
    if (IsArchiveName(name)) {
      AddFile(place, name, false);
    }
  }
  std::vector<FolderFile>().swap(listing.files);
  for (const RefusedFile& refused : listing.refused) {
    Ignore(Show(place, refused.path), 0, CoverageStatus::kIgnored, refused.reason);
  }
  const std::string own = place.file.empty() ? place.root_name : std::string(LastPart(place.file));
  for (const std::string& name : listing.folders) {
    WalkFolder({.path = JoinPath(place.path, name),
                .file = Show(place, name),
                .root_name = place.root_name,
                .parent_name = own,
                .depth = place.depth + 1});
  }
}

void Indexer::Finish() {
  // Node by node, so that a fleet is not in memory twice.
  while (!named_.empty()) {
    index_->groups.push_back(std::move(named_.extract(named_.begin()).mapped()));
  }
  SortGroups(index_->groups);
  std::ranges::sort(index_->environment, ByFile);
  std::ranges::sort(index_->ignored, {}, &CoverageRecord::file);
}

Status AddPath(Indexer& indexer, const std::string& path, bool many, bool environment) {
  Result<PathInfo> info = Inspect(path);
  if (!info) {
    return info.error();
  }
  const std::string name = LastName(path);
  const std::string shown = SafeEntryName(name).text;
  if (info->kind == PathKind::kFile) {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
    indexer.AddFile({.path = folder, .root_name = shown}, name, environment);
  } else if (environment) {
    indexer.AddEnvironment(path, shown, InputKind::kFolder);
  } else {
    // With several roots the name of the root tells equal names apart.
    indexer.WalkFolder({.path = path, .file = many ? shown : "", .root_name = shown});
  }
  return Ok{};
}

bool IsDigits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

int Number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
  }
  return value;
}

// "20250131T101500Z" at `at`; both 0 when it is not there.
TimeInterval StampAt(std::string_view text, std::size_t at) {
  constexpr std::size_t kLength = 16;
  const std::string_view stamp = text.substr(at, kLength);
  const bool fits = stamp.size() == kLength && stamp[8] == 'T' && stamp[15] == 'Z' &&
                    IsDigits(stamp.substr(0, 8)) && IsDigits(stamp.substr(9, 6));
  if (!fits) {
    return {};
  }
  const CivilTime civil{.year = Number(stamp.substr(0, 4)),
                        .month = Number(stamp.substr(4, 2)),
                        .day = Number(stamp.substr(6, 2)),
                        .hour = Number(stamp.substr(9, 2)),
                        .minute = Number(stamp.substr(11, 2)),
                        .second = Number(stamp.substr(13, 2))};
  if (!ValidCivil(civil)) {
    return {};
  }
  const Ticks ticks = TicksFromCivil(civil);
  return {.earliest = ticks, .latest = ticks};
}

}  // namespace

BundlePlace::BundlePlace(std::string path, std::string_view file)
    : text_(std::move(path)),
      path_size_(static_cast<std::uint32_t>(text_.size())),
      file_size_(static_cast<std::uint32_t>(file.size())) {
  if (!text_.ends_with(file)) {
    text_ += file;
  }
  file_at_ = static_cast<std::uint32_t>(text_.size() - file.size());
  text_.shrink_to_fit();
}

bool BundlePlace::operator<(const BundlePlace& other) const {
  return std::pair(file_view(), std::string_view(text_).substr(0, path_size_)) <
         std::pair(other.file_view(), std::string_view(other.text_).substr(0, other.path_size_));
}

BundleName ParseBundleName(std::string_view name) {
  constexpr std::size_t kStampLength = 16;
  constexpr std::string_view kSeparators = "-_. ";
  BundleName said;
  std::string_view rest = name;
  const std::string lower = LowerAscii(name);
  constexpr std::array<std::string_view, 8> kSuffixes = {".tar.bz2", ".tar.gz", ".tar.xz", ".tar",
                                                         ".zip",     ".cab",    ".tgz",    ".7z"};
  for (const std::string_view suffix : kSuffixes) {
    if (lower.ends_with(suffix)) {
      rest.remove_suffix(suffix.size());
      break;
    }
  }
  if (rest.starts_with(kDiagnosticsPrefix)) {
    rest.remove_prefix(kDiagnosticsPrefix.size());
    said.diagnostics = true;
  }
  said.device = rest;
  for (std::size_t at = rest.size(); at-- > 0;) {
    said.collected = StampAt(rest, at);
    if (said.collected != TimeInterval{}) {
      said.device = std::string(rest.substr(0, at)) + std::string(rest.substr(at + kStampLength));
      break;
    }
  }
  const std::size_t last = said.device.find_last_not_of(kSeparators);
  said.device.resize(last == std::string::npos ? 0 : last + 1);
  said.device.erase(0, said.device.find_first_not_of(kSeparators));
  return said;
}

void SortGroups(std::vector<BundleGroup>& groups) {
  for (BundleGroup& group : groups) {
    std::ranges::sort(group.bundles, [](const BundleInput& a, const BundleInput& b) {
      return a.collected.latest != b.collected.latest ? a.collected.latest < b.collected.latest
                                                      : a.place < b.place;
    });
  }
  std::ranges::sort(groups, [](const BundleGroup& a, const BundleGroup& b) {
    return ByFile(a.bundles.front(), b.bundles.front());
  });
}

Result<InputIndex> IndexInputs(const std::vector<std::string>& paths,
                               const std::vector<std::string>& environment) {
  InputIndex index;
  Indexer indexer(index);
  const bool many = paths.size() > 1;
  for (const std::string& path : environment) {
    indexer.Exclude(path);
  }
  for (const std::string& path : paths) {
    if (Status status = AddPath(indexer, path, many, false); !status) {
      return status.error();
    }
  }
  for (const std::string& path : environment) {
    if (Status status = AddPath(indexer, path, many, true); !status) {
      return status.error();
    }
  }
  indexer.Finish();
  return index;
}

}  // namespace whfb::engine

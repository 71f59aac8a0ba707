#include "scanner/engine/environment_index.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "collectors/readers/reader.h"
#include "collectors/readers/small_records.h"
#include "scanner/core/ascii_text.h"
#include "scanner/core/text_pool.h"
#include "scanner/engine/entry_names.h"
#include "scanner/engine/file_access.h"
#include "scanner/engine/input_shape.h"
#include "scanner/engine/known_files.h"
#include "scanner/engine/limits.h"

namespace whfb::engine {

namespace {

constexpr std::uint64_t kMaxIntentBytes = std::uint64_t{4} << 20U;
constexpr std::uint64_t kMaxFolderFiles = 20'000;

std::string FolderOf(const std::string& path) {
  const std::string canonical = CanonicalPath(path);
  const std::size_t slash = canonical.rfind('/');
  return slash == std::string::npos ? std::string() : canonical.substr(0, slash);
}

// Nothing when the file is no intent file, or a broken one: its coverage entry says so later.
std::optional<DeclaredEnvironment> ReadIntent(const std::string& path) {
  std::vector<std::byte> bytes;
  if (!ReadWhole(path, kMaxIntentBytes, bytes)) {
    return std::nullopt;
  }
  const auto head = std::span(bytes).first(std::min(bytes.size(), readers::kHeadBytes));
  const readers::ReaderSpec* const reader = readers::Recognise(head, LowerAscii(LastName(path)));
  if (reader == nullptr || reader->kind != "intent") {
    return std::nullopt;
  }
  TextPool pool;
  readers::Records records(pool);
  readers::RecordSink sink{.records = records};
  if (!reader->read({.number = 1, .path = path, .bytes = bytes}, sink)) {
    return std::nullopt;
  }
  DeclaredEnvironment declared{.folder = FolderOf(path)};
  for (const readers::IntentItem& item : records.Of<readers::IntentItem>()) {
    const std::string value = LowerAscii(item.value);
    if (item.path == "forest@name" && declared.forest.empty()) {
      declared.forest = value;
    } else if (item.path == "tenant@id") {
      declared.tenant = value;
    } else if (item.path == "forest/domain-controllers/domain-controller@name") {
      declared.controllers.push_back(value);
    }
  }
  return declared;
}

bool MayBeIntent(std::string_view name) {
  return LowerAscii(name).ends_with(".xml");
}

// `path` lies in `folder` or below it.
bool LiesBelow(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// Declarations of one environment, by the first of them.
std::vector<std::vector<const DeclaredEnvironment*>> Distinct(
    const std::vector<DeclaredEnvironment>& declared) {
  std::vector<std::vector<const DeclaredEnvironment*>> distinct;
  for (const DeclaredEnvironment& one : declared) {
    const auto known = std::ranges::find_if(
        distinct, [&](const auto& several) { return SameEnvironment(*several.front(), one); });
    if (known == distinct.end()) {
      distinct.push_back({&one});
    } else {
      known->push_back(&one);
    }
  }
  return distinct;
}

// How deep the nearest intent file of an environment lies above the input, or inside it; 0: none.
std::size_t Nearness(const BundleInput& input,
                     const std::vector<const DeclaredEnvironment*>& several) {
  const std::string path = input.kind == InputKind::kFolder ? CanonicalPath(input.place.path())
                                                            : FolderOf(input.place.path());
  std::size_t nearest = 0;
  for (const DeclaredEnvironment* const one : several) {
    const bool related = LiesBelow(path, one->folder) || LiesBelow(one->folder, path);
    nearest = std::max(nearest, related ? std::min(one->folder.size(), path.size()) + 1 : 0);
  }
  return nearest;
}

// The one environment that the input lies nearest to; the number of them when it is near none, or
// equally near to several.
std::size_t Nearest(const BundleInput& input,
                    const std::vector<std::vector<const DeclaredEnvironment*>>& distinct) {
  std::size_t best = distinct.size();
  std::size_t nearest = 0;
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    const std::size_t nearness = Nearness(input, distinct[i]);
    if (nearness > nearest) {
      best = i;
      nearest = nearness;
    } else if (nearness == nearest) {
      best = distinct.size();
    }
  }
  return best;
}

bool IsController(const BundleGroup& group, const DeclaredEnvironment& declared) {
  return !group.key.empty() && std::ranges::any_of(declared.controllers, [&](const auto& name) {
    return group.key == name || group.key == name.substr(0, name.find('.'));
  });
}

// Bundles that are called like a declared domain controller become environment evidence.
void MoveControllers(const std::vector<DeclaredEnvironment>& declared, InputIndex& index) {
  std::erase_if(index.groups, [&](BundleGroup& group) {
    const bool controller = std::ranges::any_of(
        declared, [&](const DeclaredEnvironment& one) { return IsController(group, one); });
    if (controller) {
      std::ranges::move(group.bundles, std::back_inserter(index.environment));
    }
    return controller;
  });
}

// A file that a reader knows, and reads without the files beside it: a hive has its logs there.
bool IsReadAlone(const std::string& path, std::string_view file) {
  if (IsHelloKeyFile(file)) {
    return false;
  }
  std::array<std::byte, readers::kHeadBytes> buffer{};
  const Result<std::span<const std::byte>> head = ReadHead(path, buffer);
  const readers::ReaderSpec* const reader =
      head ? readers::Recognise(*head, LowerAscii(LastPart(file))) : nullptr;
  return reader != nullptr && !reader->random_access;
}

// What in the folder has an age of its own: the files whose names tell when they were taken.
std::vector<BundleInput> DatedFiles(const BundleInput& folder) {
  std::vector<BundleInput> dated;
  const Result<FolderListing> listing = ListTree(folder.place.path(), Limits{}.max_files);
  for (const FolderFile& file : listing ? listing->files : std::vector<FolderFile>{}) {
    const TimeInterval collected = ParseBundleName(LastPart(file.path)).collected;
    const std::string path = JoinPath(folder.place.path(), file.path);
    const bool archive = IsArchiveName(file.path);
    if (collected == TimeInterval{} ||
        std::ranges::find(folder.set_aside, file.path) != folder.set_aside.end() ||
        (!archive && !IsReadAlone(path, file.path))) {
      continue;
    }
    const std::string shown = SafeEntryName(file.path).text;
    dated.push_back({.place = {path, folder.is_root ? shown : JoinPath(folder.place.file(), shown)},
                     .kind = archive ? InputKind::kArchive : InputKind::kFile,
                     .collected = collected,
                     .set_aside = {file.path}});
  }
  return dated;
}

// Dated archives and files in folders of evidence become inputs of their own.
void TakeDated(std::vector<BundleInput>& inputs) {
  std::vector<BundleInput> taken;
  for (BundleInput& input : inputs) {
    if (input.kind != InputKind::kFolder) {
      continue;
    }
    for (BundleInput& dated : DatedFiles(input)) {
      input.set_aside.push_back(std::move(dated.set_aside.front()));
      dated.set_aside.clear();
      taken.push_back(std::move(dated));
    }
    std::ranges::sort(input.set_aside);
  }
  std::ranges::move(taken, std::back_inserter(inputs));
}

}  // namespace

Status CheckIntent(const std::string& path) {
  std::vector<std::byte> bytes;
  if (Status read = ReadWhole(path, kMaxIntentBytes, bytes); !read) {
    return read;
  }
  const auto readers = readers::AllReaders();
  const auto intent =
      std::ranges::find(readers, std::string_view("intent"), &readers::ReaderSpec::kind);
  const auto head = std::span(bytes).first(std::min(bytes.size(), readers::kHeadBytes));
  if ((*intent)->recognise(readers::Head(head, LowerAscii(LastName(path)))) == 0) {
    return Error{ErrorCode::kInvalidInput, path,
                 "is no intent file: it has no <intent> element (docs/intent.md shows one)"};
  }
  TextPool pool;
  readers::Records records(pool);
  readers::RecordSink sink{.records = records};
  const Status read = (*intent)->read({.number = 1, .path = path, .bytes = bytes}, sink);
  if (!read) {
    return Error{ErrorCode::kInvalidInput, read.error().where, read.error().message};
  }
  if (!sink.gaps.empty()) {
    return Error{ErrorCode::kInvalidInput, path, sink.gaps.front().message};
  }
  return Ok{};
}

bool SameEnvironment(const DeclaredEnvironment& a, const DeclaredEnvironment& b) {
  const auto differ = [](const std::string& x, const std::string& y) {
    return !x.empty() && !y.empty() && x != y;
  };
  return !differ(a.tenant, b.tenant) && !differ(a.forest, b.forest);
}

std::vector<DeclaredEnvironment> ReadIntents(const std::vector<BundleInput>& inputs) {
  std::vector<DeclaredEnvironment> declared;
  const auto read = [&](const std::string& path) {
    std::optional<DeclaredEnvironment> one = MayBeIntent(path) ? ReadIntent(path) : std::nullopt;
    if (one) {
      declared.push_back(std::move(*one));
    }
  };
  for (const BundleInput& input : inputs) {
    if (input.kind == InputKind::kFile) {
      read(input.place.path());
    } else if (input.kind == InputKind::kFolder) {
      const Result<FolderListing> listing = ListTree(input.place.path(), kMaxFolderFiles);
      for (const FolderFile& file : listing ? listing->files : std::vector<FolderFile>{}) {
        read(JoinPath(input.place.path(), file.path));
      }
    }
  }
  return declared;
}

EnvironmentIndex TakeEnvironments(InputIndex& index) {
  const std::vector<DeclaredEnvironment> declared = ReadIntents(index.environment);
  MoveControllers(declared, index);
  TakeDated(index.environment);
  EnvironmentIndex taken;
  const auto distinct = Distinct(declared);
  if (distinct.size() < 2) {
    taken.environments.push_back(std::move(index.environment));
    index.environment.clear();
    return taken;
  }
  taken.environments.resize(distinct.size());
  for (BundleInput& input : index.environment) {
    const std::size_t nearest = Nearest(input, distinct);
    const bool told = nearest != distinct.size();
    (told ? taken.environments[nearest] : taken.unassigned).push_back(std::move(input));
  }
  index.environment.clear();
  return taken;
}

}  // namespace whfb::engine

#include "scanner/engine/companions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "scanner/core/ascii_text.h"
#include "scanner/engine/byte_sources.h"
#include "scanner/engine/drained.h"
#include "scanner/engine/entry_names.h"

namespace whfb::engine {

namespace {

// What a single file is compressed with; "" first: as it is.
constexpr std::array<std::string_view, 5> kWrappers = {"", ".xz", ".gz", ".bz2", ".zst"};

Error NotFound(std::string_view name) {
  return {.code = ErrorCode::kNotFound, .where = std::string(name), .message = "no such file"};
}

Error TooLarge(std::string_view name, std::string_view message) {
  return {
      .code = ErrorCode::kTooLarge, .where = std::string(name), .message = std::string(message)};
}

Error Refused(std::string_view name, std::string_view reason, WhyUnknown why) {
  const ErrorCode code = why == WhyUnknown::kDenied     ? ErrorCode::kDenied
                         : why == WhyUnknown::kTooLarge ? ErrorCode::kTooLarge
                                                        : ErrorCode::kMalformed;
  return {.code = code, .where = std::string(name), .message = std::string(reason)};
}

std::vector<Found> NothingFound(std::span<const std::string> names) {
  std::vector<Found> found;
  for (const std::string& name : names) {
    found.emplace_back(NotFound(name));
  }
  return found;
}

// The answer that still waits for a file of this name; null when nobody asks for it.
Found* Awaiting(std::string_view file_name,
                std::span<const std::string> names,
                std::vector<Found>& found) {
  const auto name = std::ranges::find(names, LowerAscii(file_name));
  if (name == names.end()) {
    return nullptr;
  }
  Found& answer = found[static_cast<std::size_t>(name - names.begin())];
  return !answer && answer.error().code == ErrorCode::kNotFound ? &answer : nullptr;
}

bool Spend(CompanionBudget& budget, std::uint64_t bytes) {
  const bool fits = bytes <= budget.bytes;
  budget.bytes -= fits ? bytes : 0;
  return fits;
}

Found Drain(ArchiveData& data, std::string_view name, std::uint64_t most, CompanionBudget& budget) {
  Drained drained;
  for (auto piece = data.Next(); !piece || !piece->empty(); piece = data.Next()) {
    if (!piece) {
      return piece.error();
    }
    if (drained.size + piece->size() > most || !Spend(budget, piece->size())) {
      return TooLarge(name, "larger than the limit for companions");
    }
    if (Status status = drained.Add(*piece); !status) {
      return status.error();
    }
  }
  return SourceOf(std::move(drained));
}

// The first file that is there, be it readable or not; null when there is none.
Found* FirstThere(std::span<Found> spellings) {
  const auto there = std::ranges::find_if(spellings, [](const Found& one) {
    const bool readable = one.has_value();
    return readable || one.error().code != ErrorCode::kNotFound;
  });
  return there == spellings.end() ? nullptr : &*there;
}

// Inflated, at most.
std::uint64_t MostOf(const Limits& limits, std::uint64_t compressed) {
  return std::min(limits.max_entry_bytes,
                  std::max(limits.ratio_free_bytes, compressed * limits.max_ratio));
}

// What a file that is compressed by itself holds; anything else as it is.
Found Unwrap(std::unique_ptr<readers::ByteSource> source,
             std::string_view name,
             const Limits& limits,
             CompanionBudget& budget) {
  const auto head = source->Window(0, readers::kHeadBytes);
  if (!head) {
    return head.error();
  }
  if (RecogniseContainer(*head) != Container::kOther) {
    return source;
  }
  Found inside = NotFound(name);
  const Status status =
      ReadArchive(*source, name, limits, [&](const ArchiveEntry& entry, ArchiveData& data) {
        if (entry.bare) {
          inside = Drain(data, name, MostOf(limits, source->size()), budget);
        }
      });
  return status ? std::move(inside) : Found(status.error());
}

}  // namespace

std::string_view FolderOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash + 1);
}

std::vector<Found> FolderNeighbours::Find(std::string_view folder,
                                          std::span<const std::string> names,
                                          CompanionBudget& budget) {
  std::vector<Found> found = NothingFound(names);
  const auto path_of = [](const FolderFile& file) { return std::string_view(file.path); };
  auto file = std::ranges::lower_bound(files_, folder, {}, path_of);
  for (; file != files_.end() && file->path.starts_with(folder); ++file) {
    const std::string_view name = std::string_view(file->path).substr(folder.size());
    Found* const answer = name.find('/') == std::string_view::npos
                              ? Awaiting(SafeEntryName(name).text, names, found)
                              : nullptr;
    if (answer == nullptr) {
      continue;
    }
    *answer = Spend(budget, file->size) ? OpenFile(JoinPath(root_, file->path))
                                        : TooLarge(name, "larger than the limit for companions");
  }
  return found;
}

std::vector<Found> ZipNeighbours::Find(std::string_view folder,
                                       std::span<const std::string> names,
                                       CompanionBudget& budget) {
  std::vector<Found> found = NothingFound(names);
  for (const ZipEntry& entry : archive_->entries()) {
    Found* const answer =
        FolderOf(entry.name) == folder ? Awaiting(LastPart(entry.name), names, found) : nullptr;
    if (answer == nullptr) {
      continue;
    }
    if (!entry.refused.empty()) {
      *answer = Refused(entry.name, entry.refused, entry.why);
    } else if (!Spend(budget, entry.size)) {
      *answer = TooLarge(entry.name, "larger than the limit for companions");
    } else {
      Found stream = archive_->Stream(entry);
      Result<Drained> drained = stream ? DrainAll(**stream) : Result<Drained>(stream.error());
      *answer = drained ? Found(SourceOf(*std::move(drained))) : Found(drained.error());
    }
  }
  return found;
}

std::vector<Found> ForwardNeighbours::Find(std::string_view folder,
                                           std::span<const std::string> names,
                                           CompanionBudget& budget) {
  std::vector<Found> found = NothingFound(names);
  if (budget.passes == 0) {
    for (Found& answer : found) {
      answer = TooLarge(names.front(), "the container was read too often for companions");
    }
    return found;
  }
  --budget.passes;
  // Damage behind what was found concerns nobody here; the walk itself reports it.
  (void)ReadArchive(*source_, "", limits_, [&](const ArchiveEntry& entry, ArchiveData& data) {
    Found* const answer =
        FolderOf(entry.name) == folder ? Awaiting(LastPart(entry.name), names, found) : nullptr;
    if (answer == nullptr) {
      return;
    }
    *answer = entry.refused.empty()
                  ? Drain(data, entry.name, MostOf(limits_, source_->size()), budget)
                  : Refused(entry.name, entry.refused, entry.why);
  });
  return found;
}

std::vector<Found> ItemCompanions::Look(std::span<const std::string> names) {
  std::vector<Found> found;
  if (budget_->finds == 0) {
    for (const std::string& name : names) {
      found.emplace_back(TooLarge(name, "too many items of the bundle ask for companions"));
    }
    return found;
  }
  --budget_->finds;
  return place_.neighbours->Find(place_.folder, names, *budget_);
}

std::vector<Found> ItemCompanions::Open(std::span<const std::string_view> names) {
  std::vector<std::string> wanted;
  for (const std::string_view name : names) {
    for (const std::string_view wrapper : kWrappers) {
      wanted.push_back(LowerAscii(name) + std::string(wrapper));
    }
  }
  std::vector<Found> all = Look(wanted);
  std::vector<Found> found;
  for (std::size_t i = 0; i < names.size(); ++i) {
    Found* const there = FirstThere(std::span(all).subspan(i * kWrappers.size(), kWrappers.size()));
    if (there == nullptr) {
      found.emplace_back(NotFound(names[i]));
    } else {
      found.push_back(*there ? Unwrap(*std::move(*there), names[i], limits_, *budget_)
                             : std::move(*there));
    }
  }
  return found;
}

}  // namespace whfb::engine

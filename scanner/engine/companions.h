// What lies beside an item of a bundle: implements readers::Companions over folders, ZIP archives
// and containers that are only read forwards.
//
// A Neighbours is one container (or folder tree); an ItemPlace is where in it an item lies. Whoever
// walks a container makes its Neighbours, which live as long as the walk inside. A companion is
// never opened as a path: names are compared with what the container lists.

#ifndef WHFB_SCANNER_ENGINE_COMPANIONS_H_
#define WHFB_SCANNER_ENGINE_COMPANIONS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/readers/reader.h"
#include "scanner/core/result.h"
#include "scanner/engine/archive_reader.h"
#include "scanner/engine/file_access.h"
#include "scanner/engine/limits.h"
#include "scanner/engine/zip_archive.h"

namespace whfb::engine {

// How much the companions of one bundle may still cost.
struct CompanionBudget {
  std::uint64_t bytes = 0;   // inflated
  std::uint32_t finds = 0;   // how often it may be looked for any
  std::uint32_t passes = 0;  // over containers that are only read forwards
};

using Found = Result<std::unique_ptr<readers::ByteSource>>;

class Neighbours {
 public:
  Neighbours() = default;
  Neighbours(const Neighbours&) = delete;
  Neighbours& operator=(const Neighbours&) = delete;
  Neighbours(Neighbours&&) = delete;
  Neighbours& operator=(Neighbours&&) = delete;
  virtual ~Neighbours() = default;

  // One answer a name (in lower case): the file whose path is `folder` and then, whatever its case,
  // the name. Sources allow any offset.
  [[nodiscard]] virtual std::vector<Found> Find(std::string_view folder,
                                                std::span<const std::string> names,
                                                CompanionBudget& budget) = 0;
};

// Where an item lies. Null neighbours: it stands alone.
struct ItemPlace {
  Neighbours* neighbours = nullptr;
  std::string_view folder{};  // with its last '/'; empty at the top
};

// The folder part of a path in a container, with its '/'.
[[nodiscard]] std::string_view FolderOf(std::string_view path);

class FolderNeighbours final : public Neighbours {
 public:
  // `files` are those of ListTree(root), by path bytes, and outlive this.
  FolderNeighbours(std::string root, std::span<const FolderFile> files)
      : root_(std::move(root)), files_(files) {}

  [[nodiscard]] std::vector<Found> Find(std::string_view folder,
                                        std::span<const std::string> names,
                                        CompanionBudget& budget) override;

 private:
  std::string root_;
  std::span<const FolderFile> files_;
};

class ZipNeighbours final : public Neighbours {
 public:
  // Must outlive this.
  explicit ZipNeighbours(ZipArchive& archive) : archive_(&archive) {}

  [[nodiscard]] std::vector<Found> Find(std::string_view folder,
                                        std::span<const std::string> names,
                                        CompanionBudget& budget) override;

 private:
  ZipArchive* archive_;
};

// Reads the container once more from its start.
class ForwardNeighbours final : public Neighbours {
 public:
  // `source` allows any offset. Both outlive this.
  ForwardNeighbours(readers::ByteSource& source, const Limits& limits)
      : source_(&source), limits_(limits) {}

  [[nodiscard]] std::vector<Found> Find(std::string_view folder,
                                        std::span<const std::string> names,
                                        CompanionBudget& budget) override;

 private:
  readers::ByteSource* source_;
  Limits limits_;
};

// The companions of one item, as its reader asks for them.
class ItemCompanions final : public readers::Companions {
 public:
  // All must outlive this.
  ItemCompanions(const ItemPlace& place, const Limits& limits, CompanionBudget& budget)
      : place_(place), limits_(limits), budget_(&budget) {}

  [[nodiscard]] std::vector<Found> Open(std::span<const std::string_view> names) override;

 private:
  [[nodiscard]] std::vector<Found> Look(std::span<const std::string> names);

  ItemPlace place_;
  Limits limits_;
  CompanionBudget* budget_;
};

}  // namespace whfb::engine

#endif  // WHFB_SCANNER_ENGINE_COMPANIONS_H_

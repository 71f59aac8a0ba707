// Values of a hive: their cells, and their data in one cell, in the value itself, or in pieces.

#include <algorithm>
#include <array>

#include "collectors/readers/hive_tree.h"
#include "collectors/readers/little_endian.h"

namespace whfb::readers {

namespace {

constexpr std::uint32_t kValueBytes = 20;  // before the name
constexpr std::uint32_t kResident = 0x80000000;
constexpr std::uint32_t kPieceBytes = 16'344;  // of big data; larger data is in pieces
constexpr std::uint32_t kBigDataMinor = 4;     // first version with big data
constexpr std::uint16_t kNarrowName = 1;

}  // namespace

void HiveTree::TakeValues(const HiveKey& key, std::vector<std::uint32_t>& cells) {
  if (key.values == 0 && key.value_list != kNoCell) {
    damage_.Add(key.cell, "says that it has no values, and has a list of them");
  }
  if (key.values == 0 || !Take(key.value_list)) {
    return;
  }
  const HiveCell list = GoodCell(key.value_list);
  if (!list.ok()) {
    return;
  }
  std::uint32_t count = key.values;
  if (count > list.size / 4) {
    damage_.Add(key.value_list, "lists fewer values than its key says", WhyUnknown::kTruncated);
    count = list.size / 4;
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    std::array<std::byte, 4> bytes{};
    if (!image_.Read(list.data + i * 4, bytes)) {
      damage_.Add(key.value_list, "is not there whole", WhyUnknown::kTruncated);
      return;
    }
    if (!Spend(key.value_list, bytes.size())) {
      return;
    }
    const auto cell = LoadAt<std::uint32_t>(bytes, 0);
    if (Take(cell)) {
      cells.push_back(cell);
    }
  }
}

std::optional<HiveValue> HiveTree::Value(std::uint32_t cell) {
  const HiveCell found = GoodCell(cell);
  if (!found.ok()) {
    return std::nullopt;
  }
  std::array<std::byte, kValueBytes> scratch;
  const std::byte* const bytes =
      found.size < kValueBytes ? nullptr : image_.View(found.data, kValueBytes, scratch);
  if (bytes == nullptr || !HasSignature(bytes, "vk")) {
    damage_.Add(cell, "is no value");
    return std::nullopt;
  }
  const auto size = LoadFrom<std::uint32_t>(bytes + 4);
  std::optional<HiveValue> value(std::in_place);
  value->cell = cell;
  value->type = LoadFrom<std::uint32_t>(bytes + 12);
  value->size = size & ~kResident;
  value->resident = (size & kResident) != 0;
  value->data = LoadFrom<std::uint32_t>(bytes + 8);
  value->name = {.at = found.data + kValueBytes,
                 .bytes = LoadFrom<std::uint16_t>(bytes + 2),
                 .wide = (LoadFrom<std::uint16_t>(bytes + 16) & kNarrowName) == 0};
  if (!HasRoom(found, kValueBytes, value->name.bytes)) {
    value.reset();
  }
  return value;
}

// Calls use(place, size) for each stretch of the data in turn. False, and damage told, when it
// cannot be had whole.
template <typename Use>
bool HiveTree::DataCells(const HiveValue& value, Use use) {
  if (value.resident) {
    if (value.size > 4) {
      damage_.Add(value.cell, "says that more than four bytes are four bytes");
    }
    return value.size <= 4;
  }
  if (value.size == 0) {
    return true;
  }
  const HiveCell cell = GoodCell(value.data);
  if (!cell.ok() || !Take(value.data)) {
    return false;
  }
  std::array<std::byte, 8> head{};
  const bool big = value.size > kPieceBytes && minor_ >= kBigDataMinor &&
                   cell.size >= head.size() && image_.Read(cell.data, head) &&
                   HasSignature(head.data(), "db");
  if (big) {
    return BigDataCells(value, cell, use);
  }
  if (value.size > cell.size) {
    damage_.Add(value.cell, "has data that is longer than its cell", WhyUnknown::kTruncated);
    return false;
  }
  return Spend(value.data, value.size) && use(cell.data, value.size);
}

template <typename Use>
bool HiveTree::BigDataCells(const HiveValue& value, const HiveCell& record, Use use) {
  std::array<std::byte, 8> head{};
  (void)image_.Read(record.data, head);
  const std::uint32_t pieces = LoadAt<std::uint16_t>(head, 2);
  const auto list_cell = LoadAt<std::uint32_t>(head, 4);
  const HiveCell list = GoodCell(list_cell);
  std::uint32_t left = value.size;
  for (std::uint32_t i = 0; list.ok() && left > 0; ++i) {
    std::array<std::byte, 4> bytes{};
    if (i >= pieces || (i + 1) * 4 > list.size || !image_.Read(list.data + i * 4, bytes)) {
      damage_.Add(record.offset, "has fewer pieces than the data needs", WhyUnknown::kTruncated);
      return false;
    }
    const auto piece_cell = LoadAt<std::uint32_t>(bytes, 0);
    const HiveCell piece = GoodCell(piece_cell);
    const std::uint32_t length = std::min(left, kPieceBytes);
    if (piece.ok() && piece.size < length) {
      damage_.Add(piece_cell, "is shorter than a piece of data", WhyUnknown::kTruncated);
    }
    if (!piece.ok() || piece.size < length || !Take(piece_cell) || !Spend(piece_cell, length) ||
        !use(piece.data, length)) {
      return false;
    }
    left -= length;
  }
  return list.ok() && Take(list_cell);
}

HiveData HiveTree::TakeData(const HiveValue& value) {
  HiveData data;
  if (!value.resident && value.size > kMaxValueBytes) {
    damage_.Add(value.cell, "has more than 1 MiB of data", WhyUnknown::kTooLarge);
    data.whole = false;
    return data;
  }
  data.whole = DataCells(value, [&](std::uint32_t at, std::uint32_t size) {
    const std::size_t before = data.bytes.size();
    data.bytes.resize(before + size);
    return image_.Read(at, std::span(data.bytes).subspan(before));
  });
  if (value.resident && data.whole) {
    for (std::uint32_t i = 0; i < value.size; ++i) {
      data.bytes.push_back(static_cast<std::byte>(value.data >> (8 * i)));
    }
  }
  return data;
}

void HiveTree::CheckData(const HiveValue& value) {
  (void)DataCells(value, [](std::uint32_t, std::uint32_t) { return true; });
}

std::vector<std::byte> HiveTree::Content(std::uint32_t cell, std::size_t most) {
  const HiveCell found = GoodCell(cell);
  std::vector<std::byte> bytes(found.ok() ? std::min<std::size_t>(found.size, most) : 0);
  if (!image_.Read(found.data, bytes)) {
    bytes.clear();
  }
  return bytes;
}

}  // namespace whfb::readers

#include "samples/hive_writer.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "samples/evtx_bytes.h"
#include "samples/hive_bytes.h"

namespace whfb::samples {

namespace {

constexpr std::size_t kBinHead = 32;
constexpr std::size_t kBigPiece = 16'344;
constexpr std::uint32_t kNone = 0xffffffff;

class HiveBuilder {
 public:
  explicit HiveBuilder(const HiveSample& sample) : sample_(sample), hive_(kHiveHeader) {}

  Buffer Write() {
    security_ = kNone;
    const std::uint32_t root = Reserve(KeySize(sample_.root));
    security_ = WriteSecurity();
    WriteKey(sample_.root, root, root, true);
    PutAt(hive_, kHiveHeader + security_ + 4 + 12, keys_);
    EndBin();
    WriteHeader(root);
    SealHive(hive_);
    return std::move(hive_);
  }

 private:
  [[nodiscard]] std::uint32_t End() const {
    return static_cast<std::uint32_t>(hive_.size() - kHiveHeader);
  }

  // What is left of the bin in hand becomes one free cell.
  void EndBin() {
    if (free_ > 0) {
      PutAt(hive_, kHiveHeader + next_, static_cast<std::int32_t>(free_));
    }
    free_ = 0;
  }

  void NewBin(std::size_t room) {
    EndBin();
    const std::size_t size = (kBinHead + room + kHivePage - 1) / kHivePage * kHivePage;
    const std::uint32_t at = End();
    hive_.resize(hive_.size() + size);
    std::memcpy(hive_.data() + kHiveHeader + at, "hbin", 4);
    PutAt(hive_, kHiveHeader + at + 4, at);
    PutAt(hive_, kHiveHeader + at + 8, static_cast<std::uint32_t>(size));
    if (at == 0) {
      PutAt(hive_, kHiveHeader + 20, sample_.last_written);
    }
    next_ = at + static_cast<std::uint32_t>(kBinHead);
    free_ = size - kBinHead;
  }

  // An allocated cell for `size` bytes of content.
  std::uint32_t Reserve(std::size_t size) {
    const std::size_t whole = (size + 4 + 7) / 8 * 8;
    if (whole > free_) {
      NewBin(whole);
    }
    const std::uint32_t cell = next_;
    PutAt(hive_, kHiveHeader + cell, -static_cast<std::int32_t>(whole));
    next_ += static_cast<std::uint32_t>(whole);
    free_ -= whole;
    return cell;
  }

  void Fill(std::uint32_t cell, const Buffer& content) {
    std::ranges::copy(content, hive_.begin() + static_cast<std::ptrdiff_t>(kHiveHeader + cell + 4));
  }

  std::uint32_t Add(const Buffer& content) {
    const std::uint32_t cell = Reserve(content.size());
    Fill(cell, content);
    return cell;
  }

  static std::size_t KeySize(const HiveSampleKey& key) { return 76 + NameOf(key.name).size(); }

  static Buffer NameOf(std::string_view name) {
    std::optional<Buffer> narrow = Latin1(name);
    return narrow ? *std::move(narrow) : HiveText(name);
  }

  std::uint32_t WriteSecurity() {
    const Buffer descriptor = HiveDescriptor(sample_.user_sid);
    Buffer content;
    AppendText(content, "sk");
    Append(content, std::uint16_t{0});
    content.resize(16);  // links and the count of keys
    Append(content, static_cast<std::uint32_t>(descriptor.size()));
    content.insert(content.end(), descriptor.begin(), descriptor.end());
    const std::uint32_t cell = Add(content);
    PutAt(hive_, kHiveHeader + cell + 4 + 4, cell);
    PutAt(hive_, kHiveHeader + cell + 4 + 8, cell);
    return cell;
  }

  void WriteKey(const HiveSampleKey& key, std::uint32_t cell, std::uint32_t parent, bool root) {
    ++keys_;
    const Buffer name = NameOf(key.name);
    const bool narrow = Latin1(key.name).has_value();
    Buffer content;
    AppendText(content, "nk");
    Append(content, static_cast<std::uint16_t>((narrow ? 0x20 : 0) | (root ? 0x0c : 0)));
    Append(content, key.last_written);
    Append(content, std::uint32_t{0});
    Append(content, parent);
    Append(content, static_cast<std::uint32_t>(key.keys.size()));
    Append(content, std::uint32_t{0});
    Append(content, WriteSubkeys(key, cell));
    Append(content, kNone);
    Append(content, static_cast<std::uint32_t>(key.values.size()));
    Append(content, WriteValues(key));
    Append(content, security_);
    Append(content, kNone);
    content.resize(72);
    Append(content, static_cast<std::uint16_t>(name.size()));
    Append(content, std::uint16_t{0});
    content.insert(content.end(), name.begin(), name.end());
    Fill(cell, content);
  }

  std::uint32_t WriteSubkeys(const HiveSampleKey& key, std::uint32_t parent) {
    if (key.keys.empty()) {
      return kNone;
    }
    std::vector<const HiveSampleKey*> sorted;
    for (const HiveSampleKey& one : key.keys) {
      sorted.push_back(&one);
    }
    std::ranges::stable_sort(sorted, {},
                             [](const HiveSampleKey* one) { return UpperText(one->name); });
    std::vector<std::uint32_t> lists;
    for (std::size_t first = 0; first < sorted.size(); first += sample_.most_in_list) {
      const std::size_t count = std::min(sample_.most_in_list, sorted.size() - first);
      lists.push_back(WriteList(std::span(sorted).subspan(first, count), parent));
    }
    if (lists.size() == 1) {
      return lists.front();
    }
    Buffer content;
    AppendText(content, "ri");
    Append(content, static_cast<std::uint16_t>(lists.size()));
    for (const std::uint32_t list : lists) {
      Append(content, list);
    }
    return Add(content);
  }

  std::uint32_t WriteList(std::span<const HiveSampleKey* const> keys, std::uint32_t parent) {
    Buffer content;
    AppendText(content, sample_.lists == HiveListStyle::kHash   ? "lh"
                        : sample_.lists == HiveListStyle::kHint ? "lf"
                                                                : "li");
    Append(content, static_cast<std::uint16_t>(keys.size()));
    for (const HiveSampleKey* const key : keys) {
      const std::uint32_t cell = Reserve(KeySize(*key));
      WriteKey(*key, cell, parent, false);
      Append(content, cell);
      if (sample_.lists == HiveListStyle::kHash) {
        Append(content, HiveNameHash(key->name));
      } else if (sample_.lists == HiveListStyle::kHint) {
        Buffer hint = Latin1(key->name).value_or(Buffer());
        hint.resize(4);
        content.insert(content.end(), hint.begin(), hint.end());
      }
    }
    return Add(content);
  }

  std::uint32_t WriteValues(const HiveSampleKey& key) {
    if (key.values.empty()) {
      return kNone;
    }
    Buffer list;
    for (const HiveSampleValue& value : key.values) {
      Append(list, WriteValue(value));
    }
    return Add(list);
  }

  std::uint32_t WriteValue(const HiveSampleValue& value) {
    const Buffer name = NameOf(value.name);
    const auto size = static_cast<std::uint32_t>(value.data.size());
    Buffer content;
    AppendText(content, "vk");
    Append(content, static_cast<std::uint16_t>(name.size()));
    Append(content, size <= 4 ? size | 0x80000000U : size);
    Append(content, WriteData(value.data));
    Append(content, value.type);
    Append(content, static_cast<std::uint16_t>(Latin1(value.name) ? 1 : 0));
    Append(content, std::uint16_t{0});
    content.insert(content.end(), name.begin(), name.end());
    return Add(content);
  }

  // The data itself when it is small, else its cell.
  std::uint32_t WriteData(const Buffer& data) {
    if (data.size() <= 4) {
      std::uint32_t number = 0;
      for (std::size_t i = 0; i < data.size(); ++i) {
        number |= std::to_integer<std::uint32_t>(data[i]) << (8 * i);
      }
      return number;
    }
    if (data.size() <= kBigPiece || sample_.minor < 4) {
      return Add(data);
    }
    Buffer list;
    for (std::size_t at = 0; at < data.size(); at += kBigPiece) {
      const auto first = data.begin() + static_cast<std::ptrdiff_t>(at);
      const auto length = static_cast<std::ptrdiff_t>(std::min(kBigPiece, data.size() - at));
      Append(list, Add(Buffer(first, first + length)));
    }
    Buffer content;
    AppendText(content, "db");
    Append(content, static_cast<std::uint16_t>(list.size() / 4));
    Append(content, Add(list));
    return Add(content);
  }

  void WriteHeader(std::uint32_t root) {
    std::memcpy(hive_.data(), "regf", 4);
    PutAt(hive_, 4, sample_.sequence);
    PutAt(hive_, 8, sample_.sequence);
    PutAt(hive_, 12, sample_.last_written);
    PutAt(hive_, 20, std::uint32_t{1});
    PutAt(hive_, 24, sample_.minor);
    PutAt(hive_, 32, std::uint32_t{1});
    PutAt(hive_, 36, root);
    PutAt(hive_, 40, End());
    PutAt(hive_, 44, std::uint32_t{1});
    // The end of a long path, as Windows does.
    constexpr std::size_t kMostName = 62;
    const Buffer path = HiveText(sample_.file_name);
    const Buffer name(path.end() - static_cast<std::ptrdiff_t>(std::min(path.size(), kMostName)),
                      path.end());
    std::ranges::copy(name, hive_.begin() + 48);
  }

  const HiveSample& sample_;
  Buffer hive_;
  std::uint32_t next_ = 0;
  std::size_t free_ = 0;
  std::uint32_t security_ = 0;
  std::uint32_t keys_ = 0;
};

}  // namespace

HiveSampleKey& HiveSampleKey::At(std::string_view path) {
  if (path.empty()) {
    return *this;
  }
  const std::size_t end = std::min(path.find('\\'), path.size());
  const std::string_view first = path.substr(0, end);
  auto found = std::ranges::find(keys, first, &HiveSampleKey::name);
  if (found == keys.end()) {
    keys.push_back({.name = std::string(first)});
    found = keys.end() - 1;
  }
  return found->At(path.substr(std::min(path.size(), end + 1)));
}

HiveSampleKey& HiveSampleKey::Number(std::string_view value, std::uint32_t number) {
  Buffer data;
  Append(data, number);
  values.push_back({.name = std::string(value), .type = 4, .data = std::move(data)});
  return *this;
}

HiveSampleKey& HiveSampleKey::Text(std::string_view value, std::string_view text) {
  Buffer data = HiveText(text);
  data.resize(data.size() + 2);
  values.push_back({.name = std::string(value), .type = 1, .data = std::move(data)});
  return *this;
}

HiveSampleKey& HiveSampleKey::Bytes(std::string_view value, std::span<const std::byte> data) {
  values.push_back({.name = std::string(value), .type = 3, .data = {data.begin(), data.end()}});
  return *this;
}

std::vector<std::byte> HiveText(std::string_view utf8) {
  Buffer units;
  for (const char16_t unit : Utf16(utf8)) {
    Append(units, static_cast<std::uint16_t>(unit));
  }
  return units;
}

std::vector<std::byte> WriteHive(const HiveSample& sample) {
  return HiveBuilder(sample).Write();
}

}  // namespace whfb::samples

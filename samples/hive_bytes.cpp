#include "samples/hive_bytes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "samples/hive_writer.h"

namespace whfb::samples {

namespace {

// The next character of UTF-8 that is taken to be right.
std::uint32_t NextPoint(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  static constexpr std::array<std::uint32_t, 5> kMasks = {0, 0x7f, 0x1f, 0x0f, 0x07};
  std::uint32_t point = first & kMasks.at(length);
  for (std::size_t i = 1; i < length && i < text.size(); ++i) {
    point = point << 6U | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  text.remove_prefix(std::min(length, text.size()));
  return point;
}

char Upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

Buffer SidBytes(std::string_view text) {
  std::vector<std::uint64_t> numbers;
  while (!text.empty()) {
    text.remove_prefix(std::min(text.size(), text.find_first_of("0123456789")));
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    numbers.push_back(number);
  }
  Buffer sid = {std::byte{1}, static_cast<std::byte>(numbers.size() - 2)};
  for (int shift = 40; shift >= 0; shift -= 8) {
    sid.push_back(static_cast<std::byte>(numbers[1] >> shift));
  }
  for (std::size_t i = 2; i < numbers.size(); ++i) {
    Append(sid, static_cast<std::uint32_t>(numbers[i]));
  }
  return sid;
}

}  // namespace

void AppendText(Buffer& to, std::string_view text) {
  for (const char letter : text) {
    to.push_back(static_cast<std::byte>(letter));
  }
}

std::optional<Buffer> Latin1(std::string_view utf8) {
  Buffer bytes;
  while (!utf8.empty()) {
    const std::uint32_t point = NextPoint(utf8);
    if (point > 0xff) {
      return std::nullopt;
    }
    bytes.push_back(static_cast<std::byte>(point));
  }
  return bytes;
}

std::string UpperText(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(), Upper);
  return upper;
}

// Of the UTF-16 units in upper case; only ASCII letters are made upper here.
std::uint32_t HiveNameHash(std::string_view name) {
  const Buffer units = HiveText(UpperText(name));
  std::uint32_t hash = 0;
  for (std::size_t i = 0; i < units.size(); i += 2) {
    hash = hash * 37 + std::to_integer<std::uint32_t>(units[i]) +
           (std::to_integer<std::uint32_t>(units[i + 1]) << 8U);
  }
  return hash;
}

// Self-relative: the list of who may do everything, then owner and group.
Buffer HiveDescriptor(const std::string& user_sid) {
  constexpr std::uint32_t kAll = 0xf003f;
  std::vector<std::string> who = {"S-1-5-18", "S-1-5-32-544"};
  if (!user_sid.empty()) {
    who.insert(who.begin(), user_sid);
  }
  Buffer list = {std::byte{2}, std::byte{0}};
  Append(list, std::uint16_t{0});
  Append(list, static_cast<std::uint16_t>(who.size()));
  Append(list, std::uint16_t{0});
  for (const std::string& one : who) {
    const Buffer sid = SidBytes(one);
    Append(list, std::uint16_t{0x0300});  // allowed, for keys below too
    Append(list, static_cast<std::uint16_t>(8 + sid.size()));
    Append(list, kAll);
    list.insert(list.end(), sid.begin(), sid.end());
  }
  PutAt(list, 2, static_cast<std::uint16_t>(list.size()));
  const Buffer owner = SidBytes("S-1-5-18");
  Buffer all = {std::byte{1}, std::byte{0}, std::byte{0x04}, std::byte{0x80}};
  const auto owner_at = static_cast<std::uint32_t>(20 + list.size());
  Append(all, owner_at);
  Append(all, static_cast<std::uint32_t>(owner_at + owner.size()));
  Append(all, std::uint32_t{0});
  Append(all, std::uint32_t{20});
  all.insert(all.end(), list.begin(), list.end());
  all.insert(all.end(), owner.begin(), owner.end());
  all.insert(all.end(), owner.begin(), owner.end());
  return all;
}

}  // namespace whfb::samples

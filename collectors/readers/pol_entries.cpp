#include "collectors/readers/pol_entries.h"

#include <algorithm>

#include "collectors/readers/reg_value.h"

namespace whfb::readers {

namespace {

// A value name has at most 16,383 characters, a path less than twice that.
constexpr std::size_t kMaxUnits = 32767;

char16_t UnitAt(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<char16_t>(std::to_integer<unsigned>(bytes[at]) |
                               std::to_integer<unsigned>(bytes[at + 1]) << 8U);
}

}  // namespace

bool PolEntries::Damage(WhyUnknown why, std::string_view what) {
  why_ = why;
  damage_ = what;
  at_ = file_.size();
  return false;
}

bool PolEntries::TakeUnit(char16_t unit, std::string_view missing) {
  if (file_.size() - at_ < 2) {
    return Damage(WhyUnknown::kTruncated, "the file ends inside an entry");
  }
  if (UnitAt(file_, at_) != unit) {
    return Damage(WhyUnknown::kMalformed, missing);
  }
  at_ += 2;
  return true;
}

// Up to and with its NUL.
bool PolEntries::TakeText(std::string& text, std::string_view too_long) {
  const std::size_t first = at_;
  while (file_.size() - at_ >= 2 && UnitAt(file_, at_) != 0) {
    at_ += 2;
    if ((at_ - first) / 2 > kMaxUnits) {
      return Damage(WhyUnknown::kTooLarge, too_long);
    }
  }
  if (file_.size() - at_ < 2) {
    return Damage(WhyUnknown::kTruncated, "the file ends inside an entry");
  }
  text = TextOfUtf16(file_.subspan(first, at_ - first));
  at_ += 2;
  return true;
}

bool PolEntries::TakeNumber(std::uint32_t& number) {
  if (file_.size() - at_ < 4) {
    return Damage(WhyUnknown::kTruncated, "the file ends inside an entry");
  }
  number = UnitAt(file_, at_) | static_cast<std::uint32_t>(UnitAt(file_, at_ + 2)) << 16U;
  at_ += 4;
  return true;
}

bool PolEntries::TakeData(std::uint32_t size, std::span<const std::byte>& data) {
  if (file_.size() - at_ < size) {
    return Damage(WhyUnknown::kTruncated, "the data is longer than what is left of the file");
  }
  data = file_.subspan(at_, size);
  at_ += size;
  return true;
}

bool PolEntries::Next(PolEntry& entry) {
  if (at_ >= file_.size()) {
    return false;
  }
  start_ = at_;
  entry.offset = start_;
  std::uint32_t size = 0;
  return TakeUnit(u'[', "no '[' where an entry should begin") &&
         TakeText(entry.key, "a key of more than 32767 characters") &&
         TakeUnit(u';', "no ';' after the key") &&
         TakeText(entry.name, "a value name of more than 32767 characters") &&
         TakeUnit(u';', "no ';' after the value name") && TakeNumber(entry.type) &&
         TakeUnit(u';', "no ';' after the type") && TakeNumber(size) &&
         TakeUnit(u';', "no ';' after the size") && TakeData(size, entry.data) &&
         TakeUnit(u']', "no ']' where the size says that the data ends");
}

}  // namespace whfb::readers

#include <algorithm>
#include <cstring>
#include <utility>

#include "collectors/readers/marvin32.h"
#include "samples/hive_bytes.h"
#include "samples/hive_writer.h"

namespace whfb::samples {

namespace {

constexpr std::uint64_t kSeed = 0x82ef4d887a4e55c5;
constexpr std::size_t kChecksumAt = 508;

std::uint64_t Hash(std::span<const std::byte> data) {
  readers::Marvin32 hash(kSeed);
  hash.Update(data);
  return hash.Finish();
}

// The units (pages or sectors of the bins) that `before` lacks or has otherwise.
std::vector<std::size_t> Changed(std::span<const std::byte> before,
                                 std::span<const std::byte> after,
                                 std::size_t unit) {
  std::vector<std::size_t> changed;
  for (std::size_t at = kHiveHeader; at + unit <= after.size(); at += unit) {
    const std::span<const std::byte> now = after.subspan(at, unit);
    if (at + unit > before.size() || !std::ranges::equal(now, before.subspan(at, unit))) {
      changed.push_back(at - kHiveHeader);
    }
  }
  return changed;
}

// The first sector of a log: that of the hive, of another type.
Buffer LogHeader(std::span<const std::byte> hive, std::uint32_t type, std::uint32_t sequence) {
  Buffer log(hive.begin(), hive.begin() + static_cast<std::ptrdiff_t>(kHiveSector));
  PutAt(log, 4, sequence);
  PutAt(log, 8, sequence);
  PutAt(log, 28, type);
  SealHive(log);
  return log;
}

void RoundUp(Buffer& bytes) {
  bytes.resize((bytes.size() + kHiveSector - 1) / kHiveSector * kHiveSector);
}

Buffer EntryOf(const HiveLogEntry& entry) {
  const std::vector<std::size_t> pages = Changed(entry.before, entry.after, kHivePage);
  Buffer body;
  for (const std::size_t page : pages) {
    Append(body, static_cast<std::uint32_t>(page));
    Append(body, static_cast<std::uint32_t>(kHivePage));
  }
  for (const std::size_t page : pages) {
    const auto bytes = entry.after.subspan(kHiveHeader + page, kHivePage);
    body.insert(body.end(), bytes.begin(), bytes.end());
  }
  Buffer whole;
  AppendText(whole, "HvLE");
  Append(whole, std::uint32_t{0});
  Append(whole, std::uint32_t{0});
  Append(whole, entry.sequence);
  Append(whole, static_cast<std::uint32_t>(entry.after.size() - kHiveHeader));
  Append(whole, static_cast<std::uint32_t>(pages.size()));
  whole.resize(40);
  whole.insert(whole.end(), body.begin(), body.end());
  RoundUp(whole);
  PutAt(whole, 4, static_cast<std::uint32_t>(whole.size()));
  PutAt(whole, 24, Hash(std::span(whole).subspan(40)));
  PutAt(whole, 32, Hash(std::span(whole).first(32)));
  return whole;
}

}  // namespace

void SealHive(std::vector<std::byte>& hive) {
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < kChecksumAt; at += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, hive.data() + at, sizeof word);
    sum ^= word;
  }
  sum = sum == 0 ? 1 : sum;
  PutAt(hive, kChecksumAt, sum == 0xffffffff ? 0xfffffffe : sum);
}

void SetHiveSequence(std::vector<std::byte>& hive, std::uint32_t primary, std::uint32_t secondary) {
  PutAt(hive, 4, primary);
  PutAt(hive, 8, secondary);
  SealHive(hive);
}

std::vector<std::byte> WriteHiveLog(std::span<const HiveLogEntry> entries) {
  constexpr std::uint32_t kNewLog = 6;
  Buffer log = LogHeader(entries.front().after, kNewLog, entries.front().sequence);
  for (const HiveLogEntry& entry : entries) {
    const Buffer bytes = EntryOf(entry);
    log.insert(log.end(), bytes.begin(), bytes.end());
  }
  return log;
}

std::vector<std::byte> WriteOldHiveLog(std::span<const std::byte> before,
                                       std::span<const std::byte> after) {
  constexpr std::uint32_t kOldLog = 1;
  std::uint32_t sequence = 0;
  std::memcpy(&sequence, before.data() + 4, sizeof sequence);
  Buffer log = LogHeader(after, kOldLog, sequence);
  std::memcpy(log.data() + 12, before.data() + 12, 8);  // for this very state of the hive
  SealHive(log);
  AppendText(log, "DIRT");
  Buffer bitmap(((after.size() - kHiveHeader) / kHiveSector + 7) / 8);
  const std::vector<std::size_t> sectors = Changed(before, after, kHiveSector);
  for (const std::size_t at : sectors) {
    const std::size_t number = at / kHiveSector;
    bitmap[number / 8] |= std::byte{1} << number % 8;
  }
  log.insert(log.end(), bitmap.begin(), bitmap.end());
  RoundUp(log);
  for (const std::size_t at : sectors) {
    const auto bytes = after.subspan(kHiveHeader + at, kHiveSector);
    log.insert(log.end(), bytes.begin(), bytes.end());
  }
  return log;
}

}  // namespace whfb::samples

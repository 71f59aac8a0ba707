// Names of BinXml elements and attributes: each text once, with the part it plays in an event.
//
// Bounded; Find refuses beyond the bound, and Trim makes room again between two chunks (ids of
// before are then void). Not thread-safe.

#ifndef WHFB_COLLECTORS_READERS_EVTX_NAMES_H_
#define WHFB_COLLECTORS_READERS_EVTX_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whfb::readers::evtx {

// What a name means where [MS-EVEN6] 2.2.13 (event.xsd) puts it.
enum class NameRole : std::uint8_t {
  kOther,
  kEvent,
  kSystem,
  kEventData,
  kUserData,
  kData,
  kName,
  kProvider,
  kEventId,
  kLevel,
  kTimeCreated,
  kSystemTime,
  kChannel,
  kComputer,
  kSecurity,
  kUserId,
  kRecordId,
  kNamespace,
};

class NameTable {
 public:
  using Id = std::uint32_t;

  static constexpr std::size_t kMaxNames = 32'768;
  static constexpr std::size_t kMaxUnits = 255;
  static constexpr Id kNoName = 0xffffffff;

  NameTable();

  // The id of a name in UTF-16LE, made on first use; kNoName when it is too long or the table is
  // full.
  [[nodiscard]] Id Find(std::span<const std::byte> utf16);

  // Requires an id of Find since the last Trim.
  [[nodiscard]] std::string_view Text(Id id) const { return entries_[id].text; }

  [[nodiscard]] NameRole Role(Id id) const { return entries_[id].role; }

  // Forgets everything when more than half full.
  void Trim();

 private:
  struct Entry {
    std::string key{};  // the UTF-16 bytes
    std::string text{};
    NameRole role = NameRole::kOther;
  };

  std::deque<Entry> entries_;
  std::vector<Id> slots_;  // open addressing; kNoName is free
};

}  // namespace whfb::readers::evtx

#endif  // WHFB_COLLECTORS_READERS_EVTX_NAMES_H_

// Writes small event logs that Windows tools and libevtx open: for tests and demonstrations.
//
// Deterministic: the same events give the same bytes. Checksums are valid; every shape of event
// has one template, defined inline at its first use in a chunk. Not a general writer: EventData
// only, values of a few types, at most one chunk's worth of text in one event.

#ifndef WHFB_SAMPLES_EVTX_WRITER_H_
#define WHFB_SAMPLES_EVTX_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "scanner/core/result.h"
#include "scanner/core/time.h"

namespace whfb::samples {

enum class SampleType : std::uint8_t {
  kUnicodeString,
  kUInt32,
  kHexInt32,
};

// `text` counts for kUnicodeString, `number` for the others.
struct SampleField {
  std::string name{};
  SampleType type = SampleType::kUnicodeString;
  std::string text{};  // UTF-8
  std::uint32_t number = 0;
};

struct SampleEvent {
  std::string channel{};
  std::string provider{};
  std::string provider_guid{};  // "{3da494e4-...}", printed as given; may be empty
  std::string computer{};
  std::string user_sid{};  // "S-1-5-18"; empty: none
  std::uint32_t id = 0;
  std::uint32_t level = 4;
  std::uint64_t record_id = 0;    // 0: one more than the event before (from 1)
  std::uint64_t file_number = 0;  // as a filtered export numbers its records; 0: the record id
  Ticks time = 0;
  std::vector<SampleField> fields{};
};

// The bytes of the log. An event that does not fit into a chunk is an Error.
[[nodiscard]] Result<std::vector<std::byte>> WriteEvtx(std::span<const SampleEvent> events);

}  // namespace whfb::samples

#endif  // WHFB_SAMPLES_EVTX_WRITER_H_

// What a log says about itself: one LogSummary for each channel of one file.
//
// Record numbers belong to the file; a gap counts for every channel whose numbers lie on both
// sides of it. Memory is bounded: beyond kMaxRuns runs of numbers the summary says more_gaps,
// channels beyond kMaxChannels are not told.

#ifndef WHFB_COLLECTORS_READERS_EVTX_SUMMARY_H_
#define WHFB_COLLECTORS_READERS_EVTX_SUMMARY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/readers/event_record.h"
#include "collectors/readers/reader.h"

namespace whfb::readers::evtx {

class LogBook {
 public:
  static constexpr std::size_t kMaxRuns = 65'536;
  static constexpr std::size_t kMaxChannels = 256;

  // Records later than a day after `now` have a wrong clock; 0: every time is believed.
  explicit LogBook(Ticks now) : now_(now) {}

  // One whole record.
  void Add(const Event& head);

  // The channel says that it was cleared at this time.
  void MarkCleared(std::string_view channel, Ticks time);

  // One summary a channel; one without name for a log that holds no record.
  void Emit(const EvidenceView& evidence, std::uint64_t damaged, RecordSink& sink);

 private:
  // ComputerSpan, with a name of its own.
  struct Computer {
    std::string name{};
    std::uint64_t first_id = 0;
    std::uint64_t last_id = 0;
    Ticks from = 0;
    Ticks to = 0;
  };

  struct Channel {
    std::string name{};
    std::uint64_t records = 0;
    std::uint64_t first_id = 0;
    std::uint64_t last_id = 0;
    std::uint64_t last_believed_id = 0;
    TimeInterval covered{};
    bool cleared = false;
    Ticks cleared_at = 0;
    std::vector<Computer> computers{};
  };

  // Numbers without a gap, as they follow each other in the file.
  struct Run {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    Ticks from = 0;
    Ticks to = 0;
    Ticks oldest = 0;
    Ticks newest = 0;
    Ticks backwards = 0;
  };

  static void AddComputer(const Event& head, std::vector<Computer>& computers);
  [[nodiscard]] Channel* Find(std::string_view name);
  void AddToRuns(std::uint64_t id, Ticks time);
  void SortRuns();
  [[nodiscard]] std::vector<IdGap> Gaps() const;
  [[nodiscard]] Ticks Backwards() const;
  [[nodiscard]] LogSummary Summary(const Channel& channel,
                                   const std::vector<IdGap>& gaps,
                                   RecordSink& sink) const;

  Ticks now_ = 0;
  std::vector<Channel> channels_;
  std::size_t current_ = 0;
  std::vector<Run> runs_;
  bool more_runs_ = false;
};

}  // namespace whfb::readers::evtx

#endif  // WHFB_COLLECTORS_READERS_EVTX_SUMMARY_H_

// What a log says about itself: one LogSummary for each channel of one file.
//
// A file whose own numbers run on where those of the log do not was written by a query.
// In a log the record numbers belong to the file; a gap counts for every channel whose numbers lie
// on both sides of it. What a query wrote may hold several logs, each channel with numbers of its
// own, newest first or last, and those of several computers: of these only the events of the one
// that wrote the newest record stay, and a gap tells. Memory is bounded: beyond kMaxRuns runs of
// numbers the summary says more_gaps, channels beyond kMaxChannels are not told.

#ifndef WHFB_COLLECTORS_READERS_EVTX_SUMMARY_H_
#define WHFB_COLLECTORS_READERS_EVTX_SUMMARY_H_

#include <cstddef>
#include <cstdint>
#include <span>
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

  enum class Origin : std::uint8_t {
    kLog,    // a copy of a log
    kQuery,  // events that somebody asked for: LogSummary::query
  };

  // Records later than a day after `now` have a wrong clock; 0: every time is believed.
  LogBook(Ticks now, Origin origin) : now_(now), origin_(origin) {}

  // One whole record. Its number may be 0 in what a query wrote: not told.
  void Add(const Event& head);

  // The channel says that it was cleared at this time.
  void MarkCleared(std::string_view channel, Ticks time);

  // One summary a channel; one without name for a log that holds no record. The damage that the
  // sink knows counts for each.
  void Emit(const EvidenceView& evidence, RecordSink& sink);

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
    bool more_computers = false;
    bool unnumbered = false;  // some record
    std::size_t last_run = kNoRun;
  };

  static constexpr std::size_t kNoRun = static_cast<std::size_t>(-1);

  // Numbers without a gap, as they follow each other in the file, up or down.
  struct Run {
    std::size_t numbering = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    Ticks from = 0;
    Ticks to = 0;
    Ticks oldest = 0;
    Ticks newest = 0;
    Ticks backwards = 0;
  };

  static void AddTo(Channel& channel, const Event& head, bool believed);
  static void AddComputer(const Event& head, Channel& channel);
  [[nodiscard]] static bool IsMixed(const Channel& channel);
  static void PartComputers(Channel& channel, const EvidenceView& evidence, RecordSink& sink);
  [[nodiscard]] Channel* Find(std::string_view name);
  void CompareNumbers(const Event& head);
  void AddToRuns(std::uint64_t id, Ticks time, std::size_t numbering, std::size_t& last_run);
  void SortRuns();
  [[nodiscard]] std::span<const Run> RunsOf(std::size_t numbering) const;
  [[nodiscard]] static std::vector<IdGap> Gaps(std::span<const Run> runs);
  [[nodiscard]] static Ticks Backwards(std::span<const Run> runs);
  [[nodiscard]] LogSummary Summary(const Channel& channel,
                                   const std::vector<IdGap>& gaps,
                                   RecordSink& sink) const;

  Ticks now_ = 0;
  Origin origin_ = Origin::kLog;
  std::vector<Channel> channels_;
  std::size_t current_ = 0;
  std::vector<Run> runs_;
  std::size_t last_run_ = kNoRun;  // of a log
  bool more_runs_ = false;
  std::uint64_t ahead_ = 0;  // how far the numbers of the log are ahead of those of the file
  bool numbered_ = false;
  bool filtered_ = false;  // that was not always the same
};

}  // namespace whfb::readers::evtx

#endif  // WHFB_COLLECTORS_READERS_EVTX_SUMMARY_H_

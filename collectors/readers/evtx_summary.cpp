#include "collectors/readers/evtx_summary.h"

#include <algorithm>
#include <utility>

namespace whfb::readers::evtx {

namespace {

// How far `time` lies before `newest`. Times are whatever the file says.
Ticks StepBack(Ticks newest, Ticks time) {
  return std::max(std::max<Ticks>(newest, 0) - std::max<Ticks>(time, 0), Ticks{0});
}

}  // namespace

LogBook::Channel* LogBook::Find(std::string_view name) {
  if (current_ < channels_.size() && channels_[current_].name == name) {
    return &channels_[current_];
  }
  const auto found = std::ranges::find(channels_, name, &Channel::name);
  current_ = static_cast<std::size_t>(found - channels_.begin());
  if (found != channels_.end()) {
    return &*found;
  }
  if (channels_.size() >= kMaxChannels) {
    return nullptr;
  }
  Channel& made = channels_.emplace_back();
  made.name = name;
  return &made;
}

void LogBook::AddToRuns(std::uint64_t id,
                        Ticks time,
                        std::size_t numbering,
                        std::size_t& last_run) {
  Run* const run = last_run < runs_.size() ? &runs_[last_run] : nullptr;
  if (run != nullptr && id == run->last + 1) {
    run->last = id;
    run->to = time;
    run->backwards = std::max(run->backwards, StepBack(run->newest, time));
  } else if (run != nullptr && id + 1 == run->first) {
    run->first = id;
    run->from = time;
    run->backwards = std::max(run->backwards, StepBack(time, run->oldest));
  } else if (runs_.size() < kMaxRuns) {
    last_run = runs_.size();
    runs_.push_back({.numbering = numbering,
                     .first = id,
                     .last = id,
                     .from = time,
                     .to = time,
                     .oldest = time,
                     .newest = time});
    return;
  } else {
    more_runs_ = true;
    return;
  }
  run->oldest = std::min(run->oldest, time);
  run->newest = std::max(run->newest, time);
}

// Unsigned: all that counts is whether the distance stays the same.
void LogBook::CompareNumbers(const Event& head) {
  if (head.file_number == 0) {
    return;
  }
  const std::uint64_t ahead = head.record_id - head.file_number;
  filtered_ = filtered_ || (numbered_ && ahead != ahead_);
  ahead_ = ahead;
  numbered_ = true;
}

void LogBook::Add(const Event& head) {
  CompareNumbers(head);
  if (origin_ == Origin::kLog) {
    AddToRuns(head.record_id, head.time, 0, last_run_);
  }
  Channel* const channel = Find(head.channel);
  if (channel == nullptr) {
    return;
  }
  if (origin_ == Origin::kQuery && head.record_id != 0) {
    AddToRuns(head.record_id, head.time, current_, channel->last_run);
  }
  channel->unnumbered = channel->unnumbered || (origin_ == Origin::kQuery && head.record_id == 0);
  AddComputer(head, *channel);
  AddTo(*channel, head, now_ == 0 || head.time <= now_ + kClockAhead);
}

void LogBook::AddTo(Channel& channel, const Event& head, bool believed) {
  const std::uint64_t id = head.record_id;
  if (channel.records++ == 0) {
    channel.first_id = channel.last_id = id;
    channel.covered.earliest = head.time;
  }
  // By number and not by time: one record with a wrong clock must not make a log reach further.
  if (id < channel.first_id) {
    channel.first_id = id;
    channel.covered.earliest = head.time;
  }
  channel.last_id = std::max(channel.last_id, id);
  if (believed && id >= channel.last_believed_id) {
    channel.last_believed_id = id;
    channel.covered.latest = head.time;
  }
}

// Of more names than are kept the newest ones stay.
void LogBook::AddComputer(const Event& head, Channel& channel) {
  std::vector<Computer>& computers = channel.computers;
  const std::uint64_t id = head.record_id;
  const auto known = std::ranges::find(computers, head.computer, &Computer::name);
  if (known != computers.end()) {
    if (id < known->first_id) {
      known->first_id = id;
      known->from = head.time;
    } else if (id > known->last_id) {
      known->last_id = id;
      known->to = head.time;
    }
    return;
  }
  const Computer made{.name = std::string(head.computer),
                      .first_id = id,
                      .last_id = id,
                      .from = head.time,
                      .to = head.time};
  if (computers.size() < LogSummary::kMaxComputers) {
    computers.push_back(made);
    return;
  }
  channel.more_computers = true;
  const auto oldest = std::ranges::min_element(computers, {}, &Computer::last_id);
  if (oldest->last_id < id) {
    *oldest = made;
  }
}

// A computer that is renamed goes on with its numbers: the names follow each other.
bool LogBook::IsMixed(const Channel& channel) {
  std::vector<Computer> ordered = channel.computers;
  std::ranges::sort(ordered, {}, &Computer::first_id);
  bool overlap = channel.more_computers;
  for (std::size_t i = 1; i < ordered.size(); ++i) {
    overlap = overlap || ordered[i].first_id <= ordered[i - 1].last_id;
  }
  return overlap;
}

// Leaves the events of the computer whose record is the newest by time.
void LogBook::PartComputers(Channel& channel, const EvidenceView& evidence, RecordSink& sink) {
  const Computer newest = *std::ranges::max_element(channel.computers, {}, &Computer::to);
  channel.computers = {newest};
  sink.records.EraseIf<Event>([&](const Event& event) {
    return event.source.evidence == evidence.number && event.channel == channel.name &&
           event.computer != newest.name;
  });
  sink.AddGap({.why = WhyUnknown::kAmbiguous,
               .message = "channel " + channel.name + " holds events of several computers; only " +
                          "those of " + newest.name + " are used"});
}

void LogBook::MarkCleared(std::string_view channel, Ticks time) {
  if (Channel* const found = Find(channel); found != nullptr) {
    found->cleared_at = found->cleared ? std::max(found->cleared_at, time) : time;
    found->cleared = true;
  }
}

// A log is a ring of chunks: its numbers are in order only after sorting.
void LogBook::SortRuns() {
  std::ranges::sort(runs_, {}, [](const Run& run) { return std::pair(run.numbering, run.first); });
}

std::span<const LogBook::Run> LogBook::RunsOf(std::size_t numbering) const {
  const auto begin = std::ranges::lower_bound(runs_, numbering, {}, &Run::numbering);
  const auto end = std::ranges::upper_bound(runs_, numbering, {}, &Run::numbering);
  return {begin, end};
}

Ticks LogBook::Backwards(std::span<const Run> runs) {
  Ticks backwards = 0;
  Ticks newest = runs.empty() ? 0 : runs.front().from;
  for (const Run& run : runs) {
    backwards = std::max({backwards, run.backwards, StepBack(newest, run.oldest)});
    newest = std::max(newest, run.newest);
  }
  return backwards;
}

std::vector<IdGap> LogBook::Gaps(std::span<const Run> runs) {
  std::vector<IdGap> gaps;
  std::uint64_t last = 0;
  Ticks to = 0;
  bool first = true;
  for (const Run& run : runs) {
    if (!first && run.first > last && run.first - last > 1) {
      gaps.push_back({.after = last, .before = run.first, .from = to, .to = run.from});
    }
    if (first || run.last >= last) {
      last = run.last;
      to = run.to;
    }
    first = false;
  }
  return gaps;
}

LogSummary LogBook::Summary(const Channel& channel,
                            const std::vector<IdGap>& gaps,
                            RecordSink& sink) const {
  std::vector<IdGap> own;
  bool more = more_runs_ || channel.unnumbered;
  for (const IdGap& gap : gaps) {
    if (gap.before <= channel.first_id || gap.after >= channel.last_id) {
      continue;
    }
    if (own.size() == LogSummary::kMaxIdGaps) {
      more = true;
      break;
    }
    own.push_back(gap);
  }
  std::vector<ComputerSpan> computers;
  for (const Computer& one : channel.computers) {
    computers.push_back({.name = sink.Keep(one.name),
                         .first_id = one.first_id,
                         .last_id = one.last_id,
                         .from = one.from,
                         .to = one.to});
  }
  std::ranges::sort(computers, std::ranges::greater{}, &ComputerSpan::last_id);
  const std::span<const IdGap> kept = sink.records.pool().KeepItems(std::span<const IdGap>(own));
  return {.channel = sink.Keep(channel.name),
          .records = channel.records,
          .first_id = channel.first_id,
          .last_id = channel.last_id,
          .covered = channel.covered,
          .cleared = channel.cleared,
          .cleared_at = channel.cleared_at,
          .gaps = kept,
          .more_gaps = more || kept.size() != own.size(),
          .computers = sink.records.pool().KeepItems(std::span<const ComputerSpan>(computers))};
}

void LogBook::Emit(const EvidenceView& evidence, RecordSink& sink) {
  if (channels_.empty()) {
    channels_.emplace_back();
  }
  const bool query = origin_ == Origin::kQuery;
  for (Channel& channel : channels_) {
    if (query && IsMixed(channel)) {
      PartComputers(channel, evidence, sink);
    }
  }
  SortRuns();
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    const std::span<const Run> runs = RunsOf(query ? i : 0);
    LogSummary summary = Summary(channels_[i], Gaps(runs), sink);
    summary.query = query || filtered_;
    summary.damaged = sink.damaged_count;
    summary.backwards = Backwards(runs);
    summary.context = evidence.context;
    summary.source = evidence.At(0);
    sink.records.Add(summary);
  }
}

}  // namespace whfb::readers::evtx

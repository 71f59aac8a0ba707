#include "collectors/readers/evtx_summary.h"

#include <algorithm>

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

void LogBook::AddToRuns(std::uint64_t id, Ticks time) {
  if (!runs_.empty() && id == runs_.back().last + 1) {
    Run& run = runs_.back();
    run.last = id;
    run.to = time;
    run.oldest = std::min(run.oldest, time);
    run.newest = std::max(run.newest, time);
    run.backwards = std::max(run.backwards, StepBack(run.newest, time));
  } else if (runs_.size() < kMaxRuns) {
    runs_.push_back(
        {.first = id, .last = id, .from = time, .to = time, .oldest = time, .newest = time});
  } else {
    more_runs_ = true;
  }
}

void LogBook::Add(const Event& head) {
  const std::uint64_t id = head.record_id;
  AddToRuns(id, head.time);
  Channel* const channel = Find(head.channel);
  if (channel == nullptr) {
    return;
  }
  AddComputer(head, channel->computers);
  if (channel->records++ == 0) {
    channel->first_id = channel->last_id = id;
    channel->covered.earliest = head.time;
  }
  // By number and not by time: one record with a wrong clock must not make a log reach further.
  if (id < channel->first_id) {
    channel->first_id = id;
    channel->covered.earliest = head.time;
  }
  channel->last_id = std::max(channel->last_id, id);
  const bool believed = now_ == 0 || head.time <= now_ + kClockAhead;
  if (believed && id >= channel->last_believed_id) {
    channel->last_believed_id = id;
    channel->covered.latest = head.time;
  }
}

// Of more names than are kept the newest ones stay.
void LogBook::AddComputer(const Event& head, std::vector<Computer>& computers) {
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
  const auto oldest = std::ranges::min_element(computers, {}, &Computer::last_id);
  if (oldest->last_id < id) {
    *oldest = made;
  }
}

void LogBook::MarkCleared(std::string_view channel, Ticks time) {
  if (Channel* const found = Find(channel); found != nullptr) {
    found->cleared_at = found->cleared ? std::max(found->cleared_at, time) : time;
    found->cleared = true;
  }
}

// A log is a ring of chunks: its numbers are in order only after sorting.
void LogBook::SortRuns() {
  std::ranges::sort(runs_, {}, &Run::first);
}

Ticks LogBook::Backwards() const {
  Ticks backwards = 0;
  Ticks newest = runs_.empty() ? 0 : runs_.front().from;
  for (const Run& run : runs_) {
    backwards = std::max({backwards, run.backwards, StepBack(newest, run.oldest)});
    newest = std::max(newest, run.newest);
  }
  return backwards;
}

std::vector<IdGap> LogBook::Gaps() const {
  std::vector<IdGap> gaps;
  std::uint64_t last = 0;
  Ticks to = 0;
  bool first = true;
  for (const Run& run : runs_) {
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
  bool more = more_runs_;
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

void LogBook::Emit(const EvidenceView& evidence, std::uint64_t damaged, RecordSink& sink) {
  if (channels_.empty()) {
    channels_.emplace_back();
  }
  SortRuns();
  const std::vector<IdGap> gaps = Gaps();
  const Ticks backwards = Backwards();
  for (const Channel& channel : channels_) {
    LogSummary summary = Summary(channel, gaps, sink);
    summary.damaged = damaged;
    summary.backwards = backwards;
    summary.context = evidence.context;
    summary.source = evidence.At(0);
    sink.records.Add(summary);
  }
}

}  // namespace whfb::readers::evtx

#include "collectors/scep_history.h"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <unordered_map>

#include "collectors/hresult_meaning.h"

namespace whfb::collectors {

namespace {

using readers::Event;
using readers::Known;
using readers::ScepState;

constexpr std::uint32_t kFailureBit = 0x80000000;  // of an HRESULT
constexpr std::size_t kThumbprintDigits = 40;
constexpr std::int64_t kMaxAttempts = 1000;  // more is not a count

// Status of the ClientCertificateInstall CSP, also HexInt1 of event 309.
constexpr std::int64_t kFinished = 1;
constexpr std::int64_t kPending = 2;
constexpr std::int64_t kFailed = 16;

bool Failed(std::uint32_t hresult) {
  return (hresult & kFailureBit) != 0;
}

Known<std::uint32_t> Code(std::string_view text) {
  std::uint32_t code = 0;
  return ParseHresult(text, code) ? Known<std::uint32_t>::Present(code)
                                  : Known<std::uint32_t>::Unknown(WhyUnknown::kMalformed);
}

bool SameLetters(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool IsThumbprint(std::string_view text) {
  return text.size() == kThumbprintDigits &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

class History {
 public:
  void Take(const Event& event) {
    switch (event.id) {
      case 306:
        return Accepted(event);
      case 36:
        return Generated(event);
      case 39:
        return Settled(event, ScepOutcome::kSuccess);
      case 32:
        return Settled(event, ScepOutcome::kFailed);
      case 309:
        return Installed(event);
      default:
        return OtherFailure(event);
    }
  }

  void Take(const ScepState& state);

  [[nodiscard]] std::vector<ScepRequest> Done() && { return std::move(requests_); }

 private:
  ScepRequest& Request(std::string_view unique_id) {
    const auto [found, made] = by_id_.emplace(unique_id, requests_.size());
    if (made) {
      requests_.push_back({.unique_id = unique_id});
    }
    return requests_[found->second];
  }

  static void Settle(ScepRequest& request, const Event& event, ScepOutcome outcome) {
    request.outcome = outcome;
    request.time = {.earliest = event.time, .latest = event.time};
    request.source = event.source;
    request.from_state = false;
    request.retries_left = {};
    if (outcome == ScepOutcome::kSuccess) {
      request.hresult = Known<std::uint32_t>::Present(0);
      request.retries_left = Known<bool>::Present(false);
    }
  }

  // Requests of which an event without a name may speak.
  [[nodiscard]] std::vector<std::size_t> Candidates() const {
    for (const ScepOutcome wanted : {ScepOutcome::kPending, ScepOutcome::kFailed}) {
      std::vector<std::size_t> fitting;
      for (std::size_t i = 0; i < requests_.size(); ++i) {
        const bool ambiguous = requests_[i].outcome == ScepOutcome::kAmbiguous;
        if (requests_[i].outcome == wanted || ambiguous) {
          fitting.push_back(i);
        }
      }
      if (!fitting.empty()) {
        return fitting;
      }
    }
    return {};
  }

  // The life begins, or fails at once: the result of the synchronous call.
  void Accepted(const Event& event) {
    const std::string_view unique_id = event.Field("Message1");
    if (unique_id.empty()) {
      return;
    }
    ScepRequest& request = Request(unique_id);
    if (const std::string_view sid = event.Field("Message2"); sid.starts_with("S-1-")) {
      request.user_sid = sid;
    }
    if (const std::string_view place = event.Field("Message3"); !place.empty()) {
      request.user_store = Known<bool>::Present(SameLetters(place, "user"));
    }
    // 0 is printed when the call fails before the value is read: it tells nothing.
    if (const auto protection = Code(event.Field("HexInt1"));
        protection.present() && protection.value != 0) {
      request.key_protection = Known<std::int64_t>::Present(protection.value);
    }
    const Known<std::uint32_t> result = Code(event.Field("HexInt3"));
    if (!result.present()) {
      Settle(request, event, ScepOutcome::kAmbiguous);
      request.hresult = result;
      return;
    }
    const bool failed = Failed(result.value);
    Settle(request, event, failed ? ScepOutcome::kFailed : ScepOutcome::kPending);
    request.hresult = result;
    request.attempts += failed ? 1 : 0;
  }

  // A retry of a request that failed opens it again.
  void Generated(const Event& event) {
    const std::vector<std::size_t> fitting = Candidates();
    if (fitting.size() != 1) {
      return;
    }
    ScepRequest& request = requests_[fitting.front()];
    if (const std::string_view server = event.Field("Message2"); server.starts_with("http")) {
      request.server = server;
    }
    if (request.outcome == ScepOutcome::kFailed) {
      Settle(request, event, ScepOutcome::kPending);
    }
  }

  void Settled(const Event& event, ScepOutcome outcome) {
    const std::vector<std::size_t> fitting = Candidates();
    for (const std::size_t index : fitting) {
      ScepRequest& request = requests_[index];
      if (fitting.size() > 1) {
        Settle(request, event, ScepOutcome::kAmbiguous);
        request.hresult = Known<std::uint32_t>::Unknown(WhyUnknown::kAmbiguous);
        continue;
      }
      Settle(request, event, outcome);
      if (outcome == ScepOutcome::kFailed) {
        request.hresult = Code(event.Field("HRESULT"));
        ++request.attempts;
      }
    }
  }

  // The order of the texts in 309 is not documented: each is known by its shape.
  void Installed(const Event& event) {
    std::string_view unique_id;
    std::string_view thumbprint;
    std::string_view server;
    for (const readers::EventField& field : event.fields) {
      if (field.value.starts_with("ModelName_") || by_id_.contains(field.value)) {
        unique_id = field.value;
      } else if (IsThumbprint(field.value)) {
        thumbprint = field.value;
      } else if (field.value.starts_with("http")) {
        server = field.value;
      }
    }
    if (unique_id.empty()) {
      return;
    }
    ScepRequest& request = Request(unique_id);
    request.server = server.empty() ? request.server : server;
    Judge309(request, event, thumbprint);
  }

  static void Judge309(ScepRequest& request, const Event& event, std::string_view thumbprint) {
    const Known<std::uint32_t> status = Code(event.Field("HexInt1"));
    const Known<std::uint32_t> count = Code(event.Field("HexInt2"));
    const Known<std::uint32_t> result = Code(event.Field("HexInt3"));
    const bool failing = result.present() && Failed(result.value);
    if (status.present() && status.value == kPending) {
      Settle(request, event, ScepOutcome::kPending);
      request.retries_left = Known<bool>::Present(true);
    } else if (failing || (status.present() && status.value == kFailed)) {
      Settle(request, event, ScepOutcome::kFailed);
      if (status.present() && status.value == kFailed) {
        request.retries_left = Known<bool>::Present(false);
      }
    } else if (result.present() && (!thumbprint.empty() || status.value == kFinished)) {
      Settle(request, event, ScepOutcome::kSuccess);
      request.thumbprint = thumbprint;
      return;
    } else {
      return;  // says nothing that could be told
    }
    request.hresult = result;
    // The same failure was counted by its event 32; the number in the event counts all of them.
    const std::int64_t told = count.present() && count.value <= kMaxAttempts ? count.value : 0;
    request.attempts = std::max({request.attempts, told, std::int64_t{failing ? 1 : 0}});
  }

  // 301-305, 308, 310: undocumented failures, counted only where they name a known request.
  void OtherFailure(const Event& event) {
    const auto found = by_id_.find(event.Field("Message1"));
    const Known<std::uint32_t> result = Code(event.Field("HRESULT"));
    if (found == by_id_.end() || !result.present() || !Failed(result.value)) {
      return;
    }
    ScepRequest& request = requests_[found->second];
    Settle(request, event, ScepOutcome::kFailed);
    request.hresult = result;
    ++request.attempts;
  }

  std::vector<ScepRequest> requests_;
  std::unordered_map<std::string_view, std::size_t> by_id_;
};

void JudgeState(ScepRequest& request, const ScepState& state) {
  request.from_state = true;
  request.source = state.source;
  request.time = state.context.collected;
  request.hresult = state.error;
  request.retries_left = Known<bool>::Present(state.status.value == kPending);
  switch (state.status.value) {
    case kFinished:
      request.outcome = ScepOutcome::kSuccess;
      return;
    case kPending:
      request.outcome = ScepOutcome::kPending;
      return;
    case kFailed:
      request.outcome = ScepOutcome::kFailed;
      request.attempts = std::max<std::int64_t>(request.attempts, 1);
      return;
    default:
      request.outcome = ScepOutcome::kAmbiguous;
      request.retries_left = {};
  }
}

void History::Take(const ScepState& state) {
  if (state.unique_id.empty()) {
    return;
  }
  const bool known = by_id_.contains(state.unique_id);
  ScepRequest& request = Request(state.unique_id);
  if (state.key_protection.present() && state.key_protection.value != 0) {
    request.key_protection = state.key_protection;
  }
  if (request.user_sid.empty()) {
    request.user_sid = state.context.user_sid;
  }
  if (state.server_url.present()) {
    request.server = state.server_url.value;
  }
  const Ticks collected = state.context.collected.latest;
  const bool newer = !known || collected == 0 || collected >= request.time.earliest;
  const bool tells =
      state.status.present() && (state.status.value == kFinished ||
                                 state.status.value == kPending || state.status.value == kFailed);
  if (!known && !tells) {
    // The registry keeps the last error without a status: what became of the request is not told,
    // the error is.
    request.outcome = ScepOutcome::kAmbiguous;
    request.hresult = state.error;
    request.from_state = true;
    request.source = state.source;
  }
  if (newer && tells) {
    JudgeState(request, state);
    request.thumbprint = state.thumbprint.present() ? state.thumbprint.value : "";
  }
}

}  // namespace

std::vector<ScepRequest> FollowScepRequests(std::span<const Event> events,
                                            std::span<const ScepState> states) {
  std::vector<const Event*> ordered;
  for (const Event& event : events) {
    if (SameLetters(event.provider, kMdmProvider)) {
      ordered.push_back(&event);
    }
  }
  // The same log may be in the bundle twice; a repeated 32 would count as another attempt.
  const auto place = [](const Event* event) {
    return std::tuple(event->time, event->record_id, event->computer);
  };
  std::ranges::stable_sort(ordered, {}, place);
  const auto rest = std::ranges::unique(ordered, {}, place);
  ordered.erase(rest.begin(), rest.end());
  History history;
  for (const Event* const event : ordered) {
    history.Take(*event);
  }
  for (const ScepState& state : states) {
    history.Take(state);
  }
  return std::move(history).Done();
}

}  // namespace whfb::collectors

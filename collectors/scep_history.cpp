#include "collectors/scep_history.h"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <unordered_map>

#include "collectors/hresult_meaning.h"
#include "collectors/readers/certificate_hash.h"
#include "collectors/scep_state.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::Event;
using readers::Known;
using readers::ScepState;
using Protection = Known<std::int64_t>;  // of the key, 1 to 4

constexpr std::int64_t kMaxAttempts = 1000;  // more is not a count

Known<std::uint32_t> Code(std::string_view text) {
  std::uint32_t code = 0;
  return ParseHresult(text, code) ? Known<std::uint32_t>::Present(code)
                                  : Known<std::uint32_t>::Unknown(WhyUnknown::kMalformed);
}

// "KSP setting" of event 36.
Protection ProtectionOf(const Event& event) {
  const Known<std::uint32_t> code = Code(event.Field("HexInt1"));
  const bool told = code.present() && code.value >= 1 && code.value <= kHelloKey;
  return told ? Protection::Present(code.value) : Protection{};
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
        return Ended(event, ScepOutcome::kSuccess);
      case 32:
        return Ended(event, ScepOutcome::kFailed);
      case 309:
        return Installed(event);
      default:
        return OtherFailure(event);
    }
  }

  void Take(const ScepState& state) {
    if (!state.unique_id.empty()) {
      const bool known = by_id_.contains(state.unique_id);
      ApplyScepState(state, known, Request(state.unique_id));
    }
  }

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

  static void Confuse(ScepRequest& request, const Event& event) {
    Settle(request, event, ScepOutcome::kAmbiguous);
    request.hresult = Known<std::uint32_t>::Unknown(WhyUnknown::kAmbiguous);
  }

  // An event of this key protection (not present: not told) may speak of the request.
  static bool MayBe(const ScepRequest& request, const Protection& protection) {
    const bool hello = !request.key_protection.present() && request.hresult.present() &&
                       IsHelloError(request.hresult.value);
    const Protection own = hello ? Protection::Present(kHelloKey) : request.key_protection;
    return !own.present() || !protection.present() || own.value == protection.value;
  }

  // Requests of which a nameless event may speak: those that are open, or that failed and may be
  // tried again. An ambiguous one may still be open.
  [[nodiscard]] std::vector<std::size_t> Fitting(ScepOutcome wanted,
                                                 const Protection& protection = {}) const {
    std::vector<std::size_t> fitting;
    for (std::size_t i = 0; i < requests_.size(); ++i) {
      const ScepRequest& one = requests_[i];
      const bool state = one.outcome == wanted || (wanted == ScepOutcome::kPending &&
                                                   one.outcome == ScepOutcome::kAmbiguous);
      if (state && !one.refused && MayBe(one, protection)) {
        fitting.push_back(i);
      }
    }
    return fitting;
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
      request.user_store = Known<bool>::Present(SameNoCase(place, "user"));
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
      request.refused = false;
      return;
    }
    const bool failed = IsFailure(result.value);
    request.refused = failed;
    Settle(request, event, failed ? ScepOutcome::kFailed : ScepOutcome::kPending);
    request.hresult = result;
    request.attempts += failed ? 1 : 0;
  }

  // A retry of a request that failed opens it again.
  void Generated(const Event& event) {
    const Protection protection = ProtectionOf(event);
    const std::vector<std::size_t> open = Fitting(ScepOutcome::kPending, protection);
    const std::vector<std::size_t> fitting =
        open.empty() ? Fitting(ScepOutcome::kFailed, protection) : open;
    if (fitting.size() == 1) {
      ScepRequest& request = requests_[fitting.front()];
      if (const std::string_view server = event.Field("Message2"); server.starts_with("http")) {
        request.server = server;
      }
      if (request.outcome == ScepOutcome::kFailed) {
        Settle(request, event, ScepOutcome::kPending);
      }
    } else if (open.empty()) {
      OpenNameless(protection);
    }
  }

  // One for each key protection: its retries are not told apart.
  void OpenNameless(const Protection& protection) {
    const bool known = std::ranges::any_of(nameless_, [&](const Protection& one) {
      return one.present() == protection.present() && one.value == protection.value;
    });
    if (!known) {
      nameless_.push_back(protection);
    }
  }

  void Ended(const Event& event, ScepOutcome outcome) {
    const std::vector<std::size_t> open = Fitting(ScepOutcome::kPending);
    if (open.size() + nameless_.size() > 1) {
      for (const std::size_t index : open) {
        Confuse(requests_[index], event);
      }
      return;
    }
    if (open.size() == 1) {
      return End(requests_[open.front()], event, outcome);
    }
    if (!nameless_.empty()) {
      const Protection protection = nameless_.front();
      nameless_.clear();
      return Contradict(event, outcome, protection);
    }
    const std::vector<std::size_t> failed = Fitting(ScepOutcome::kFailed);
    if (failed.size() == 1) {
      return End(requests_[failed.front()], event, outcome);
    }
    Contradict(event, outcome, {});
  }

  static void End(ScepRequest& request, const Event& event, ScepOutcome outcome) {
    Settle(request, event, outcome);
    if (outcome == ScepOutcome::kFailed) {
      request.hresult = Code(event.Field("HRESULT"));
      ++request.attempts;
    }
  }

  // Somebody ended, and nobody knows who: it may be one whose last outcome was another.
  void Contradict(const Event& event, ScepOutcome outcome, const Protection& protection) {
    for (ScepRequest& request : requests_) {
      if (request.outcome != outcome && MayBe(request, protection)) {
        Confuse(request, event);
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
      } else if (readers::IsThumbprint(field.value)) {
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
    const Known<std::uint32_t> result = Code(event.Field("HexInt3"));
    const bool failing = result.present() && IsFailure(result.value);
    if (status.present() && status.value == kScepPending) {
      request.refused = false;
      Settle(request, event, ScepOutcome::kPending);
      request.retries_left = Known<bool>::Present(true);
    } else if (const bool ended = status.present() && status.value == kScepFailed;
               ended || failing) {
      Settle(request, event, ScepOutcome::kFailed);
      if (ended) {
        request.retries_left = Known<bool>::Present(false);
      }
    } else if (result.present() && (!thumbprint.empty() || status.value == kScepFinished)) {
      Settle(request, event, ScepOutcome::kSuccess);
      request.thumbprint = thumbprint;
      return;
    } else {
      return;  // says nothing that could be told
    }
    request.hresult = result;
    if (failing) {
      CountFailures(event, request);
    }
  }

  // The same failure was counted by its event 32; the number in the event counts all of them. In
  // the event of an attempt that runs it may be that attempt's own.
  static void CountFailures(const Event& event, ScepRequest& request) {
    const Known<std::uint32_t> count = Code(event.Field("HexInt2"));
    const std::int64_t told = count.present() && count.value <= kMaxAttempts ? count.value : 0;
    request.attempts = std::max({request.attempts, told, std::int64_t{1}});
  }

  // 301-305, 308, 310: undocumented failures, counted only where they name a known request.
  void OtherFailure(const Event& event) {
    const auto found = by_id_.find(event.Field("Message1"));
    const Known<std::uint32_t> result = Code(event.Field("HRESULT"));
    if (found == by_id_.end() || !result.present() || !IsFailure(result.value)) {
      return;
    }
    ScepRequest& request = requests_[found->second];
    Settle(request, event, ScepOutcome::kFailed);
    request.hresult = result;
    ++request.attempts;
  }

  std::vector<ScepRequest> requests_;
  std::vector<Protection> nameless_;  // that a 36 opened
  std::unordered_map<std::string_view, std::size_t> by_id_;
};

}  // namespace

std::vector<ScepRequest> FollowScepRequests(std::span<const Event> events,
                                            std::span<const ScepState> states) {
  std::vector<const Event*> ordered;
  for (const Event& event : events) {
    if (SameNoCase(event.provider, kMdmProvider)) {
      ordered.push_back(&event);
    }
  }
  // The same log may be in the bundle twice; a repeated 32 would count as another attempt.
  const auto place = [](const Event* event) {
    return std::tuple(event->time, event->record_id, event->computer);
  };
  std::ranges::stable_sort(ordered, {}, place);
  // Not std::ranges::unique: clang 14 cannot compile its subrange with libstdc++ 12.
  const auto same = [&](const Event* a, const Event* b) { return place(a) == place(b); };
  ordered.erase(std::unique(ordered.begin(), ordered.end(), same), ordered.end());
  History history;
  for (const Event* const event : ordered) {
    history.Take(*event);
  }
  for (const bool with_status : {true, false}) {
    for (const ScepState& state : states) {
      if (state.status.present() == with_status) {
        history.Take(state);
      }
    }
  }
  return std::move(history).Done();
}

}  // namespace whfb::collectors

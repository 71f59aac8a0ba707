#include "collectors/scep_state.h"

#include <algorithm>
#include <optional>

#include "collectors/hresult_meaning.h"

namespace whfb::collectors {

namespace {

using readers::Known;
using readers::ScepState;

std::optional<ScepOutcome> OutcomeOf(const ScepState& state) {
  if (!state.status.present()) {
    const bool failed = state.error.present() && IsFailure(state.error.value);
    return failed ? std::optional(ScepOutcome::kFailed) : std::nullopt;
  }
  switch (state.status.value) {
    case kScepFinished:
      return ScepOutcome::kSuccess;
    case kScepPending:
      return ScepOutcome::kPending;
    case kScepFailed:
      return ScepOutcome::kFailed;
    default:
      return std::nullopt;
  }
}

void Judge(const ScepState& state, ScepOutcome outcome, ScepRequest& request) {
  const bool same_error = !state.error.present() ||
                          (request.hresult.present() && request.hresult.value == state.error.value);
  // The same outcome again is no new one: it keeps its time.
  if (request.outcome != outcome || !same_error || request.time.latest == 0) {
    request.from_state = true;
    request.source = state.source;
    request.time = state.context.collected;
    request.hresult = state.error;
  }
  request.outcome = outcome;
  if (state.status.present()) {
    request.retries_left = Known<bool>::Present(outcome == ScepOutcome::kPending);
  }
  if (outcome == ScepOutcome::kFailed) {
    request.attempts = std::max<std::int64_t>(request.attempts, 1);
  }
  if (state.thumbprint.present() || outcome != ScepOutcome::kSuccess) {
    request.thumbprint = state.thumbprint.present() ? state.thumbprint.value : "";
  }
}

// What does not depend on the outcome.
void Describe(const ScepState& state, ScepRequest& request) {
  if (state.key_protection.present() && state.key_protection.value != 0) {
    request.key_protection = state.key_protection;
  }
  if (request.user_sid.empty()) {
    request.user_sid = state.context.user_sid;
  }
  if (state.server_url.present()) {
    request.server = state.server_url.value;
  }
}

void LeaveOpen(const ScepState& state, ScepRequest& request) {
  request.outcome = ScepOutcome::kAmbiguous;
  request.from_state = true;
  request.source = state.source;
}

}  // namespace

void ApplyScepState(const ScepState& state, bool known, ScepRequest& request) {
  Describe(state, request);
  const std::optional<ScepOutcome> outcome = OutcomeOf(state);
  if (!outcome) {
    if (!known) {
      LeaveOpen(state, request);
      request.hresult = state.error;  // told, whatever became of the request
    }
    return;
  }
  const Ticks collected = state.context.collected.latest;
  if (known && collected != 0 && collected < request.time.earliest) {
    return;
  }
  if (!state.status.present() && known && request.outcome == ScepOutcome::kSuccess) {
    LeaveOpen(state, request);
    request.hresult = Known<std::uint32_t>::Unknown(WhyUnknown::kAmbiguous);
    return;
  }
  Judge(state, *outcome, request);
}

}  // namespace whfb::collectors

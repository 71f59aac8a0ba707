#include <algorithm>
#include <map>
#include <optional>

#include "collectors/device_state_sources.h"
#include "collectors/log_window.h"
#include "collectors/readers/event_record.h"
#include "scanner/core/ascii_text.h"

namespace whfb::collectors {

namespace {

using readers::Event;

bool IsRegistration(const Event& event) {
  return SameNoCase(event.provider, kRegistrationProvider);
}

bool IsHello(const Event& event) {
  return SameNoCase(event.provider, kHelloProvider);
}

bool IsPrerequisiteCheck(const Event& event) {
  return IsRegistration(event) && (event.id == 358 || event.id == 360 || event.id == 362);
}

bool IsKeyRegistered(const Event& event) {
  return (IsRegistration(event) && event.id == 300) ||
         (IsHello(event) && (event.id == 8045 || event.id == 8055));
}

// Events never make a user; they tell about one that other evidence has made.
Subject* KnownUser(const Event& event, FactSpace& facts) {
  const std::string_view upn = event.Field("UPN");
  for (Subject& subject : facts.subjects()) {
    if (subject.kind != SubjectKind::kUser) {
      continue;
    }
    const bool named = std::ranges::any_of(subject.aliases, [&](const Alias& alias) {
      return (alias.kind == AliasKind::kSid && SameNoCase(alias.value, event.user_sid)) ||
             (alias.kind == AliasKind::kUpn && SameNoCase(alias.value, upn));
    });
    if (named) {
      return &subject;
    }
  }
  return nullptr;
}

// Its MachinePolicySource is a fact of its own, of whfb_policy.
void CollectCheck(const Event& event, const CollectInput& input, FactSpace& facts) {
  // One that may not be the last says nothing of the session of now.
  if (LaterMayBeLeftOut(input.records, event, input.moment.collected)) {
    return;
  }
  // UserIsRemote is inverted: Yes means that the user is at the console (formats.md section 4).
  Subject* const user = KnownUser(event, facts);
  const std::string_view local = event.Field("UserIsRemote");
  if (user != nullptr && !local.empty() &&
      user->facts.Get("user.session_is_not_remote").unknown()) {
    user->facts.Set("user.session_is_not_remote",
                    InLogWindow(event.time, input.moment.collected)
                        ? YesNoCell(local, event.source)
                        : Cell::Unknown(WhyUnknown::kStale, event.source));
  }
}

// 5225 says of a created key which provider holds it: 1 hardware, 2 software (events.md section 2).
// Of several the newest of the user counts; one of which later ones may be left out is not it.
void CollectKeyProvider(const CollectInput& input, FactSpace& facts) {
  std::map<Subject*, const Event*> newest;
  for (const Event& event : input.records.Of<Event>()) {
    Subject* const user = IsHello(event) && event.id == 5225 ? KnownUser(event, facts) : nullptr;
    if (user == nullptr) {
      continue;
    }
    const Event*& known = newest[user];
    known = known == nullptr || event.time >= known->time ? &event : known;
  }
  for (const auto& [user, event] : newest) {
    const std::string_view provider = event->Field("KeyProvider");
    const bool hardware = provider == "1";
    Cell cell = Cell::Bool(hardware, event->source);
    if (!hardware && provider != "2") {
      cell = Cell::Unknown(WhyUnknown::kMalformed, event->source);
    } else if (LaterMayBeLeftOut(input.records, *event, input.moment.collected)) {
      cell = Cell::Unknown(WhyUnknown::kTruncated, event->source);
    }
    user->facts.Set("user.hello_key_hardware", cell);
  }
}

}  // namespace

void CollectDeviceEvents(const CollectInput& input, FactSpace& facts, DeviceNames& names) {
  const Event* newest = nullptr;
  const Event* check = nullptr;
  for (const Event& event : input.records.Of<Event>()) {
    newest = newest == nullptr || event.time >= newest->time ? &event : newest;
    if (IsPrerequisiteCheck(event) && (check == nullptr || event.time >= check->time)) {
      check = &event;
    }
    if (IsKeyRegistered(event)) {
      if (Subject* const user = KnownUser(event, facts); user != nullptr) {
        // The first event settles it; later ones say the same.
        user->facts.Set("user.hello_key_registered", Cell::Bool(true, event.source));
      }
    }
  }
  if (check != nullptr) {
    CollectCheck(*check, input, facts);
  }
  CollectKeyProvider(input, facts);
  if (newest != nullptr) {
    names.events = newest->computer;
  }
}

}  // namespace whfb::collectors

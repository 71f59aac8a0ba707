#include "scanner/engine/event_interests.h"

namespace whfb::engine {

namespace {

std::vector<readers::EventInterest> InterestsOf(collectors::Scope scope) {
  std::vector<readers::EventInterest> interests;
  for (const collectors::CollectorSpec* const collector : collectors::AllCollectors()) {
    if (collector->scope == scope) {
      interests.insert(interests.end(), collector->events.begin(), collector->events.end());
    }
  }
  if (interests.empty()) {
    // An empty list means "decode everything" to a reader; nobody wants anything here.
    interests.push_back({.provider = "-", .id = 0});
  }
  return interests;
}

}  // namespace

const std::vector<readers::EventInterest>& EventInterests(collectors::Scope scope) {
  static const std::vector<readers::EventInterest> device = InterestsOf(collectors::Scope::kDevice);
  static const std::vector<readers::EventInterest> environment =
      InterestsOf(collectors::Scope::kEnvironment);
  return scope == collectors::Scope::kDevice ? device : environment;
}

}  // namespace whfb::engine

#include "samples/contoso_identity.h"

#include <spdlog/fmt/fmt.h>

namespace whfb::samples {

std::string Upn(const Story& story) {
  return story.user + "@" + story.upn_suffix;
}

std::string AdSid(const Story& story) {
  return fmt::format("S-1-5-21-1004336348-1177238915-682003330-{}", 1100 + story.number);
}

std::string LogonSid(const Story& story) {
  return story.join == Join::kHybrid ? AdSid(story)
                                     : fmt::format("S-1-12-1-2817401562-1182930491-371829012-{}",
                                                   900'000'000 + story.number);
}

std::string DeviceId(const Story& story) {
  return fmt::format("d0000000-4c1e-4f6b-8a2d-{:012d}", story.number);
}

std::string HelloKeyId(const Story& story) {
  return fmt::format("b7a5c9d2-3e4f-4a1b-9c8d-{:012d}", story.number);
}

std::string Container(const Story& story) {
  return fmt::format("{}/{}/login.windows.net/{}/{}", LogonSid(story), HelloKeyId(story), kTenant,
                     Upn(story));
}

}  // namespace whfb::samples

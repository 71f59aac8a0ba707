#include "collectors/readers/policy_record.h"

#include <array>

namespace whfb::readers {

std::string_view ToString(PolicyOrigin origin) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "registry-pol", "security-template", "security-export", "gpo-report", "logged", "planned",
      "page"};
  return kNames.at(static_cast<std::size_t>(origin));
}

std::string_view ToString(PolicyAction action) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "set",         "set-if-missing", "delete-value", "delete-all-values",
      "delete-keys", "create-key",     "secure-key",   "comment",
      "other"};
  return kNames.at(static_cast<std::size_t>(action));
}

Known<bool> PolicyObject::Applied() const {
  const auto is = [](const Known<bool>& flag, bool value) {
    return flag.present() && flag.value == value;
  };
  if (is(enabled, false) || is(valid, false) || is(filter_allowed, false) ||
      is(access_denied, true) || (version.present() && version.value == 0)) {
    return Known<bool>::Present(false);
  }
  const bool all = enabled.present() && valid.present() && filter_allowed.present() &&
                   access_denied.present() && version.present();
  return all ? Known<bool>::Present(true) : Known<bool>::Unknown(WhyUnknown::kNotCollected);
}

}  // namespace whfb::readers

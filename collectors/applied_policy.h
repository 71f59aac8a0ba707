// AppliedPolicy: what logged results of Group Policy (gpresult /x) say was written on a device.
// Only LoggedData counts, only the setting with precedence 1, and not when its extension failed.
//
// A result that does not show a value says nothing about it: policies with an ADMX are listed by
// localised names without their registry path. So no answer here is ever "absent". Built per
// collector call; the records must outlive it. Not thread-safe.

#ifndef WHFB_COLLECTORS_APPLIED_POLICY_H_
#define WHFB_COLLECTORS_APPLIED_POLICY_H_

#include <span>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/readers/policy_record.h"
#include "scanner/core/cell.h"

namespace whfb::collectors {

class AppliedPolicy {
 public:
  AppliedPolicy(const readers::Records& records, const Moment& moment);

  // The REG_DWORD that won, by full path of the key. Unknown: not-collected when no result shows
  // it, ambiguous when only losing or doubtful settings do, stale when the result is too old.
  [[nodiscard]] Cell Number(std::string_view key, std::string_view name) const;

  // A value (not only a key) of this scope exists at or below `key`; names in `proves_nothing` and
  // keys without a value leave it open (ambiguous). A key without a value counts when an ADMX
  // policy of the same GPO with one of these English names supports it; a name alone never counts.
  [[nodiscard]] Cell AnyValueBelow(readers::PolicyScope scope,
                                   std::string_view key,
                                   std::span<const std::string_view> proves_nothing,
                                   std::span<const std::string_view> supporting_names) const;

  // The result is older than the window that counts for settings (30 days before collection).
  [[nodiscard]] bool TooOld(const Provenance& source, readers::PolicyScope scope) const;

  [[nodiscard]] std::span<const readers::PolicySetting> settings() const { return settings_; }

 private:
  [[nodiscard]] Cell NumberOf(const readers::PolicySetting& setting) const;
  [[nodiscard]] Cell SaysOf(const readers::PolicySetting& setting,
                            std::span<const std::string_view> proves_nothing,
                            std::span<const std::string_view> supporting_names) const;
  [[nodiscard]] bool Supported(const readers::PolicySetting& setting,
                               std::span<const std::string_view> names) const;

  std::span<const readers::PolicySetting> settings_;
  std::span<const readers::PolicyHint> hints_;
  std::span<const readers::PolicyResults> results_;
  Moment moment_{};
};

// What to call the GPO of a setting: its name, else its GUID; empty when neither is told.
[[nodiscard]] std::string_view GpoLabel(const readers::PolicySetting& setting);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_APPLIED_POLICY_H_

// AppliedPolicy: what logged results of Group Policy (gpresult /x) say was written on this device.
// Only LoggedData counts, and only the half of a computer that goes by the name of the device and
// tells no other domain: a result that was made on another computer, or does not tell on which,
// says nothing of this one. Of the settings of one value the one with precedence 1 wins; one that
// deletes the value, whose extension failed, or that does not tell its precedence leaves the value
// open, whatever the others say.
//
// A result that does not show a value says nothing about it: policies with an ADMX are listed by
// localised names without their registry path. So no answer here is ever "absent". Built per
// collector call; the records and the device must outlive it. Not thread-safe.

#ifndef WHFB_COLLECTORS_APPLIED_POLICY_H_
#define WHFB_COLLECTORS_APPLIED_POLICY_H_

#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/collector.h"
#include "collectors/readers/policy_record.h"
#include "scanner/core/cell.h"
#include "scanner/core/facts.h"
#include "scanner/core/host_name.h"

namespace whfb::collectors {

class AppliedPolicy {
 public:
  AppliedPolicy(const readers::Records& records, const Subject& device);

  // The REG_DWORD that won, by full path of the key. Unknown: not-collected when no result shows
  // it, ambiguous when only losing settings do or one that may win is in doubt.
  [[nodiscard]] Cell Number(std::string_view key, std::string_view name) const;

  // By the SID whose half it is (empty: the computer's): a value (not only a key) of this scope
  // exists at or below `key`; names in `proves_nothing`, keys without a value and values whose
  // winner is in doubt leave it open (ambiguous). A key without a value counts when an ADMX policy
  // of the same GPO with one of these English names supports it; a name alone never counts. User
  // halves that do not tell whose they are say nothing.
  [[nodiscard]] std::map<std::string_view, Cell> AnyValueBelow(
      readers::PolicyScope scope,
      std::string_view key,
      std::span<const std::string_view> proves_nothing) const;

  // The setting is of a result of this device.
  [[nodiscard]] bool Counts(const readers::PolicySetting& setting) const;

  // The halves that count, in the order of the evidence.
  [[nodiscard]] std::vector<const readers::PolicyResults*> Halves() const;

  // Every result that counts was read to its end.
  [[nodiscard]] bool complete() const { return complete_; }

  [[nodiscard]] std::span<const readers::PolicySetting> settings() const { return settings_; }

 private:
  using HalfKey = std::pair<std::uint32_t, readers::PolicyScope>;  // evidence, scope

  // Null when the half does not count.
  [[nodiscard]] const readers::PolicyResults* HalfOf(const readers::PolicySetting& setting) const;

  std::span<const readers::PolicySetting> settings_;
  std::map<HalfKey, const readers::PolicyResults*> halves_;  // null: does not count
  bool complete_ = true;
};

// The computer that a half was made on; empty: not told. May be a host name, a DNS name, or a
// NetBIOS name, which ends after 15 letters.
[[nodiscard]] std::string_view ComputerOf(const readers::PolicyResults& half);

// Nothing overrules the setting; false also where the result does not tell.
[[nodiscard]] bool Wins(const readers::PolicySetting& setting);

// What to call the GPO of a setting: its name, else its GUID; empty when neither is told.
[[nodiscard]] std::string_view GpoLabel(const readers::PolicySetting& setting);

// The GPOs of settings for which `wanted` holds, each once, in their order. Unknown (truncated)
// when a result of this device was not read to its end: more might stand there.
[[nodiscard]] Cell GpoList(const AppliedPolicy& applied,
                           bool (*wanted)(const readers::PolicySetting& setting),
                           FactSpace& facts);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_APPLIED_POLICY_H_

// Who may enrol with a template, by the rows of its table template.right. Which groups a person or
// a computer is in is in no evidence: only groups that hold everybody, or nobody, give an answer.
// Well-known SIDs: [MS-DTYP] 2.4.2.4. Pure, thread-safe.

#ifndef WHFB_COLLECTORS_DERIVED_ENROLMENT_RIGHT_H_
#define WHFB_COLLECTORS_DERIVED_ENROLMENT_RIGHT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/core/table.h"
#include "scanner/core/truth.h"

namespace whfb::collectors {

class EnrolmentRights {
 public:
  // Views the text of the table. What these functions answer holds if it is complete.
  explicit EnrolmentRights(const Table& rights);

  // Principals with an entry that allows Enroll, and of those the ones that hold nearly everybody
  // or every computer and that no entry denies it again.
  [[nodiscard]] std::vector<std::string_view> Allowed() const;
  [[nodiscard]] std::vector<std::string_view> Broad() const;

  // Every person; `one_domain`: Domain Users are all of them.
  [[nodiscard]] Truth UsersMayEnroll(bool one_domain) const;

  // Each of these, told by SID or by the name of an account in `accounts` (environment.account),
  // has Enroll and Read. Some have and some have not: unknown.
  [[nodiscard]] Truth IdentitiesMayEnroll(std::span<const std::string_view> identities,
                                          const Table& accounts) const;

 private:
  struct Entry {
    std::string_view principal{};
    std::string_view sid{};  // empty: not told
    std::int64_t rid = 0;    // of a group of a domain; 0: of no domain, or not told
    bool allow = true;
  };

  [[nodiscard]] static Truth Has(std::span<const Entry> entries, std::string_view sid);
  [[nodiscard]] static bool IsEverybody(const Entry& entry);
  [[nodiscard]] static bool IsMachines(const Entry& entry);
  [[nodiscard]] static bool IsBroad(const Entry& entry);
  [[nodiscard]] bool Denied(const Entry& allowed) const;

  std::vector<Entry> enroll_{};
  std::vector<Entry> read_{};
};

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_DERIVED_ENROLMENT_RIGHT_H_

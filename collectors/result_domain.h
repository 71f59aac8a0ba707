// The Active Directory domain of the computer that a logged result of Group Policy was made on,
// against that of the device: computers of two domains may have one name.

#ifndef WHFB_COLLECTORS_RESULT_DOMAIN_H_
#define WHFB_COLLECTORS_RESULT_DOMAIN_H_

#include <string_view>

#include "collectors/readers/policy_record.h"
#include "collectors/readers/reader.h"
#include "scanner/core/facts.h"

namespace whfb::collectors {

// Either may be empty: not told.
struct AdDomain {
  std::string_view netbios{};  // "CONTOSO"
  std::string_view dns{};      // "corp.contoso.com"
};

// What a half tells of the domain of its computer. The account of a user half is that of the user,
// whose domain may be another one.
[[nodiscard]] AdDomain DomainOf(const readers::PolicyResults& half);

// What dsregcmd tells, and the fact device.domain_dns_name. The records and facts must outlive it.
[[nodiscard]] AdDomain DomainOf(const readers::Records& records, const SubjectFacts& device);

// Both tell a name of one kind, and not the same one.
[[nodiscard]] bool Differ(const AdDomain& one, const AdDomain& other);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_RESULT_DOMAIN_H_

// What the names and addresses in a certificate profile come to, as cells. Intune fills in
// variables, "{{UserPrincipalName}}", whose names it compares without case.

#ifndef WHFB_COLLECTORS_PROFILE_NAMES_H_
#define WHFB_COLLECTORS_PROFILE_NAMES_H_

#include "scanner/core/facts.h"

namespace whfb::collectors {

// The variables of a text in lower case and without braces; a text that has none gives no element.
[[nodiscard]] Cell VariablesOf(const Cell& text, FactSpace& facts);

// Whether a UPN of the SAN is that of the user. Other variables may come to the same: ambiguous.
[[nodiscard]] Cell IsUserUpn(const Cell& upns);

// Whether a URI of the SAN carries the SID of the account in Active Directory.
[[nodiscard]] Cell CarriesSid(const Cell& uris);

// Whether every address is an https one.
[[nodiscard]] Cell AllHttps(const Cell& urls);

// Whether a validity is one that Intune documents, from 5 days to 24 months. 731 days may be 24
// months, more are not.
[[nodiscard]] Cell AllowedValidity(const Cell& value, const Cell& scale);

// Whether a validity is no longer than so many hours. A year is 365 days and a month 30, as the
// templates console counts them; where days of the calendar may come to more, ambiguous.
[[nodiscard]] Cell ValidityWithin(const Cell& value, const Cell& scale, const Cell& template_hours);

// Whether the two are the same period; unknown where months make it depend on the calendar.
[[nodiscard]] Cell SameValidity(const Cell& value, const Cell& scale, const Cell& template_hours);

}  // namespace whfb::collectors

#endif  // WHFB_COLLECTORS_PROFILE_NAMES_H_
